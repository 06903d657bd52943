using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Points;

/// <summary>What must hold of points, however they came to be.</summary>
public static class PointInvariants
{
    private const string KeysSql = """
        select (select count(*) from collection_points) as rows_checked,
               (select format('%s names %s', p.slug, k.unu_key)
                  from collection_points p, unnest(p.unu_keys || p.refused_keys) as k(unu_key)
                 where not exists (select from unu_keys u where u.unu_key = k.unu_key)
                 order by p.slug, k.unu_key limit 1) as first_broken
        """;

    private const string HolderSql = """
        select (select count(*) from collection_points) as rows_checked,
               (select format('%s is held by %s', p.slug, o.name_ru)
                  from collection_points p join organisations o on o.organisation_id = p.organisation_id
                 where not o.activities && array['point', 'merchant', 'recycler', 'refurbisher']
                 order by p.slug limit 1) as first_broken
        """;

    private const string HoursSql = """
        select (select count(*) from point_hours) as rows_checked,
               (select format('%s opens twice at once on day %s', p.slug, a.weekday)
                  from point_hours a
                  join point_hours b on b.point_id = a.point_id and b.weekday = a.weekday and b.opens_minute > a.opens_minute and b.opens_minute < a.closes_minute
                  join collection_points p on p.point_id = a.point_id
                 order by p.slug, a.weekday limit 1) as first_broken
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each point names only kinds of things that are on the list", KeysSql),
        new("Each point is held by an organisation that takes things in", HolderSql),
        new("No point opens twice at once", HoursSql),
    ];
}

using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Guide;

/// <summary>What must hold of the guide: nobody is sent away without an answer.</summary>
public static class GuideInvariants
{
    private const string WholeSql = """
        select (select count(*) from unu_keys) as rows_checked,
               (select format('%s lacks %s', k.unu_key, coalesce(l.language || ' words', 'its page'))
                  from unu_keys k
                  left join guide_items g on g.unu_key = k.unu_key
                  left join lateral (select x.language from unnest(array['kk', 'ru', 'en']) as x(language)
                                      where not exists (select from guide_words w where w.unu_key = k.unu_key and w.language = x.language)
                                      order by x.language limit 1) l on g.unu_key is not null
                 where g.unu_key is null or l.language is not null
                 order by k.unu_key limit 1) as first_broken
        """;

    public static IReadOnlyList<Invariant> All { get; } = [new("Each kind of thing has its page and its words in three languages", WholeSql)];
}

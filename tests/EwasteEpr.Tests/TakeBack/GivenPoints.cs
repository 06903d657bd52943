using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Tests.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.TakeBack;

/// <summary>Points in the field's words, over a real database.</summary>
internal sealed class GivenPoints(TestDatabase database)
{
    /// <summary>The middle of Almaty.</summary>
    public const double Latitude = 43.2380;
    public const double Longitude = 76.9450;

    private static int count;

    public GivenPeople People { get; } = new(database);

    public PointService Points { get; } = new(database.Db);

    /// <summary>An organisation that keeps points, and its owner.</summary>
    public async Task<(OrganisationId Id, PersonId Owner)> HolderAsync(int number = 0)
    {
        var (id, _, owner) = await People.OrganisationAsync(number);
        await database.ExecuteAsOwnerAsync($"update organisations set activities = array['point'] where organisation_id = '{id}'");
        return (id, owner);
    }

    private const string InsertSql = """
        insert into collection_points (organisation_id, slug, kind, name_kk, name_ru, region_kato, settlement_kk, settlement_ru, address_kk, address_ru,
               latitude, longitude, categories, is_step_free, gives_rewards, capacity_grams)
        values (@organisation, @slug, 'CollectionPoint', 'Үлгі пункті', 'Пункт «Улги»', '750000000', 'Алматы', 'Алматы', 'Үлгі көшесі, 1', 'улица Улги, 1',
               @latitude, @longitude, array['5', '6'], true, true, 500000)
        returning point_id
        """;

    /// <summary>A point in Almaty that takes categories 5 and 6, with no hours yet; <paramref name="change"/> is a list of assignments.</summary>
    public async Task<(PointId Id, string Slug)> PointAsync(OrganisationId organisation, string? change = null, double latitude = Latitude, double longitude = Longitude)
    {
        var slug = $"ulgi-{Interlocked.Increment(ref count)}";
        var id = await database.Db.QuerySingleAsync<Guid>(InsertSql, new { organisation, slug, latitude, longitude }, CancellationToken.None);
        if (change is not null)
        {
            await database.ExecuteAsOwnerAsync($"update collection_points set {change} where point_id = '{id:D}'");
        }

        return (new PointId(id), slug);
    }

    public Task OpenAsync(PointId point, int weekday, int opensMinute, int closesMinute) =>
        database.ExecuteAsOwnerAsync($"insert into point_hours (point_id, weekday, opens_minute, closes_minute) values ('{point}', {weekday}, {opensMinute}, {closesMinute})");

    public async Task OpenAllWeekAsync(PointId point, int opensMinute = 0, int closesMinute = 1440)
    {
        for (var weekday = 1; weekday <= 7; weekday++)
        {
            await OpenAsync(point, weekday, opensMinute, closesMinute);
        }
    }

    /// <param name="days">The last day included.</param>
    public Task ExceptAsync(PointId point, (DateOnly First, DateOnly Last) days, (int Opens, int Closes)? hours) =>
        database.ExecuteAsOwnerAsync(FormattableString.Invariant($"""
            insert into point_exceptions (point_id, days, is_closed, opens_minute, closes_minute)
            values ('{point}', daterange('{days.First:yyyy-MM-dd}', '{days.Last.AddDays(1):yyyy-MM-dd}'), {hours is null}, {hours?.Opens ?? 0}, {hours?.Closes ?? 1440})
            """));
}

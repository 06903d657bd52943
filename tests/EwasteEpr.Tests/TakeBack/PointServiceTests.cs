using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Tests.Support;
using Npgsql;

namespace EwasteEpr.Tests.TakeBack;

public sealed class PointServiceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly GivenPoints given = new(database);

    [Fact]
    public async Task Find_BySlugAndById_IsTheSamePoint_AndAnotherOrganisationsIsNone()
    {
        var (holder, _) = await given.HolderAsync(0);
        var (other, _) = await given.HolderAsync(1);
        var (id, slug) = await given.PointAsync(holder);
        var point = await given.Points.FindAsync(slug, CancellationToken.None);
        Assert.Equal(id, point!.PointId);
        Assert.Equal("Үлгі пункті", point.Name("en"));
        Assert.Equal("Пункт «Улги»", point.Name("ru"));
        Assert.NotNull(await given.Points.FindAsync(id, holder, CancellationToken.None));
        Assert.NotNull(await given.Points.FindAsync(id, null, CancellationToken.None));
        Assert.Null(await given.Points.FindAsync(id, other, CancellationToken.None));
        Assert.Null(await given.Points.FindAsync("no-such-point", CancellationToken.None));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task State_WithAnEnd_EndsByItself()
    {
        var (holder, _) = await given.HolderAsync(2);
        var (full, _) = await given.PointAsync(holder, "state = 'Full', state_until = app.today()");
        var (closed, _) = await given.PointAsync(holder, "state = 'Closed', state_until = app.today() + 1, state_reason_kk = 'Жөндеу', state_reason_ru = 'Ремонт'");
        await given.OpenAllWeekAsync(full);
        await given.OpenAllWeekAsync(closed);
        Assert.Equal((PointState.Open, true), await StateAsync(full));
        Assert.Equal((PointState.Closed, false), await StateAsync(closed));
    }

    [Fact]
    public async Task List_NarrowsByWhatIsAsked_AndGoesFromNearToFar()
    {
        var (holder, _) = await given.HolderAsync(3);
        var (near, _) = await given.PointAsync(holder, "region_kato = '710000000'", 51.13, 71.43);
        var (far, _) = await given.PointAsync(holder, "region_kato = '710000000', is_step_free = false, refused_keys = array['0306']", 51.20, 71.60);
        var (key, _) = await given.PointAsync(holder, "region_kato = '710000000', categories = '{}', unu_keys = array['0108']", 51.10, 71.30);
        await given.PointAsync(holder, "region_kato = '710000000', valid_from = app.today() - 9, valid_until = app.today()");
        await given.PointAsync(holder, "region_kato = '710000000', valid_from = app.today() + 1");
        await given.OpenAllWeekAsync(far);
        var here = new PointFilter { Region = "710000000", Near = GeoPosition.From(51.128, 71.431) };
        Assert.Equal([near, key, far], await IdsAsync(here));
        Assert.Equal([near, key], await IdsAsync(here with { StepFree = true }));
        Assert.Equal([far], await IdsAsync(here with { OpenNow = true }));
        Assert.Equal([near], await IdsAsync(here with { UnuKey = "0306" }));
        Assert.Equal([key], await IdsAsync(here with { UnuKey = "0108" }));
        Assert.Equal([key], await IdsAsync(here with { Category = "1" }));
        Assert.Equal([far], await IdsAsync(here with { Box = new GeoBox(71.5, 51, 72, 52) }));
        Assert.Equal([key, far], await IdsAsync(here with { Offset = 1 }));
        Assert.Empty(await IdsAsync(here with { Kinds = [PointKind.Repairer] }));
    }

    [Fact]
    public async Task Distance_IsTheSameRuleHereAndThere()
    {
        var (almaty, astana) = (GeoPosition.From(43.238, 76.945)!.Value, GeoPosition.From(51.128, 71.431)!.Value);
        var there = await database.Db.QuerySingleAsync<double>("select app.distance_km(43.238, 76.945, 51.128, 71.431)", null, CancellationToken.None);
        Assert.Equal(there, almaty.DistanceKmTo(astana), 6);
        Assert.InRange(there, 960, 985);
        Assert.Equal(0, almaty.DistanceKmTo(almaty));
        Assert.Null(GeoPosition.From(76.945, 43.238));
    }

    [Theory]
    [InlineData("latitude = 76.9, longitude = 43.2", "point_in_the_country")]
    [InlineData("categories = '{}'", "point_takes_something")]
    [InlineData("categories = array['7']", "point_category_known")]
    [InlineData("unu_keys = array['0306'], refused_keys = array['0306']", "point_key_taken_or_refused")]
    [InlineData("state = 'Suspended'", "point_closed_says_why")]
    [InlineData("slug = 'Ulgi Point'", "point_slug_readable")]
    [InlineData("fill_percent = 101, fill_told_at = now()", "point_fill_percent_range")]
    public async Task TheDatabase_Refuses(string change, string constraint)
    {
        var (holder, _) = await HolderOnceAsync();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => given.PointAsync(holder, change));
        Assert.Equal(constraint, refused.ConstraintName);
    }

    [Fact]
    public async Task Hours_ThatOverlap_AreRefused()
    {
        var (holder, _) = await HolderOnceAsync();
        var (point, _) = await given.PointAsync(holder);
        await given.OpenAsync(point, 1, 540, 780);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => given.OpenAsync(point, 1, 700, 900));
        Assert.Equal("point_hours_do_not_overlap", refused.ConstraintName);
    }

    private async Task<(OrganisationId Id, PersonId Owner)> HolderOnceAsync()
    {
        var known = await database.Db.QuerySingleOrDefaultAsync<Guid?>("select organisation_id from organisations order by created_at limit 1", null, CancellationToken.None);
        return known is { } id ? (new OrganisationId(id), default) : await given.HolderAsync(4);
    }

    private async Task<(PointState State, bool IsOpen)> StateAsync(PointId id)
    {
        var point = await given.Points.FindAsync(id, null, CancellationToken.None);
        return (point!.State, point.IsOpenNow);
    }

    private async Task<IReadOnlyList<PointId>> IdsAsync(PointFilter filter) => [.. (await given.Points.ListAsync(filter, CancellationToken.None)).Select(point => point.PointId)];
}

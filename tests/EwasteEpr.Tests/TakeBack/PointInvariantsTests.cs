using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.TakeBack;

public sealed class PointInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("Each point names only kinds of things that are on the list", "names 9999", "update collection_points set unu_keys = array['9999']")]
    [InlineData("Each point is held by an organisation that takes things in", "is held by", "update organisations set activities = array['importer']")]
    [InlineData("No point opens twice at once", "opens twice at once on day 1", "alter table point_hours drop constraint point_hours_do_not_overlap; insert into point_hours select point_id, 1, 600, 700 from point_hours where weekday = 1")]
    [InlineData("Each kind of thing has its page and its words in three languages", "0306 lacks kk words", "delete from guide_words where unu_key = '0306' and language = 'kk'")]
    [InlineData("Each kind of thing has its page and its words in three languages", "0401 lacks its page", "delete from guide_items where unu_key = '0401'")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sabotage)
    {
        var finding = await Scene.BreakAsync(invariant, sabotage);
        Assert.Contains(expected, finding.FirstBroken, StringComparison.Ordinal);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var given = new GivenPoints(database);
        var (holder, _) = await given.HolderAsync();
        var (point, _) = await given.PointAsync(holder);
        await given.OpenAllWeekAsync(point);
        await database.AssertInvariantsAsync();
        return database;
    }
}

using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Certification;

public sealed class CapacityTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task TwoClaims_OfSixtyPercentOfWhatIsLeft_OneWins()
    {
        var site = await new GivenSites(database).CertifiedAsync();
        var left = await database.Db.QuerySingleAsync<long>("select capacity_left(@site, '6', app.today())", new { site = site.Site }, default);
        Assert.True(left > 0);

        var claims = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => database.Db.QuerySingleAsync<bool>(
            "select take_capacity(@site, '6', 'Treated', app.today(), @grams, 'test', uuidv7())", new { site = site.Site, grams = left * 6 / 10 }, default)));

        Assert.Single(claims, won => won);
        Assert.Equal(left - (left * 6 / 10), await database.Db.QuerySingleAsync<long>("select capacity_left(@site, '6', app.today())", new { site = site.Site }, default));
    }

    [Fact]
    public async Task Suspended_HoldsNothingAtOnce()
    {
        var given = new GivenSites(database);
        var site = await given.CertifiedAsync();
        var lot = await given.StockAsync(site, new StockGiven(1_000));
        Assert.NotEqual(Guid.Empty, lot);
        Assert.NotNull(await database.Db.QuerySingleAsync<Guid?>("select hold_certification(@site, '6')", new { site = site.Site }, default));

        await database.ExecuteAsOwnerAsync($"update certifications set state = 'Suspended', state_reason = 'test' where certification_id = '{site.Certification}'");

        Assert.Null(await database.Db.QuerySingleAsync<Guid?>("select hold_certification(@site, '6')", new { site = site.Site }, default));
        Assert.Null(await database.Db.QuerySingleAsync<long?>("select capacity_left(@site, '6', app.today())", new { site = site.Site }, default));
        await database.AssertInvariantsAsync();
    }
}

using EwasteEpr.Kernel;
using EwasteEpr.Marketplace;
using EwasteEpr.Tests.Support;
using Npgsql;

namespace EwasteEpr.Tests.Marketplace;

public sealed class OfferTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private GivenMarket given = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        given = await GivenMarket.OnAsync(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    private const string TablesSql = """
        select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') order by 1
        """;

    [Fact]
    public async Task Place_InASealedLot_LeavesThePriceNowhereInTheDatabase_UntilTheClosing()
    {
        var bidder = await given.BidderAsync();
        var lot = await given.LotAsync();
        var placed = Assert.IsType<OfferOutcome.Placed>(await given.OfferAsync(lot, bidder, 73_519.47m));
        Assert.Empty(await FindAsync("7351947", "73519.47", "73519,47", "73 519", "\\x0000000000702e5b"));

        await given.CloseAsync(lot);

        // The same search finds it afterwards: it can fail.
        Assert.Contains(await FindAsync("7351947"), table => table.Contains("market_offers", StringComparison.Ordinal));
        var row = await given.AskAsync<OpenedRow>("select tiyn_per_tonne, encode(nonce, 'hex') as nonce from market_offers where offer_id = @OfferId", new { placed.OfferId });
        Assert.Equal(placed.Commitment, Convert.ToHexStringLower(new OfferSecret(row.TiynPerTonne, Convert.FromHexString(row.Nonce)).Commitment(lot)));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public void Commitment_IsWhatAnybodyComputes()
    {
        var secret = new OfferSecret(-3_500_050, Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));
        Assert.Equal("L-2026-0001|-35000.50|000102030405060708090a0b0c0d0e0f", OfferSecret.Text("L-2026-0001", secret.TiynPerTonne, secret.Nonce));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("L-2026-0001|-35000.50|000102030405060708090a0b0c0d0e0f"u8)), Convert.ToHexStringLower(secret.Commitment("L-2026-0001")));
        Assert.Null(OfferSecret.ReadNonce("abc"));
    }

    [Fact]
    public async Task Write_OfAPriceBeforeTheClosing_IsRefusedByTheDatabase()
    {
        var bidder = await given.BidderAsync();
        var lot = await given.LotAsync();
        await given.PlacedAsync(lot, bidder, 10_000);
        var problem = await Assert.ThrowsAsync<PostgresException>(() => given.Db.ExecuteAsync("update market_offers set tiyn_per_tonne = 1, opened_at = app.now()", null, default));
        Assert.Equal("offer_opened_after_closing", problem.ConstraintName);
    }

    [Fact]
    public async Task Close_WhenABoxWasMovedOrAltered_TellsItApart()
    {
        var (one, other) = (await given.BidderAsync(), await given.BidderAsync());
        var lot = await given.LotAsync();
        await given.PlacedAsync(lot, one, 10_000);
        var second = await given.PlacedAsync(lot, other, 20_000);
        await database.ExecuteAsOwnerAsync("alter table market_offers disable trigger all; update market_offers set price_sealed = (select price_sealed from market_offers where offer_no = 1) where offer_no = 2; alter table market_offers enable trigger all");
        await given.CloseAsync(lot);
        Assert.Equal("Unreadable", await given.AskAsync<string>("select problem from market_offers where offer_no = 2", null));
        Assert.IsType<AwardOutcome.NotAdmissible>(await given.Awards.AwardAsync(lot, second, "x", given.Approver, default));
    }

    [Fact]
    public async Task Place_Again_ReplacesTheOwnOffer_AndTheSameKeyIsAnsweredTheSame()
    {
        var bidder = await given.BidderAsync();
        var lot = await given.LotAsync();
        await given.PlacedAsync(lot, bidder, 10_000);
        var key = new IdempotentRequest("p", "offer", "again", [1]);
        var offer = new PlaceOffer(lot, bidder.Organisation, bidder.Site, new OfferSecret(2_000_000, OfferSecret.NewNonce()), key);
        var placed = Assert.IsType<OfferOutcome.Placed>(await given.Offers.PlaceAsync(offer, bidder.Actor, default));
        Assert.True(placed.Replaced);
        Assert.Equal(placed with { Again = true }, await given.Offers.PlaceAsync(offer, bidder.Actor, default));
        Assert.IsType<OfferOutcome.OtherBody>(await given.Offers.PlaceAsync(offer with { Key = key with { BodySha256 = [2] } }, bidder.Actor, default));
        await given.CloseAsync(lot);
        Assert.Equal(2_000_000, await given.AskAsync<long>("select tiyn_per_tonne from market_offers where replaced_at is null", null));
        Assert.Equal(1, await given.AskAsync<long>("select count(*) from market_offers where replaced_at is not null and tiyn_per_tonne is null", null));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Place_WhenRefused_SaysWhy()
    {
        var bidder = await given.BidderAsync();
        var lot = await given.LotAsync(new LotGiven(ReserveTenge: 5_000));
        Assert.Equal(new OfferOutcome.BelowReserve(500_000), await given.OfferAsync(lot, bidder, 4_999));
        Assert.IsType<OfferOutcome.NotFound>(await given.OfferAsync("L-2000-0001", bidder, 6_000));
        Assert.IsType<OfferOutcome.NotCertified>(await given.OfferAsync(lot, await given.BidderAsync(kind: "Refurbisher"), 6_000));
        Assert.IsType<OfferOutcome.NotCertified>(await given.OfferAsync(lot, bidder with { Organisation = (await given.BidderAsync()).Organisation }, 6_000));
        Assert.IsType<OfferOutcome.NoCapacity>(await given.OfferAsync(lot, await given.BidderAsync(annualGrams: 1_000), 6_000));
        await given.Db.ExecuteAsync("update certifications set state = 'Suspended', state_reason = 'test' where organisation_id = @Organisation", new { bidder.Organisation }, default);
        Assert.IsType<OfferOutcome.NotCertified>(await given.OfferAsync(lot, bidder, 6_000));
        await given.CloseAsync(lot);
        Assert.IsType<OfferOutcome.Closed>(await given.OfferAsync(lot, await given.BidderAsync(), 6_000));
    }

    [Fact]
    public async Task Place_InAnOpenLot_MustBeatTheBestByAStep()
    {
        var (one, other) = (await given.BidderAsync(), await given.BidderAsync());
        var lot = await given.LotAsync(new LotGiven(LotKind.Open));
        await given.PlacedAsync(lot, one, 10_000);
        Assert.Equal(new OfferOutcome.NotBetter(1_100_000), await given.OfferAsync(lot, other, 10_999));
        await given.PlacedAsync(lot, other, 11_000);
        Assert.Equal(0, await given.AskAsync<long>("select extensions from market_lots", null));
        await given.CloseAsync(lot);
        await database.AssertInvariantsAsync();
    }

    /// <summary>At the end of an open lot each late offer moves the closing by five minutes, three times and no more; of a sealed lot nothing moves.</summary>
    [Theory]
    [InlineData(LotKind.Open, 3)]
    [InlineData(LotKind.Sealed, 0)]
    public async Task TwentyFiveOffersAtOnce_KeepTheirOrder_AndExtendAsTheRulesSay(LotKind kind, int extensions)
    {
        var bidders = new List<Bidder>();
        for (var i = 0; i < 25; i++)
        {
            bidders.Add(await given.BidderAsync());
        }

        var lot = await given.LotAsync(new LotGiven(kind) { ClosesIn = TimeSpan.FromMinutes(4) });
        var before = await given.AskAsync<DateTimeOffset>("select closes_at from market_lots", null);
        var outcomes = await Task.WhenAll(bidders.Select((bidder, i) => given.OfferAsync(lot, bidder, 10_000 + (i * 1_000))));

        var placed = outcomes.OfType<OfferOutcome.Placed>().OrderBy(offer => offer.OfferNo).ToList();
        Assert.Equal(25, placed.Count + outcomes.OfType<OfferOutcome.NotBetter>().Count());
        Assert.Equal(Enumerable.Range(1, placed.Count), placed.Select(offer => offer.OfferNo));
        Assert.Equal(placed.OrderBy(offer => offer.PlacedAt).Select(offer => offer.OfferNo), placed.Select(offer => offer.OfferNo));
        var extended = Math.Min(extensions, 1); // after the first the end is more than five minutes away
        Assert.Equal(before + TimeSpan.FromMinutes(5 * extended), await given.AskAsync<DateTimeOffset>("select closes_at from market_lots", null));
        await database.AssertInvariantsAsync();

        for (var i = 0; i < 5; i++)
        {
            await database.ExecuteAsOwnerAsync("update market_lots set closes_at = market_clock() + interval '4 minutes'");
            await given.OfferAsync(lot, bidders[i], 100_000 + (i * 1_000));
        }

        Assert.Equal(extensions, await given.AskAsync<long>("select extensions from market_lots", null));
    }

    /// <summary>The database's clock decides, after the wait for the lot: an offer that waited past the closing is late, and none is between closing and opening.</summary>
    [Fact]
    public async Task TwentyFiveOffers_AtClosingTime_AreInOrLate_AndNothingBetween()
    {
        var bidders = new List<Bidder>();
        for (var i = 0; i < 25; i++)
        {
            bidders.Add(await given.BidderAsync());
        }

        var lot = await given.LotAsync();
        await using (var connection = await database.Owner.OpenConnectionAsync())
        await using (var holder = await connection.BeginTransactionAsync())
        {
            // Whoever comes now waits for the lot; meanwhile its time passes.
            await using (var hold = new NpgsqlCommand("update market_lots set closes_at = clock_timestamp()", connection, holder))
            {
                await hold.ExecuteNonQueryAsync();
            }

            var waiting = bidders.Select(bidder => given.OfferAsync(lot, bidder, 10_000)).ToArray();
            await WaitingAsync(5);
            await holder.CommitAsync();
            Assert.All(await Task.WhenAll(waiting), outcome => Assert.IsType<OfferOutcome.Closed>(outcome));
        }

        Assert.Equal(1, await given.Closing.SweepAsync(default));
        Assert.Equal(0, await given.AskAsync<long>("select count(*) from market_offers", null));
        await database.AssertInvariantsAsync();
    }

    /// <summary>Asked as the owner: the application's connections are all waiting.</summary>
    private async Task WaitingAsync(long least)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var count = database.Owner.CreateCommand("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
        while ((long)(await count.ExecuteScalarAsync(limit.Token))! < least)
        {
            await Task.Yield();
        }
    }

    /// <summary>Every table of the database as text.</summary>
    private async Task<List<string>> FindAsync(params string[] needles)
    {
        var found = new List<string>();
        var tables = new List<string>();
        await using (var list = database.Owner.CreateCommand(TablesSql))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        Assert.True(tables.Count > 80);
        foreach (var table in tables)
        {
            await using var search = database.Owner.CreateCommand($"select count(*) from {table} t where exists (select from unnest(@needles) n where position(n in t::text) > 0)");
            search.Parameters.AddWithValue("needles", needles);
            if ((long)(await search.ExecuteScalarAsync())! > 0)
            {
                found.Add(table);
            }
        }

        return found;
    }

    private sealed record OpenedRow(long TiynPerTonne, string Nonce);
}

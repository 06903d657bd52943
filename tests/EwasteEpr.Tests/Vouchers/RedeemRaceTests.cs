using System.Collections.Concurrent;
using Dapper;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Redeeming;
using Npgsql;

namespace EwasteEpr.Tests.Vouchers;

/// <summary>Many tills, two application nodes, one voucher each time: exactly one wins. The same race catches a statement that forgets the state.</summary>
public sealed class RedeemRaceTests : IAsyncLifetime
{
    private const int ConnectionsOfANode = 20;
    private readonly TestDatabase database = new();
    private GivenCampaigns campaigns = null!;
    private GivenMerchants merchants = null!;
    private Till[] tills = [];

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        campaigns = new GivenCampaigns(database);
        merchants = new GivenMerchants(database, campaigns);
        await campaigns.OpenAsync(2_000_000, GivenCampaigns.Draft(caps: GivenCampaigns.Draft().Caps with { PointDay = GivenCampaigns.Tenge(90_000_000) }));
        tills = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => merchants.TillAsync()));
    }

    public Task DisposeAsync() => database.DisposeAsync();

    /// <summary>Parallel attempts at each of so many vouchers; over the slow wire all races take two hundred with --all.</summary>
    [Theory]
    [InlineData(2, 200, 0)]
    [InlineData(10, 200, 0)]
    [InlineData(100, 200, 0)]
    [InlineData(2, 200, 200)]
    [InlineData(10, 40, 200)]
    [InlineData(100, 2, 200)]
    public async Task Redeem_ByManyAtOnce_ExactlyOneWins(int parallel, int count, int delayMilliseconds)
    {
        var vouchers = await VouchersAsync(Environment.GetEnvironmentVariable("EWASTE_TEST_ALL") == "1" ? 200 : count);
        var wins = await RaceAsync(vouchers, parallel, delayMilliseconds, (node, request) => RedeemAsync(node, request));
        Assert.Equal(vouchers.Count, wins.Count);
        Assert.Equal(vouchers.Count, wins.Distinct().Count());
        Assert.Equal((vouchers.Count, vouchers.Count), await FactsAsync());
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Redeem_ByAStatementThatForgetsTheState_IsCaught()
    {
        var mutant = VoucherService.RedeemSql.Replace("and v.state = 'Issued' ", "", StringComparison.Ordinal);
        Assert.NotEqual(VoucherService.RedeemSql, mutant);
        // With the database's own walls up not even the mutant pays twice ...
        var vouchers = await VouchersAsync(10);
        Assert.Equal(10, (await RaceAsync(vouchers, 5, 0, (node, request) => MutantAsync(mutant, node, request))).Count);
        await database.AssertInvariantsAsync();
        // ... and without them the race sees at once what it did, and so do the invariants.
        await database.ExecuteAsOwnerAsync("drop index redemption_one_live; drop trigger voucher_moves on vouchers");
        var more = await VouchersAsync(10, keepsHistory: false);
        Assert.NotEqual(10, (await RaceAsync(more, 5, 0, (node, request) => MutantAsync(mutant, node, request))).Count);
        await Assert.ThrowsAnyAsync<Exception>(database.AssertInvariantsAsync);
    }

    private async Task<IReadOnlyList<IssueOutcome.Made>> VouchersAsync(int count, bool keepsHistory = true)
    {
        var made = new List<IssueOutcome.Made>();
        for (var i = 0; i < count; i++)
        {
            made.Add(await campaigns.MadeAsync());
        }

        await database.SetClockOffsetAsync(TimeSpan.FromMinutes(11));
        await (keepsHistory ? campaigns.Endings.ReleaseSweepAsync(CancellationToken.None) : database.Db.ExecuteAsync("update vouchers set state = 'Issued' where state = 'Pending'", null, CancellationToken.None));
        await database.SetClockOffsetAsync(TimeSpan.Zero);
        return made;
    }

    private async Task<List<Guid>> RaceAsync(IReadOnlyList<IssueOutcome.Made> vouchers, int parallel, int delayMilliseconds, Func<Db, RedeemVoucher, Task<bool>> redeem)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = ConnectionsOfANode };
        await using var relay = delayMilliseconds == 0 ? null : new DelayingRelay(settings.Port, TimeSpan.FromMilliseconds(delayMilliseconds));
        settings.Port = relay?.Port ?? settings.Port;
        await using var first = DatabaseConnections.Application(settings.ConnectionString);
        await using var second = DatabaseConnections.Application(settings.ConnectionString);
        Db[] nodes = [new Db(first), new Db(second)];
        using var free = new SemaphoreSlim(ConnectionsOfANode * 2 - 4);
        var wins = new ConcurrentBag<Guid>();
        var attempts = vouchers.SelectMany(voucher => Enumerable.Range(0, parallel).Select(n => (voucher, n))).Select(async attempt =>
        {
            await free.WaitAsync();
            try
            {
                if (await redeem(nodes[attempt.n % 2], GivenMerchants.Redeeming(attempt.voucher, tills[attempt.n % tills.Length])))
                {
                    wins.Add(attempt.voucher.VoucherId);
                }
            }
            finally
            {
                free.Release();
            }
        });
        await Task.WhenAll(attempts);
        return [.. wins];
    }

    private async Task<bool> RedeemAsync(Db node, RedeemVoucher request)
    {
        var outcome = await merchants.OnNode(node).RedeemAsync(request, GivenMerchants.At(request.Till), CancellationToken.None);
        Assert.True(outcome is RedeemOutcome.Redeemed { Again: false } or RedeemOutcome.AlreadyRedeemed, outcome.ToString());
        return outcome is RedeemOutcome.Redeemed;
    }

    private async Task<bool> MutantAsync(string sql, Db node, RedeemVoucher request)
    {
        var actor = GivenMerchants.At(request.Till);
        var parameters = merchants.OnNode(node).Parameters(request, GuessLimits.AtTill(campaigns.VoucherSecrets, request.Till, request.Code, actor), actor);
        try
        {
            await using var connection = await node.Source.OpenConnectionAsync();
            return (await connection.QuerySingleAsync<dynamic>(sql, parameters)).redemption_id is not null;
        }
        catch (PostgresException problem) when (problem.ConstraintName is "voucher_transition" or "redemption_one_live")
        {
            return false;
        }
    }

    private async Task<(long, long)> FactsAsync()
    {
        var row = await database.Db.QuerySingleAsync<FactRow>(
            "select (select count(*) from redemptions where voided_at is null) as redemptions, (select count(*) from ledger.transfers where kind = 'voucher_redeemed') as transfers", null, CancellationToken.None);
        return (row.Redemptions, row.Transfers);
    }

    private sealed record FactRow(long Redemptions, long Transfers);
}

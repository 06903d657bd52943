using EwasteEpr.Compliance;
using EwasteEpr.Tests.Consignments;

namespace EwasteEpr.Tests.Compliance;

/// <summary>Two scales that disagree open a case by themselves; the operator's decision about the discrepancy takes its fact away.</summary>
public sealed class WeightGapTests : IAsyncLifetime
{
    private readonly GivenConsignments given = new();

    public Task InitializeAsync() => given.InitializeAsync();

    public Task DisposeAsync() => given.DisposeAsync();

    [Fact]
    public async Task Weighing_FarFromWhatWasSent_OpensOneCase_AndTheDecisionResolvesIt()
    {
        var (agreed, far) = (await given.SealedAsync(), await given.SealedAsync());
        await given.ReceivedAsync(agreed);
        await given.WeighAsync(agreed, 39_500);
        await given.ReceivedAsync(far);
        await given.WeighAsync(far, 30_000, confirmed: true);

        await Task.WhenAll(new CaseRules(given.Db).SweepAsync(default), new CaseRules(given.Db).SweepAsync(default));
        Assert.Equal([("WeightGap", "Open")], await CasesAsync());
        Assert.Equal(
            await given.Db.QuerySingleAsync<long>("select abs(gap_grams) from consignment_discrepancies", null, default),
            await given.Db.QuerySingleAsync<long>("select size_grams from compliance_cases", null, default));

        var number = await given.Db.QuerySingleAsync<string>("select number from consignment_discrepancies", null, default);
        Assert.True(await given.Discrepancies.DecideAsync(number, "Екі тарап келісті", true, given.Point.Staff, default));
        await new CaseRules(given.Db).SweepAsync(default);
        Assert.Equal([("WeightGap", "Resolved")], await CasesAsync());
        await given.Database.AssertInvariantsAsync();
    }

    private Task<IReadOnlyList<(string Rule, string State)>> CasesAsync() => given.Db.QueryAsync<(string Rule, string State)>("select rule, state from compliance_cases order by number", null, default);
}

using EwasteEpr.Kernel;

namespace EwasteEpr.PublicRegister.Fund;

/// <summary>"Where the fee money went": what came into the fund in a year, what left it, and what is left. Looked at every few minutes however many ask.</summary>
public sealed class FeeMoneyQueries(Db db, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private Looked? last;

    private const string FlowsSql = "select year, side, flow, sum(amount_tiyn)::bigint as tiyn from public_fee_money group by year, side, flow order by year, side, flow limit 2000";

    public async Task<FeeYear> OfYearAsync(int year, CancellationToken ct)
    {
        var looked = last;
        if (looked is null || clock.GetUtcNow() - looked.At > Fresh)
        {
            last = looked = new Looked(clock.GetUtcNow(), await db.QueryAsync<FeeFlow>(FlowsSql, null, ct));
        }

        var before = looked.Flows.Where(flow => flow.Year < year).Sum(flow => flow.IsIn ? flow.Tiyn : -flow.Tiyn);
        return new FeeYear(year, before, [.. looked.Flows.Where(flow => flow.Year == year && flow.Tiyn != 0)], [.. looked.Flows.Select(flow => flow.Year).Distinct().OrderDescending()], looked.At);
    }

    private sealed record Looked(DateTimeOffset At, IReadOnlyList<FeeFlow> Flows);
}

/// <param name="Side">In or Out.</param>
/// <param name="Flow">Fees, Reimbursed; Campaigns, Lots, Stages, Collectors.</param>
public sealed record FeeFlow(int Year, string Side, string Flow, long Tiyn)
{
    public bool IsIn => Side == "In";
}

/// <param name="BeforeTiyn">What the fund had on the first day of the year.</param>
/// <param name="Years">Years with money, the newest first.</param>
public sealed record FeeYear(int Year, long BeforeTiyn, IReadOnlyList<FeeFlow> Flows, IReadOnlyList<int> Years, DateTimeOffset At)
{
    public long InTiyn => Flows.Where(flow => flow.IsIn).Sum(flow => flow.Tiyn);

    public long OutTiyn => Flows.Where(flow => !flow.IsIn).Sum(flow => flow.Tiyn);

    /// <summary>On the last day of the year, or today.</summary>
    public long LeftTiyn => BeforeTiyn + InTiyn - OutTiyn;
}

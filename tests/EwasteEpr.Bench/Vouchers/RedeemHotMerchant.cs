namespace EwasteEpr.Bench.Vouchers;

/// <summary>All redemptions at one merchant against redemptions spread over 2 000: no hot row may slow a big chain down.</summary>
internal sealed class RedeemHotMerchant : Benchmark
{
    private const int Clients = 8;
    private const int Count = 1_200;

    public override string Name => "redeem_hot_merchant";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        var given = await GivenVouchers.OpenAsync(context, merchants: 2_000);
        await given.AddAsync(Count * 2 * (Rounds + 2));
        var (hot, spread) = await MedianSecondsInTurnsAsync(
            () => GivenVouchers.RunAsync(Clients, Count, _ => given.RedeemAsync(given.Tills[0])),
            () => GivenVouchers.RunAsync(Clients, Count, i => given.RedeemAsync(given.Tills[i % given.Tills.Count])),
            warmUps: 1,
            Rounds);
        return new BenchResult(Name, Count / hot, Count / spread, "redemptions/s", 0.8, 0.95);
    }
}

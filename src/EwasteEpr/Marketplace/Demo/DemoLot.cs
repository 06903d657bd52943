namespace EwasteEpr.Marketplace.Demo;

/// <summary>How far a lot of the demonstration has come.</summary>
internal enum DemoStage
{
    Draft,
    Open,
    Closed,
    Awarded,
    Contracted,
    HandedOver,
    Settled,
    Paid,
    Defaulted,
    Cancelled,
}

/// <param name="MonthsAgo">When it closed; of what is open, how it stands now.</param>
/// <param name="Tenge">Per tonne, one a bidder: recyclers 1, 2 and 3 in this order; 0 is no offer.</param>
internal sealed record DemoLot(string Category, bool Reuse, long Grams, int MonthsAgo, DemoStage Stage, LotKind Kind, decimal ReserveTenge, params decimal[] Tenge)
{
    /// <summary>A year of small equipment that recyclers are paid for, large equipment that they pay for, and one lot in each state.</summary>
    public static IReadOnlyList<DemoLot> All { get; } =
    [
        .. History("5", -60_000, [(11, 612_400, -48_000), (10, 540_100, -46_500), (8, 705_300, -44_000), (7, 498_700, -45_200), (5, 660_900, -41_000), (4, 587_250, -39_500), (2, 731_800, -38_000), (1, 644_600, -36_400)]),
        .. History("4a", 5_000, [(9, 1_204_000, 18_500), (6, 1_530_400, 21_000), (3, 1_418_700, 24_500)]),
        new("1", Reuse: false, 902_300, 1, DemoStage.Settled, LotKind.Sealed, -140_000, -98_000, -104_000),
        new("5", Reuse: false, 688_400, 0, DemoStage.HandedOver, LotKind.Sealed, -60_000, -36_900, -37_500, -40_000),
        new("4a", Reuse: false, 1_377_200, 0, DemoStage.Contracted, LotKind.Sealed, 5_000, 24_000, 25_500),
        new("5", Reuse: false, 571_900, 0, DemoStage.Awarded, LotKind.Sealed, -60_000, -35_000, -34_200, -39_000),
        new("4a", Reuse: false, 1_096_000, 0, DemoStage.Defaulted, LotKind.Sealed, 5_000, 31_000, 23_000, 22_500),
        new("5", Reuse: false, 624_300, 0, DemoStage.Closed, LotKind.Sealed, -60_000, -37_000, 0, -33_100),
        new("6", Reuse: false, 318_500, 0, DemoStage.Closed, LotKind.Sealed, 20_000, 96_000),
        new("5", Reuse: false, 402_800, 0, DemoStage.Cancelled, LotKind.Sealed, -60_000),
        new("4a", Reuse: false, 1_250_600, 0, DemoStage.Open, LotKind.Open, 5_000, 20_000, 21_000),
        new("5", Reuse: false, 655_700, 0, DemoStage.Open, LotKind.Sealed, -60_000, 0, 0, -38_500),
        new("6", Reuse: true, 84_200, 0, DemoStage.Open, LotKind.Sealed, 0),
        new("1", Reuse: false, 775_400, 0, DemoStage.Open, LotKind.Sealed, -140_000),
        new("5", Reuse: false, 593_000, 0, DemoStage.Draft, LotKind.Sealed, -60_000),
        new("4a", Reuse: false, 1_311_500, 0, DemoStage.Draft, LotKind.Open, 5_000),
    ];

    /// <summary>Containers that no lot holds yet, for whoever makes one.</summary>
    public static IReadOnlyList<DemoLot> Free { get; } = [new("5", Reuse: false, 512_600, 0, DemoStage.Draft, LotKind.Sealed, 0), new("4a", Reuse: false, 986_300, 0, DemoStage.Draft, LotKind.Sealed, 0)];

    private static IEnumerable<DemoLot> History(string category, decimal reserve, (int MonthsAgo, long Grams, decimal Tenge)[] lots) =>
        lots.Select((lot, place) => new DemoLot(
            category, Reuse: false, lot.Grams, lot.MonthsAgo, DemoStage.Paid, LotKind.Sealed, reserve, place % 2 == 0 ? [lot.Tenge, lot.Tenge - 1_500, lot.Tenge - 3_000] : [lot.Tenge - 2_000, lot.Tenge, lot.Tenge - 2_500]));
}

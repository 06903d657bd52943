namespace EwasteEpr.Reconciliation.Matrix;

/// <summary>What the matrix counts, in the order of its columns. domain.md, section 10.</summary>
public enum Measure
{
    PlacedOnMarket,
    Collected,
    OpeningStock,
    AtPoints,
    InTransit,
    AtRecyclers,
    InBatches,
    FractionsInStock,
    Reused,
    Recycled,
    Recovered,
    Disposed,
    Lost,
    MeasurementDifference,
    WeighingDifference,
    FeesDue,
    FeesPaid,
    VouchersIssued,
    VouchersRedeemed,

    /// <summary>Approved notes, by the year of the verified weigh-in. Where the notes are not there: missing, never 0.</summary>
    Evidence,
}

public static class Measures
{
    public static IReadOnlyList<Measure> All { get; } = Enum.GetValues<Measure>();

    /// <summary>Where collected mass lies on the last day of a period.</summary>
    public static IReadOnlyList<Measure> Stocks { get; } = [Measure.AtPoints, Measure.InTransit, Measure.AtRecyclers, Measure.InBatches, Measure.FractionsInStock];

    /// <summary>What treatment made of it in a period, to the gram.</summary>
    public static IReadOnlyList<Measure> Results { get; } = [Measure.Reused, Measure.Recycled, Measure.Recovered, Measure.Disposed, Measure.Lost, Measure.MeasurementDifference];

    /// <summary>Sums of a ledger that forgets nothing: where it has begun, what is not there is 0.</summary>
    public static bool IsCustody(this Measure measure) => measure is >= Measure.Collected and <= Measure.WeighingDifference;

    public static bool IsStock(this Measure measure) => Stocks.Contains(measure);

    /// <summary>In tiyn; the others are grams.</summary>
    public static bool IsMoney(this Measure measure) => measure is >= Measure.FeesDue and <= Measure.VouchersRedeemed;

    /// <summary>Payments and vouchers are for several things at once: no category.</summary>
    public static bool HasNoCategory(this Measure measure) => measure is Measure.FeesPaid or Measure.VouchersIssued or Measure.VouchersRedeemed;

    public static Measure? Parse(string? name) => Enum.TryParse<Measure>(name, ignoreCase: false, out var measure) && Enum.IsDefined(measure) && !char.IsAsciiDigit(name![0]) ? measure : null;
}

namespace EwasteEpr.Consignments.WeighIns;

/// <summary>How far two scales may disagree before somebody has to explain it: domain.md, section 9.</summary>
/// <param name="ScaleErrorGrams">The error of a scale, by the operator's setting; 0 while it is not known.</param>
/// <param name="RouteContainers">How many containers a route must have had in 30 days before its sum says anything.</param>
public sealed record Tolerance(long ScaleErrorGrams, int RouteContainers)
{
    private const long MostGrams = 5_000;

    /// <summary>The larger of the scale's error and the smaller of 3 % and 5 kg.</summary>
    public long AllowedGrams(long sent) => Math.Max(ScaleErrorGrams, Math.Min(sent * 3 / 100, MostGrams));

    public bool IsAllowed(long sent, long weighed) => Math.Abs(weighed - sent) <= AllowedGrams(sent);

    /// <summary>Above 10 % nothing is paid either, until the operator has decided.</summary>
    public static bool BlocksPayment(long sent, long weighed) => Math.Abs(weighed - sent) * 10 > sent;

    /// <summary>Signed gaps of a route: a scale that always errs to the same side is found here though each of its gaps is small.</summary>
    public bool IsRouteAllowed(int containers, long sent, long weighed) => containers < RouteContainers || Math.Abs(weighed - sent) * 100 <= sent;
}

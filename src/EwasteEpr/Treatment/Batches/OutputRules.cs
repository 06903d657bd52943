namespace EwasteEpr.Treatment.Batches;

/// <summary>What an output may be, row by row; the database has the same walls behind it.</summary>
/// <param name="Certified">Operations of the site's certification: only these may end at the site itself.</param>
public sealed record OutputRules(
    IReadOnlyList<FractionKind> Fractions, IReadOnlyList<TreatmentOperation> Operations, IReadOnlyList<ForbiddenOperation> Forbidden, IReadOnlyList<WasteCode> WasteCodes, IReadOnlyList<string> Certified)
{
    /// <returns>The first thing wrong with each row that is wrong.</returns>
    public IReadOnlyList<OutputRefusal> Check(IReadOnlyList<OutputDraft> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return [.. rows.Select(Check).OfType<OutputRefusal>()];
    }

    public string ResultOf(string operation) => Operations.First(one => one.Operation == operation).Result!;

    public FractionKind KindOf(string fraction) => Fractions.First(one => one.Fraction == fraction);

    private OutputRefusal? Check(OutputDraft row, int index)
    {
        var fraction = Fractions.FirstOrDefault(one => one.Fraction == row.Fraction);
        var operation = Operations.FirstOrDefault(one => one.Operation == row.Operation);
        var forbidden = Forbidden.FirstOrDefault(one => one.WasteCode == row.WasteCode && one.Operation == row.Operation);
        OutputProblem? what = fraction is null ? OutputProblem.UnknownFraction
            : row.Mass.Grams <= 0 ? OutputProblem.NoMass
            : row.WasteCode is not null && WasteCodes.All(one => one.Code != row.WasteCode) ? OutputProblem.UnknownWasteCode
            : operation is null ? OutputProblem.UnknownOperation
            : operation.Result is null ? OutputProblem.NotTheLastStep
            : fraction.Kind == "Reuse" != (operation.Operation == "Reuse") ? OutputProblem.ReuseOfWhatIsNone
            : forbidden is not null ? OutputProblem.Forbidden
            : row.Country is { Length: > 0 } country && !Countries.IsKnown(country) ? OutputProblem.UnknownCountry
            : row.IsFinal && operation.Operation != "Reuse" && !Certified.Contains(operation.Operation, StringComparer.Ordinal) ? OutputProblem.NotCertifiedHere
            : null;
        return what is { } problem ? new OutputRefusal(index, problem, forbidden) : null;
    }

    /// <summary>What only closing asks for: where each fraction that is not finished here goes.</summary>
    public static IReadOnlyList<OutputRefusal> Open(IReadOnlyList<OutputDraft> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return [.. rows.Select((row, index) => !row.IsFinal && (string.IsNullOrWhiteSpace(row.Destination) || string.IsNullOrWhiteSpace(row.Country)) ? new OutputRefusal(index, OutputProblem.NoDestination) : null).OfType<OutputRefusal>()];
    }
}

/// <summary>Two-letter codes of countries, as ISO 3166 has them.</summary>
public static class Countries
{
    private const string Codes =
        "AD AE AF AG AI AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IR IS IT "
        + "JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG "
        + "TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS YE ZA ZM ZW";

    private static readonly HashSet<string> Known = [.. Codes.Split(' ')];

    public static bool IsKnown(string code) => Known.Contains(code);
}

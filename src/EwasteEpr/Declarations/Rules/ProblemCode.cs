namespace EwasteEpr.Declarations.Rules;

/// <summary>Everything that can be wrong with a line: a closed list, because people, letters and other programs refer to it.</summary>
public enum ProblemCode
{
    NoCode,
    HsUnknown,
    HsMalformed,
    HsTooShort,
    HsSpoiled,
    HsUnknownButKeyKnown,
    KeyUnknown,
    KeyAgainstHs,
    MassMissing,
    MassNotPositive,
    MassTooFine,
    MassTooLarge,
    NotANumber,
    NumberAmbiguous,
    NumberWithExponent,
    NumberBadlyGrouped,
    PointGroupsThousands,
    NumberTooLong,
    UnitWeightImplausible,
    UnitsButZeroMass,
    UnitsNotWhole,
    UnitsOutOfRange,
    UnitsWithoutMass,
    BatteryOverMass,
    NotADate,
    DateInFuture,
    DateAmbiguous,
    CountryUnknown,
    PackagingUnreadable,
    PackagingKindUnknown,
    PackagingMassNotPositive,
    PackagingKindTwice,
    SourceUnknown,
    ConditionUnknown,
    TextTooLong,
    SparePart,
    NoMethodology,
    NoTariffRow,
    CoefficientNotSet,
    NoMci,
    FeeTooLarge,
    AllZero,
    Duplicate,
    QuotesBroken,
    MoreFieldsThanHeader,
}

/// <summary>An error blocks the line; a warning needs a reason before it can be declared.</summary>
public enum Severity
{
    Error,
    Warning,
}

public static class ProblemCodes
{
    private static readonly (string Code, Severity Severity)[] Known =
    [
        ("CODE-01", Severity.Error),
        ("HS-01", Severity.Error),
        ("HS-02", Severity.Error),
        ("HS-03", Severity.Error),
        ("HS-04", Severity.Error),
        ("HS-05", Severity.Warning),
        ("KEY-01", Severity.Error),
        ("KEY-02", Severity.Warning),
        ("MASS-01", Severity.Error),
        ("MASS-02", Severity.Error),
        ("MASS-03", Severity.Error),
        ("MASS-04", Severity.Error),
        ("NUM-01", Severity.Error),
        ("NUM-02", Severity.Error),
        ("NUM-03", Severity.Error),
        ("NUM-04", Severity.Error),
        ("NUM-05", Severity.Error),
        ("NUM-06", Severity.Error),
        ("UNIT-01", Severity.Warning),
        ("UNIT-02", Severity.Error),
        ("UNIT-03", Severity.Error),
        ("UNIT-04", Severity.Error),
        ("UNITS-01", Severity.Warning),
        ("BATT-01", Severity.Error),
        ("DATE-01", Severity.Error),
        ("DATE-02", Severity.Error),
        ("DATE-03", Severity.Error),
        ("COUNTRY-01", Severity.Error),
        ("PACK-01", Severity.Error),
        ("PACK-02", Severity.Error),
        ("PACK-03", Severity.Error),
        ("PACK-04", Severity.Error),
        ("SRC-01", Severity.Error),
        ("COND-01", Severity.Error),
        ("TEXT-01", Severity.Error),
        ("PART-01", Severity.Warning),
        ("TARIFF-01", Severity.Error),
        ("TARIFF-02", Severity.Error),
        ("TARIFF-03", Severity.Error),
        ("TARIFF-04", Severity.Error),
        ("TARIFF-05", Severity.Error),
        ("ZERO-01", Severity.Warning),
        ("DUP-01", Severity.Warning),
        ("ROW-01", Severity.Error),
        ("ROW-02", Severity.Error),
    ];

    public static IReadOnlyList<ProblemCode> All { get; } = Enum.GetValues<ProblemCode>();

    /// <summary>As people see it: HS-01.</summary>
    public static string Public(ProblemCode code) => Known[(int)code].Code;

    public static Severity SeverityOf(ProblemCode code) => Known[(int)code].Severity;
}

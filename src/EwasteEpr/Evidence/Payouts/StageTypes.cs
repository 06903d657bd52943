using EwasteEpr.Kernel;

namespace EwasteEpr.Evidence.Payouts;

/// <summary>What is paid for. Collectors are the individual ones, priced when their load was weighed.</summary>
public enum PaidStage
{
    Collectors,
    Collection,
    Transport,
    Treatment,
}

/// <param name="Channels">Only grams that came by these ways.</param>
/// <param name="From">First day.</param>
/// <param name="Until">Day after the last; none: open.</param>
public sealed record NewStageTariff(PaidStage Stage, decimal MciPerTonne, IReadOnlyList<string> Channels, DateOnly From, DateOnly? Until, string? Basis);

public enum TariffDecision
{
    Done,
    NotFound,
    SamePerson,
    WrongState,

    /// <summary>Another published tariff of the stage covers some of its days.</summary>
    Overlap,

    /// <summary>A tariff without its act stays a proposal.</summary>
    NoBasis,
}

public sealed record StageTariffRow(
    Guid StageTariffId, string Stage, decimal MciPerTonne, string[] Channels, DateOnly ValidFrom, DateOnly? ValidUntil, bool IsIllustrative, string? Basis, string State, Guid? ProposedBy, string? Proposer);

public abstract record RunOutcome
{
    private RunOutcome()
    {
    }

    /// <param name="Again">It was made before: nothing happened now.</param>
    public sealed record Made(long RunNo, bool Again) : RunOutcome;

    /// <summary>The month has not ended.</summary>
    public sealed record TooEarly : RunOutcome;

    /// <summary>No tariff of the stage was in force: nothing can be priced.</summary>
    public sealed record NoTariff : RunOutcome;
}

public sealed record StageRunRow(long RunNo, Guid RunId, string Stage, DateOnly PeriodFrom, DateOnly PeriodUntil, DateTimeOffset MadeAt, long Lines, long Grams, long AmountTiyn, long OpenTiyn, bool IsIllustrative);

public sealed record StageLineRow(
    string PayeeKind, Guid PayeeId, string PayeeKk, string PayeeRu, string SourceType, Guid SourceId, string Source, DateOnly Day, string Category, string Channel, long Grams, decimal? MciPerTonne, decimal? MciKzt,
    long AmountTiyn, bool IsReversal, bool IsIllustrative)
{
    public string Payee(string language) => language == "kk" ? PayeeKk : PayeeRu;
}

/// <param name="Iban">Opened for whoever pays; none: no bank details were entered yet.</param>
public sealed record PayoutRow(
    long PayoutNo, Guid PayoutId, long RunNo, string Stage, DateOnly PeriodFrom, string PayeeKind, Guid PayeeId, string PayeeKk, string PayeeRu, string? Bin, long Grams, long AmountTiyn, long PayableTiyn, string State,
    byte[]? IbanSealed, string? Bic, string? Kbe, Guid? OrderedBy, DateTimeOffset? PaidAt, string? BankReference)
{
    public string? Iban { get; init; }

    public string Payee(string language) => language == "kk" ? PayeeKk : PayeeRu;
}

public enum StagePayDecision
{
    Paid,
    NotFound,
    SamePerson,
    WrongState,

    /// <summary>The fund has not received so much.</summary>
    FundTooSmall,
}

public sealed record PayeeBank(string Iban, string Bic, string Kbe);

public sealed record FundFigures(long ReceivedTiyn, long ReimbursedTiyn, long PaidOutTiyn)
{
    public Money Left => Money.FromTiyn(ReceivedTiyn + ReimbursedTiyn - PaidOutTiyn);
}

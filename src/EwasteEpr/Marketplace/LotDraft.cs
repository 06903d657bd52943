namespace EwasteEpr.Marketplace;

/// <summary>What the operator says of a new lot; category, place and mass are those of its containers.</summary>
/// <param name="Containers">Sealed, of one category, at one point.</param>
/// <param name="ReserveTiynPerTonne">The lowest price; negative: the most that is paid for treatment.</param>
/// <param name="StepTiyn">Of an open lot alone.</param>
/// <param name="OwnerName">Whose the appliances are; the operator sells as agent where it is another's.</param>
/// <param name="ProcedureBasis">The act of the procedure; none: not known.</param>
public sealed record LotDraft(
    LotKind Kind, IReadOnlyList<Guid> Containers, long ReserveTiynPerTonne, long? StepTiyn, DepositRule Deposit, string OwnerName, string? ProcedureBasis, string? Note, DateTimeOffset ClosesAt);

/// <param name="Keeps">Whether it is kept when the winner defaults.</param>
/// <param name="Basis">The act of the rule; none: not known.</param>
public sealed record DepositRule(long Tiyn, bool Keeps, string? Basis);

public abstract record CreateLotOutcome
{
    private CreateLotOutcome()
    {
    }

    public sealed record Created(string Number) : CreateLotOutcome;

    /// <summary>No container, or one that is not sealed, or is in another lot or on the road.</summary>
    public sealed record ContainersNotFree : CreateLotOutcome;

    /// <summary>Of several categories or places, or mixed.</summary>
    public sealed record ContainersDiffer : CreateLotOutcome;

    public sealed record ClosesTooSoon : CreateLotOutcome;
}

public enum OpenLotOutcome
{
    Opened,
    NotFound,

    /// <summary>Whoever made it does not open it.</summary>
    SamePerson,
    NotDraft,
    ClosesTooSoon,
}

public enum CancelLotOutcome
{
    Cancelled,
    NotFound,

    /// <summary>Somebody holds an award, or the lot is over.</summary>
    TooLate,
}

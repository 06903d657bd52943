using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations;

public enum DeclarationKind
{
    /// <summary>All that was placed on the market in a quarter or a year.</summary>
    Period,

    /// <summary>Nothing was placed on the market in the period.</summary>
    Nil,

    /// <summary>One customs declaration, or one form 328 for imports inside the EAEU.</summary>
    Consignment,

    /// <summary>Goods declared before that have left the country.</summary>
    ExportAdjustment,
}

/// <summary>The state of the last submitted version; <see cref="Draft"/> until there is one.</summary>
public enum DeclarationState
{
    Draft,
    Submitted,
    Accepted,
    Returned,
    Withdrawn,
}

public enum VersionState
{
    Draft,
    Submitted,

    /// <summary>A draft that was given up; its lines stay readable.</summary>
    Withdrawn,
}

/// <summary>Which declaration, and whose: no query of an organisation's data goes without its id.</summary>
public readonly record struct DeclarationKey(OrganisationId Organisation, string Number);

/// <summary>What a person wants to declare.</summary>
public abstract record NewDeclaration
{
    private NewDeclaration()
    {
    }

    public sealed record ForPeriod(Period Period) : NewDeclaration;

    public sealed record Nil(Period Period) : NewDeclaration;

    public sealed record ForConsignment(string DocumentNo) : NewDeclaration;

    public sealed record OfExport(string ExportDocumentNo) : NewDeclaration;
}

public abstract record CreateOutcome
{
    private CreateOutcome()
    {
    }

    public sealed record Created(string Number) : CreateOutcome;

    /// <summary>There is one already for this period or document.</summary>
    public sealed record AlreadyDeclared(string Number, DeclarationState State) : CreateOutcome;

    public sealed record PeriodNotBegun(DateOnly From) : CreateOutcome;

    /// <summary>Importers declare each consignment; by the period only where the operator's setting allows it.</summary>
    public sealed record PeriodsForProducersOnly : CreateOutcome;

    /// <summary>Empty, or longer than 100 characters.</summary>
    public sealed record DocumentNoNotValid : CreateOutcome;
}

public abstract record WithdrawOutcome
{
    private WithdrawOutcome()
    {
    }

    /// <summary>The declaration is given up; its period or document is free again.</summary>
    public sealed record Withdrawn : WithdrawOutcome;

    /// <summary>The correction is given up; the submitted version stands.</summary>
    public sealed record CorrectionWithdrawn(int StandingVersion) : WithdrawOutcome;

    public sealed record NoDraft(DeclarationState State) : WithdrawOutcome;

    /// <summary>A file is being taken in: cancel it first.</summary>
    public sealed record Busy(Guid UploadId) : WithdrawOutcome;

    public sealed record NotFound : WithdrawOutcome;
}

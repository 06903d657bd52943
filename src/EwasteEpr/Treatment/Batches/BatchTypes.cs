using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Batches;

/// <param name="Site">The site's number, S-0001.</param>
/// <param name="StartedOn">The day on which the treatment began; none is today.</param>
public sealed record NewBatch(OrganisationId Organisation, string Site, string Category, string? Technology, DateOnly? StartedOn);

public abstract record OpenOutcome
{
    private OpenOutcome()
    {
    }

    public sealed record Opened(string Number) : OpenOutcome;

    public sealed record Refused(OpenProblem Why) : OpenOutcome;
}

public enum OpenProblem
{
    NotFound,

    /// <summary>No certification holds for this site and category at this moment.</summary>
    NotCertified,
    UnknownTechnology,
    DayOutOfReach,
}

/// <summary>What goes into a batch: so many grams of the oldest lots, or named lots.</summary>
/// <param name="Oldest">First in, first out.</param>
/// <param name="Lots">Named lots; no grams is the whole lot.</param>
public sealed record ChargeRequest(Weight? Oldest, IReadOnlyList<LotShare> Lots)
{
    public static ChargeRequest OfOldest(Weight mass) => new(mass, []);

    public static ChargeRequest OfLots(params IReadOnlyList<LotShare> lots) => new(null, lots);
}

public sealed record LotShare(Guid SiteLotId, Weight? Mass);

public abstract record ChargeOutcome
{
    private ChargeOutcome()
    {
    }

    public sealed record Charged(Weight Mass, Weight Input) : ChargeOutcome;

    public sealed record NotFound : ChargeOutcome;

    public sealed record NotOpen : ChargeOutcome;

    public sealed record NotCertified : ChargeOutcome;

    public sealed record Nothing : ChargeOutcome;

    /// <summary>More than the stock holds: cannot be saved, with the figure that is left.</summary>
    public sealed record MoreThanStock(Weight Left, string? Lot) : ChargeOutcome;

    /// <summary>More than the certified capacity: cannot be saved, with the figure that is left.</summary>
    public sealed record MoreThanCapacity(Weight Left) : ChargeOutcome;
}

/// <summary>One row of the outputs as somebody wrote it.</summary>
/// <param name="IsFinal">The last process happens at this site.</param>
public sealed record OutputDraft(string Fraction, string? WasteCode, string Operation, Weight Mass, string? Destination, string? Country, bool IsFinal);

public enum OutputProblem
{
    UnknownFraction,
    UnknownWasteCode,
    UnknownOperation,

    /// <summary>R12, R13, D13 or D15: a step before the last one proves nothing.</summary>
    NotTheLastStep,

    /// <summary>Reuse is an operation of whole appliances and tested components, and theirs only.</summary>
    ReuseOfWhatIsNone,
    Forbidden,
    NoMass,

    /// <summary>The certification of the site does not name the operation.</summary>
    NotCertifiedHere,
    UnknownCountry,
    NoDestination,
}

/// <param name="Row">From 0.</param>
/// <param name="Act">Which act forbids it.</param>
public sealed record OutputRefusal(int Row, OutputProblem What, ForbiddenOperation? Act = null);

/// <summary>What the form of outputs holds.</summary>
public sealed record OutputsDraft(IReadOnlyList<OutputDraft> Rows, Weight Loss, string? LossReason);

public abstract record SaveOutputsOutcome
{
    private SaveOutputsOutcome()
    {
    }

    /// <param name="Missing">Input less outputs and loss: what a difference would have to be.</param>
    public sealed record Saved(Weight Missing) : SaveOutputsOutcome;

    public sealed record NotFound : SaveOutputsOutcome;

    public sealed record NotOpen : SaveOutputsOutcome;

    public sealed record LossWithoutReason : SaveOutputsOutcome;

    public sealed record Refused(IReadOnlyList<OutputRefusal> Rows) : SaveOutputsOutcome;
}

/// <param name="Difference">Signed: positive where less came out than went in. Whoever closes signs it.</param>
/// <param name="Note">Why it is above the limit, where it is.</param>
/// <param name="ClosedOn">None is today.</param>
public sealed record CloseBatch(Weight Difference, string? Note, DateOnly? ClosedOn);

public abstract record CloseOutcome
{
    private CloseOutcome()
    {
    }

    /// <param name="Discrepancies">What the limits objected to; a case follows.</param>
    public sealed record Closed(IReadOnlyList<string> Discrepancies) : CloseOutcome;

    public sealed record NotFound : CloseOutcome;

    public sealed record NotOpen : CloseOutcome;

    public sealed record NotCertified : CloseOutcome;

    public sealed record NoInput : CloseOutcome;

    public sealed record DayOutOfReach : CloseOutcome;

    /// <summary>So many grams are missing (or too many, where negative).</summary>
    public sealed record DoesNotAddUp(Weight Missing) : CloseOutcome;

    /// <summary>A difference above the limit needs a sentence of whoever signs it.</summary>
    public sealed record NeedsNote(Weight Limit) : CloseOutcome;

    public sealed record Refused(IReadOnlyList<OutputRefusal> Rows) : CloseOutcome;
}

public enum EndProblem
{
    NotFound,

    /// <summary>Not in the state for it.</summary>
    WrongState,
    NotCertified,
    NoReason,

    /// <summary>Evidence hangs on it.</summary>
    Held,

    /// <summary>A fraction of it is on its way to a buyer, or a buyer has confirmed it.</summary>
    Shipped,
}

public abstract record CorrectOutcome
{
    private CorrectOutcome()
    {
    }

    /// <param name="Number">Of the new version.</param>
    public sealed record Corrected(string Number) : CorrectOutcome;

    public sealed record Refused(EndProblem Why) : CorrectOutcome;
}

/// <summary>The batch as it stands under its lock.</summary>
internal sealed record LockedBatch(
    Guid BatchId, string Number, Guid SiteId, Guid OrganisationId, string Category, string? Technology, string State, DateOnly StartedOn, long InputGrams, long LossGrams, string? LossReason, Guid AccountId, short Version,
    DateOnly Today)
{
    public const string Sql = """
        select batch_id, number, site_id, organisation_id, category, technology, state, started_on, input_grams, loss_grams, loss_reason, account_id, version, app.today() as today
          from batches where number = @number and organisation_id = @organisation
           for update
        """;

    public bool IsOpen => State == "Open";

    public string Unit => "mass:" + Category;
}

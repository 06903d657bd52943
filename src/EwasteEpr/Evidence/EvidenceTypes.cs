using EwasteEpr.Kernel;

namespace EwasteEpr.Evidence;

public enum EvidenceState
{
    Draft,
    Submitted,
    Approved,
    Returned,
    Rejected,
    Void,
}

/// <summary>Who paid for a gram: exactly one of them.</summary>
public enum GramPayer
{
    FeeFund,
    OwnSystem,
    Market,
    Sponsor,
}

/// <param name="NoteId">Made by whoever asks, so that a second click is the same note.</param>
/// <param name="Recipient">Slug of the own system; none: the operator, for the fund.</param>
public sealed record NewNote(Guid NoteId, Guid BalanceId, Weight Mass, string? Recipient);

public abstract record CreateNoteOutcome
{
    private CreateNoteOutcome()
    {
    }

    public sealed record Created(string Number) : CreateNoteOutcome;

    /// <summary>No such balance of this organisation.</summary>
    public sealed record NotFound : CreateNoteOutcome;

    public sealed record Refused(NoteProblem Why, Weight Left) : CreateNoteOutcome;
}

/// <summary>Why a note may not become what was asked for.</summary>
public enum NoteProblem
{
    NoMass,

    /// <summary>More than the balance has available; the figure that is left is told.</summary>
    NotEnough,

    /// <summary>Grams of the fund go to the fund until it was reimbursed.</summary>
    FundOnly,

    /// <summary>Grams of an own system go to that system.</summary>
    OtherSystem,
    NoRecipient,

    /// <summary>No certification of the site holds for the category at this moment.</summary>
    NotCertified,

    /// <summary>The notes of a year exceed the certified capacity of a year; what is left is told.</summary>
    OverCapacity,

    /// <summary>Whoever prepared or submitted a note does not approve it.</summary>
    SamePerson,
    WrongState,

    /// <summary>A transfer of it is live.</summary>
    Transferred,

    /// <summary>A batch behind it was corrected at the same moment.</summary>
    BatchChanged,
    NoReason,
}

public abstract record NoteOutcome
{
    private NoteOutcome()
    {
    }

    public sealed record Done(string Number, EvidenceState State) : NoteOutcome;

    public sealed record NotFound : NoteOutcome;

    public sealed record Refused(NoteProblem Why, Weight Left) : NoteOutcome;
}

/// <summary>A refusal that must leave no trace: the transaction is rolled back by it and the service turns it into the outcome.</summary>
internal sealed class NoteRefusedException(NoteProblem why, long leftGrams = 0) : Exception(why.ToString())
{
    public NoteOutcome.Refused Outcome { get; } = new(why, Weight.FromGrams(Math.Max(0, leftGrams)));
}

/// <summary>A balance and its two figures.</summary>
/// <param name="TotalGrams">Treated, verified at weigh-in, and not yet evidenced by an approved note.</param>
/// <param name="AvailableGrams">What a new note may still claim.</param>
public sealed record WasteBalance(
    Guid BalanceId, Guid SiteId, string SiteNumber, string SiteKk, string SiteRu, string Category, int Year, string Payer, string? OwnSystemSlug, string? OwnSystemKk, string? OwnSystemRu,
    long CreditedGrams, long TotalGrams, long AvailableGrams, bool Certified)
{
    public string Site(string language) => language == "kk" ? SiteKk : SiteRu;

    public string? OwnSystem(string language) => language == "kk" ? OwnSystemKk : OwnSystemRu;
}

public sealed record NoteRow(
    Guid NoteId, string Number, string State, Guid BalanceId, string Slug, string RecyclerKk, string RecyclerRu, string? Bin, string SiteNumber, string SiteKk, string SiteRu, string Category, int Year,
    string Payer, string? OwnSystemKk, string? OwnSystemRu, Guid? RecipientId, string? RecipientKk, string? RecipientRu, long Grams, DateTimeOffset PreparedAt, Guid? PreparedBy, string? Preparer,
    Guid? SubmittedBy, string? Submitter, DateTimeOffset? SubmittedAt, string? Approver, DateTimeOffset? ApprovedAt, string? Reason, string? Code)
{
    public string Recycler(string language) => language == "kk" ? RecyclerKk : RecyclerRu;

    public string Site(string language) => language == "kk" ? SiteKk : SiteRu;

    public string? Recipient(string language) => language == "kk" ? RecipientKk : RecipientRu;

    public string? OwnSystem(string language) => language == "kk" ? OwnSystemKk : OwnSystemRu;
}

public sealed record NoteStep(int StepNo, string FromState, string ToState, string? Person, string? Reason, DateTimeOffset At);

/// <summary>Grams of one input of one batch that a note stands on, with what became of the batch's input so far.</summary>
/// <param name="Confirmed">Grams of the whole batch whose last process was confirmed, by result.</param>
public sealed record NotePart(
    string Batch, Guid BatchId, string LotChannel, string? Container, DateOnly WeighedInOn, long Grams, long BatchGrams, long ReusedGrams, long RecycledGrams, long RecoveredGrams, long DisposedGrams, bool IsLive)
{
    public long Confirmed => ReusedGrams + RecycledGrams + RecoveredGrams + DisposedGrams;
}

/// <summary>One acceptance from a last holder behind a note.</summary>
public sealed record NoteSource(string Kind, string Number, DateOnly Day, string PointKk, string PointRu, string UnuKey, long Grams);

public sealed record NoteDetails(NoteRow Note, IReadOnlyList<NoteStep> Steps, IReadOnlyList<NotePart> Parts, IReadOnlyList<NoteTransfer> Transfers, IReadOnlyList<NoteHolding> Holdings);

public sealed record NoteTransfer(
    long TransferNo, Guid EvidenceTransferId, Guid NoteId, string Number, string Category, int Year, string Payer, Guid? FromId, string? FromKk, string? FromRu, Guid? ToId, string? ToKk, string? ToRu, long Grams, string State,
    string? Note, DateTimeOffset OfferedAt, DateTimeOffset? AnsweredAt)
{
    public string? From(string language) => language == "kk" ? FromKk : FromRu;

    public string? To(string language) => language == "kk" ? ToKk : ToRu;
}

public sealed record NoteHolding(Guid? HolderId, string? HolderKk, string? HolderRu, long Grams)
{
    public string? Holder(string language) => language == "kk" ? HolderKk : HolderRu;
}

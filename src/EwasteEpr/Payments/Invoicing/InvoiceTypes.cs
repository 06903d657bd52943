using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Invoicing;

/// <summary>What is left to pay says the state; nobody sets it.</summary>
public enum InvoiceState
{
    Unpaid,
    PartPaid,
    Paid,
    Credited,
}

/// <summary>One row of a list of invoices.</summary>
public sealed record InvoiceRow(
    Guid InvoiceId, string Number, Guid OrganisationId, string Slug, string NameKk, string NameRu, string Declaration, int Version, string Programme,
    DateOnly IssuedOn, DateOnly? DueOn, DateOnly? SettledOn, InvoiceState State, int DaysOverdue,
    long AmountTiyn, long CreditedTiyn, long AllocatedTiyn, long OpenTiyn, string PaymentReference, string EsfStatus)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;

    public bool IsOverdue => DaysOverdue > 0;
}

/// <param name="DaysOverdue">How long it has been open after its due date; 0 when it is not.</param>
/// <param name="Owner">Whose it is.</param>
public sealed record Invoice(
    InvoiceRow Row, InvoiceOwner Owner, Payer Payer, InvoiceTerms Terms, string? EsfNumber, DateTimeOffset IssuedAt, int? SinceVersion,
    IReadOnlyList<FeeLine> Lines, IReadOnlyList<InvoiceStep> Steps)
{
    public Money Amount => Money.FromTiyn(Row.AmountTiyn);

    public Money Open => Money.FromTiyn(Row.OpenTiyn);
}

/// <param name="Bin">None for a sole trader: the number is personal.</param>
public sealed record InvoiceOwner(string Slug, string NameKk, string NameRu, string? Bin, string Address)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

/// <summary>Who pays; the declarant unless it said otherwise.</summary>
public sealed record Payer(string NameKk, string NameRu, string? Bin, string Address)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

/// <summary>Lines of the declaration with one category (or packaging), coefficient and MCI; in a supplement the difference, which may be negative.</summary>
public sealed record FeeLine(int Position, string Category, string? Packaging, decimal? Coefficient, decimal? MciValue, int Lines, long MassGrams, long AmountTiyn);

/// <summary>What happened to an invoice since its issue, in its order.</summary>
/// <param name="What">Allocation, SetOff, TakenBack or CreditNote.</param>
/// <param name="Document">The receipt's reference, or the credit note's number.</param>
public sealed record InvoiceStep(DateOnly On, string What, string Cause, string Document, string Source, long AmountTiyn, DateTimeOffset At, string Reason);

public sealed record CreditNote(
    Guid CreditNoteId, string Number, string Slug, string NameKk, string NameRu, string? Bin, string Declaration, int Version, string Cause, long AmountTiyn, DateOnly IssuedOn,
    int? SinceVersion, string Programme)
{
    public IReadOnlyList<FeeLine> Lines { get; init; } = [];

    public IReadOnlyList<CreditNotePart> Parts { get; init; } = [];

    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

/// <param name="UnpaidTiyn">Lowered what was owed.</param>
/// <param name="PaidTiyn">Was paid and became credit.</param>
public sealed record CreditNotePart(string Invoice, long UnpaidTiyn, long PaidTiyn);

/// <summary>Filters of the lists, all of them optional.</summary>
public sealed record InvoiceFilter(
    InvoiceState? State = null, bool OverdueOnly = false, string? Text = null, DateOnly? From = null, DateOnly? Until = null, Guid? After = null, int PageSize = 50)
{
    internal object Parameters(OrganisationId? organisation, int limit) => new
    {
        organisation,
        state = State?.ToString(),
        overdue = OverdueOnly,
        text = string.IsNullOrWhiteSpace(Text) ? null : Text.Trim(),
        reference = PaymentReference.Parse(Text),
        from = From,
        until = Until,
        after = After,
        limit,
    };
}

public sealed record InvoiceSums(int Invoices, int Overdue, long AmountTiyn, long CreditedTiyn, long AllocatedTiyn, long OpenTiyn, long OverdueTiyn);

/// <summary>Where an organisation stands with the fund: what it owes, and what the fund holds of it.</summary>
/// <param name="NextDueOn">Of the open invoice that is due first.</param>
public sealed record MoneyPosition(long OpenTiyn, long OverdueTiyn, long CreditTiyn, long WaitingTiyn, string? NextNumber, DateOnly? NextDueOn, long? NextOpenTiyn, int Invoices);

/// <summary>What became of a submitted version.</summary>
/// <param name="Outcome">Waiting, Invoice, CreditNote or Nothing.</param>
public sealed record VersionBilling(string Outcome, long DifferenceTiyn, string? Number, InvoiceState? State, long? OpenTiyn, DateOnly? DueOn);

using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Receipts;

/// <summary>Money that came, as its source tells it.</summary>
/// <param name="ReceiptId">Made by the caller, so that a retry names the same one.</param>
/// <param name="SourceId">The charge's attempt or the statement's row: with <paramref name="Source"/> it is recorded once, ever.</param>
/// <param name="OrganisationId">Whose money it is; none while nobody knows. With an invoice it may be left out: then its debtor's.</param>
/// <param name="InvoiceId">The invoice that the payer named, or none.</param>
/// <param name="ReceivedOn">The day by the provider or the bank. When its books are closed the posting lands on today, and this day is kept beside it.</param>
/// <param name="Reference">What a reader would look for: the bank's document number, the provider's payment id.</param>
/// <param name="PayerBin">As the source says; it may be another organisation than the debtor.</param>
public sealed record NewReceipt(
    ReceiptId ReceiptId,
    ReceiptSource Source,
    Guid SourceId,
    OrganisationId? OrganisationId,
    InvoiceId? InvoiceId,
    Money Amount,
    DateOnly ReceivedOn,
    string Reference,
    string PayerName,
    Bin? PayerBin);

public enum ReceiptSource
{
    Card,
    Bank,
}

/// <summary>How much of a receipt goes to one invoice.</summary>
public readonly record struct InvoicePart(InvoiceId InvoiceId, Money Amount);

/// <summary>Money that leaves a receipt, and the refund, dispute or statement row that says so.</summary>
public sealed record Reversal(ReversalCause Cause, Guid CauseId, Money Amount);

public enum ReversalCause
{
    Refund,
    Dispute,
    BankReversal,
}

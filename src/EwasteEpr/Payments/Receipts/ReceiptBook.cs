using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Payments.Receipts;

/// <summary>
/// Every tenge that came, whatever brought it: what it pays, what of it is credit, what went back. The steps are the functions of
/// <c>db/repeatable/payments.sql</c>; each posts, moves the counters and audits in the caller's transaction.
/// </summary>
/// <remarks>
/// The steps of one organisation wait for each other. The constraints decide who comes too late: catch
/// <see cref="PaymentRefusals"/> and turn it into an outcome of your own; the transaction is over then.
/// </remarks>
public static class ReceiptBook
{
    private const string RecordSql = """
        select payments.record_receipt(@receiptId, @source, @sourceId, @organisationId, @invoiceId, @tiyn, @receivedOn, @reference, @payerName, @payerBin, @actor::jsonb)
        """;

    /// <summary>Posts the money and pays the invoice that was named, up to what is open. The rest waits, or is credit when the payer owes nothing else.</summary>
    /// <returns>False when this source was recorded before: nothing was done again.</returns>
    public static Task<bool> RecordAsync(DbTransaction transaction, NewReceipt receipt, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(actor);
        return transaction.QuerySingleAsync<bool>(
            RecordSql,
            new
            {
                receiptId = receipt.ReceiptId,
                source = receipt.Source.ToString(),
                sourceId = receipt.SourceId,
                organisationId = receipt.OrganisationId,
                invoiceId = receipt.InvoiceId,
                tiyn = AboveZero(receipt.Amount),
                receivedOn = receipt.ReceivedOn,
                reference = receipt.Reference,
                payerName = receipt.PayerName,
                payerBin = receipt.PayerBin?.Digits,
                actor = actor.ToJson(),
            },
            ct);
    }

    private const string AllocateSql = "select payments.allocate_receipt(@receiptId, @invoices, @tiyn, @reason, @actor::jsonb)::text";

    /// <summary>A decision: what waits on the receipt pays these invoices, all or none. A receipt without an owner becomes the first invoice's organisation's.</summary>
    /// <param name="reason">Kept with each allocation and shown.</param>
    /// <exception cref="PostgresException">More than waits or than is owed: see <see cref="PaymentRefusals"/>.</exception>
    public static Task AllocateAsync(
        DbTransaction transaction, ReceiptId receiptId, IReadOnlyList<InvoicePart> parts, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(actor);
        return transaction.QueryAsync<string?>(
            AllocateSql,
            new
            {
                receiptId,
                invoices = parts.Select(part => part.InvoiceId.Value).ToArray(),
                tiyn = parts.Select(part => AboveZero(part.Amount)).ToArray(),
                reason,
                actor = actor.ToJson(),
            },
            ct);
    }

    private const string CreditSql = """
        with locked as (
            select receipt_id, organisation_id, payments.lock_organisations(array[organisation_id])::text as done from receipts where receipt_id = @receiptId
        )
        select payments.credit_receipt(receipt_id, @tiyn)::text, audit.write(@actor::jsonb, 'receipt.credited', 'receipt', receipt_id::text, jsonb_build_object('tiyn', @tiyn, 'reason', @reason))
          from locked where done is not null
        """;

    /// <summary>A decision: what waits on the receipt of a known payer becomes the payer's credit, though invoices of the payer are open.</summary>
    public static Task CreditAsync(DbTransaction transaction, ReceiptId receiptId, Money amount, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(actor);
        return transaction.QueryAsync<string?>(CreditSql, new { receiptId, tiyn = AboveZero(amount), reason, actor = actor.ToJson() }, ct);
    }

    private const string ReverseSql = "select payments.reverse_receipt(@receiptId, @tiyn, @cause, @causeId, @actor::jsonb)";

    /// <summary>
    /// Money leaves the receipt: first what waits, then credit, then what it paid, the latest first; those invoices are open again.
    /// It arrives in <c>refunds_payable</c>, <c>disputed</c> or <c>bank</c>; what follows from there is <see cref="PaymentLedger"/>'s.
    /// </summary>
    /// <returns>False when this cause was recorded before: nothing was done again.</returns>
    /// <exception cref="PostgresException">The receipt has not that much left: see <see cref="PaymentRefusals"/>.</exception>
    public static Task<bool> ReverseAsync(DbTransaction transaction, ReceiptId receiptId, Reversal reversal, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(reversal);
        ArgumentNullException.ThrowIfNull(actor);
        return transaction.QuerySingleAsync<bool>(
            ReverseSql,
            new { receiptId, tiyn = AboveZero(reversal.Amount), cause = reversal.Cause.ToString(), causeId = reversal.CauseId, actor = actor.ToJson() },
            ct);
    }

    private const string RestoreSql = "select payments.restore_receipt(@cause, @causeId, @tiyn, @actor::jsonb)::text";

    /// <summary>A reversal did not happen after all (the refund failed, the dispute was won): the money pays again what it paid before, as far as that is open.</summary>
    public static Task RestoreAsync(DbTransaction transaction, Reversal reversal, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(reversal);
        ArgumentNullException.ThrowIfNull(actor);
        return transaction.QueryAsync<string?>(
            RestoreSql, new { cause = reversal.Cause.ToString(), causeId = reversal.CauseId, tiyn = AboveZero(reversal.Amount), actor = actor.ToJson() }, ct);
    }

    private static long AboveZero(Money amount) =>
        amount.Tiyn > 0 ? amount.Tiyn : throw new ArgumentOutOfRangeException(nameof(amount), amount, "Money that moves is above zero.");
}

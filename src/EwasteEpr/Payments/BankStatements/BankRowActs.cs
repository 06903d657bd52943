using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Receipts;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>The steps in the books that a document of the bank, or a decision about one, consists of.</summary>
internal static class BankRowActs
{
    private const string ReceiptSql = "select receipt_id from bank_rows where bank_row_id = @earlier and receipt_id is not null";

    /// <summary>The bank took an earlier transfer back: its money leaves the receipt, the invoices are open again, the certificate falls by its sweep.</summary>
    /// <param name="causeId">The row, or the decision: posted once.</param>
    public static async Task TakeBackAsync(DbTransaction transaction, OpenBankRow row, Guid earlier, Guid causeId, Actor actor, CancellationToken ct)
    {
        var receipt = await transaction.QuerySingleAsync<Guid>(ReceiptSql, new { earlier }, ct);
        await ReceiptBook.ReverseAsync(transaction, new ReceiptId(receipt), new Reversal(ReversalCause.BankReversal, causeId, Money.FromTiyn(row.AmountTiyn)), actor, ct);
    }

    private const string ExecuteSql = """
        update bank_refunds set state = 'Executed', bank_row_id = @row, executed_at = app.now()
         where refund_id = @refund and state = 'Approved' and amount_tiyn = @tiyn
        returning organisation_id, number
        """;

    /// <returns>False when it is not waiting for this amount any more.</returns>
    public static async Task<bool> ExecuteRefundAsync(DbTransaction transaction, OpenBankRow row, Guid refund, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<ExecutedRow>(ExecuteSql, new { refund, row = row.BankRowId, tiyn = row.AmountTiyn }, ct) is not { } executed)
        {
            return false;
        }

        await PaymentLedger.PostAsync(
            transaction,
            new MoneyFact("refund_executed", MoneyFactType.Refund, Derived(refund, "executed"), row.BookedOn, executed.Number),
            new MoneyMove(new MoneyPlace("refunds_payable", executed.OrganisationId), new MoneyPlace("bank"), Money.FromTiyn(row.AmountTiyn)),
            ct);
        return true;
    }

    public static Task UnexplainedAsync(DbTransaction transaction, OpenBankRow row, Guid factId, CancellationToken ct) =>
        PostAsync(transaction, row, factId, "bank_payment_unexplained", MoneyFactType.Correction, new MoneyPlace("bank_unexplained"), new MoneyPlace("bank"), ct);

    /// <summary>What was unexplained is not any more; the posting that says what it was follows.</summary>
    public static Task ExplainedAsync(DbTransaction transaction, OpenBankRow row, Guid factId, CancellationToken ct) =>
        PostAsync(transaction, row, factId, "bank_payment_explained", MoneyFactType.Correction, new MoneyPlace("bank"), new MoneyPlace("bank_unexplained"), ct);

    public static Task PostAsync(DbTransaction transaction, OpenBankRow row, Guid factId, string kind, MoneyFactType type, MoneyPlace from, MoneyPlace to, CancellationToken ct) =>
        PaymentLedger.PostAsync(transaction, new MoneyFact(kind, type, factId, row.BookedOn, row.DocumentNo), new MoneyMove(from, to, Money.FromTiyn(row.AmountTiyn)), ct);

    /// <summary>An id for one of several facts of one thing: the same thing and step always give the same, so a retry posts nothing twice.</summary>
    public static Guid Derived(Guid of, string step)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{of:N}:{step}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // version 8: made by a rule of our own
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    private sealed record ExecutedRow(OrganisationId? OrganisationId, string Number);
}

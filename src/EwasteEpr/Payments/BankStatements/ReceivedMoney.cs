using EwasteEpr.Kernel;
using EwasteEpr.Payments.Receipts;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Decisions about money that came, and their undoing.</summary>
internal static class ReceivedMoney
{
    private const string FiguresSql = """
        select organisation_id, credit_tiyn, unallocated_tiyn from receipts where receipt_id = @receipt for no key update
        """;

    private const string AllocationsSql = "select allocation_id from allocations where receipt_id = @receipt order by allocation_id limit 10000";

    public static async Task<(DecideOutcome Outcome, DecisionDetails Details)> AllocateAsync(DbTransaction transaction, OpenBankRow row, IReadOnlyList<InvoicePart> parts, string reason, Actor actor, CancellationToken ct)
    {
        var receipt = new ReceiptId(row.ReceiptId!.Value);
        var before = await ReadAsync(transaction, receipt, ct);
        if (parts.Count == 0 || parts.Any(part => part.Amount.Tiyn <= 0) || parts.Select(part => part.InvoiceId).Distinct().Count() != parts.Count || parts.Sum(part => part.Amount.Tiyn) > before.UnallocatedTiyn
            || !await OneDebtorAsync(transaction, parts, ct))
        {
            return (DecideOutcome.AmountsDoNotFit, new DecisionDetails());
        }

        await ReceiptBook.AllocateAsync(transaction, receipt, parts, reason, actor, ct);
        return (DecideOutcome.Done, Between(before, await ReadAsync(transaction, receipt, ct)));
    }

    private const string AssignSql = """
        with locked as (select payments.lock_organisations(array[@payer::uuid])::text as done)
        select payments.assign_receipt(@receipt, @payer)::text from locked where done is not null
        """;

    public static async Task<(DecideOutcome Outcome, DecisionDetails Details)> CreditAsync(DbTransaction transaction, OpenBankRow row, OrganisationId? payer, string reason, Actor actor, CancellationToken ct)
    {
        var receipt = new ReceiptId(row.ReceiptId!.Value);
        var before = await ReadAsync(transaction, receipt, ct);
        if (before.OrganisationId is null && payer is null)
        {
            return (DecideOutcome.PayerNeeded, new DecisionDetails());
        }

        if (before.UnallocatedTiyn == 0)
        {
            return (DecideOutcome.AmountsDoNotFit, new DecisionDetails());
        }

        if (before.OrganisationId is null)
        {
            await transaction.QueryAsync<string?>(AssignSql, new { receipt, payer }, ct);
        }

        await ReceiptBook.CreditAsync(transaction, receipt, Money.FromTiyn(before.UnallocatedTiyn), reason, actor, ct);
        return (DecideOutcome.Done, Between(before, await ReadAsync(transaction, receipt, ct)));
    }

    private const string UndoSql = "select payments.undo_decision(@receipt, @allocations, @credited, @assigned, @decision)";

    /// <returns>False when something was built on it since.</returns>
    public static Task<bool> UndoAsync(DbTransaction transaction, Guid receipt, DecisionDetails details, Guid decision, CancellationToken ct) => transaction.QuerySingleAsync<bool>(
        UndoSql, new { receipt, allocations = details.Allocations.ToArray(), credited = details.CreditedTiyn, assigned = details.Assigned, decision }, ct);

    private const string DebtorsSql = "select count(distinct organisation_id) = 1 and count(*) = cardinality(@invoices) from invoices where invoice_id = any (@invoices)";

    /// <summary>One decision gives the money to one debtor; a payment for two is two decisions.</summary>
    private static Task<bool> OneDebtorAsync(DbTransaction transaction, IReadOnlyList<InvoicePart> parts, CancellationToken ct) =>
        transaction.QuerySingleAsync<bool>(DebtorsSql, new { invoices = parts.Select(part => part.InvoiceId.Value).ToArray() }, ct);

    private static async Task<Figures> ReadAsync(DbTransaction transaction, ReceiptId receipt, CancellationToken ct)
    {
        var row = await transaction.QuerySingleAsync<FiguresRow>(FiguresSql, new { receipt }, ct);
        return new Figures(row.OrganisationId, row.CreditTiyn, row.UnallocatedTiyn, await transaction.QueryAsync<Guid>(AllocationsSql, new { receipt }, ct));
    }

    private static DecisionDetails Between(Figures before, Figures after) => new()
    {
        Allocations = [.. after.Allocations.Except(before.Allocations)],
        CreditedTiyn = after.CreditTiyn - before.CreditTiyn,
        Assigned = before.OrganisationId is null,
    };

    private sealed record FiguresRow(OrganisationId? OrganisationId, long CreditTiyn, long UnallocatedTiyn);

    private sealed record Figures(OrganisationId? OrganisationId, long CreditTiyn, long UnallocatedTiyn, IReadOnlyList<Guid> Allocations);
}

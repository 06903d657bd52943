using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Receipts;
using Npgsql;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Money to be sent back by bank transfer: one person asks, another approves, the bank's own statement says that it was paid.</summary>
public sealed class BankRefunds(Db db)
{
    private const string RequestSql = """
        insert into bank_refunds (receipt_id, organisation_id, amount_tiyn, payee_name, payee_number, payee_account, reason, requested_by)
        select receipt_id, organisation_id, unallocated_tiyn, @PartyName, @PartyNumber, @PartyAccount, @reason, @person
          from receipts where receipt_id = @receipt and unallocated_tiyn > 0
        returning refund_id
        """;

    internal static async Task<(DecideOutcome Outcome, DecisionDetails Details)> RequestAsync(DbTransaction transaction, OpenBankRow row, string reason, Actor actor, CancellationToken ct)
    {
        var refund = await transaction.QuerySingleOrDefaultAsync<Guid?>(
            RequestSql, new { row.PartyName, row.PartyNumber, row.PartyAccount, reason, person = actor.UserId, receipt = row.ReceiptId }, ct);
        return refund is null ? (DecideOutcome.AmountsDoNotFit, new DecisionDetails()) : (DecideOutcome.Done, new DecisionDetails { Refund = refund });
    }

    private const string WithdrawSql = "update bank_refunds set state = 'Withdrawn', decided_by = @person, decided_at = app.now() where refund_id = @refund and state = 'Requested' returning refund_id";

    internal static async Task<bool> WithdrawAsync(DbTransaction transaction, Guid refund, Actor actor, CancellationToken ct) =>
        await transaction.QuerySingleOrDefaultAsync<Guid?>(WithdrawSql, new { refund, person = actor.UserId }, ct) is not null;

    private const string UnexecuteSql = "update bank_refunds set state = 'Approved', bank_row_id = null, executed_at = null where refund_id = @refund and bank_row_id = @row returning organisation_id";

    internal static async Task<bool> UnexecuteAsync(DbTransaction transaction, OpenBankRow row, Guid refund, Guid decision, CancellationToken ct)
    {
        var owner = (await transaction.QueryAsync<OrganisationId?>(UnexecuteSql, new { refund, row = row.BankRowId }, ct)).ToList();
        if (owner.Count == 0)
        {
            return false;
        }

        await BankRowActs.PostAsync(
            transaction, row, BankRowActs.Derived(decision, "unexecuted"), "bank_payment_explained", MoneyFactType.Correction, new MoneyPlace("bank"), new MoneyPlace("refunds_payable", owner[0]), ct);
        return true;
    }

    private const string ApproveSql = """
        update bank_refunds set state = 'Approved', decided_by = @person, decided_at = app.now()
         where refund_id = @refund and state = 'Requested' and requested_by <> @person
        returning receipt_id, amount_tiyn, number
        """;

    private const string StateSql = "select state, requested_by from bank_refunds where refund_id = @refund";

    /// <summary>The second person: the money leaves the receipt and is owed to the payer until the bank has paid it.</summary>
    public async Task<BankRefundOutcome> ApproveAsync(Guid refund, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.InTransactionAsync(
                async transaction =>
                {
                    if (await transaction.QuerySingleOrDefaultAsync<ApprovedRow>(ApproveSql, new { refund, person = actor.UserId }, ct) is not { } approved)
                    {
                        return await WhyNotAsync(transaction, refund, actor, ct);
                    }

                    await ReceiptBook.ReverseAsync(transaction, new ReceiptId(approved.ReceiptId), new Reversal(ReversalCause.Refund, refund, Money.FromTiyn(approved.AmountTiyn)), actor, ct);
                    await AuditTrail.WriteAsync(transaction, new AuditEntry("bank_refund.approved", "bank_refund", approved.Number), actor, ct);
                    return BankRefundOutcome.Done;
                },
                ct);
        }
        catch (PostgresException problem) when (problem.IsReceiptUsedUp())
        {
            return BankRefundOutcome.UsedSince;
        }
    }

    private const string ReopenSql = """
        with undone as (
            update bank_decisions d set undone_by = @person, undone_at = app.now(), undo_reason = @reason
              from bank_refunds f join receipts r using (receipt_id)
             where f.refund_id = @refund and d.bank_row_id = r.source_id and d.kind = 'Return' and d.undone_at is null
            returning d.bank_row_id
        )
        update bank_rows b set status = 'Waiting', revision = revision + 1, settled_at = null from undone u where b.bank_row_id = u.bank_row_id and b.status = 'Decided'
        """;

    /// <summary>Refused by the second person, or taken back by the first: the money waits on the matching screen again.</summary>
    public Task<BankRefundOutcome> WithdrawAsync(Guid refund, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var why = StatementLimits.Clean(reason, BankDecisions.MostReasonCharacters);
        return why.Length < BankDecisions.LeastReasonCharacters ? Task.FromResult(BankRefundOutcome.ReasonNeeded) : db.InTransactionAsync(
            async transaction =>
            {
                if (!await WithdrawAsync(transaction, refund, actor, ct))
                {
                    return await transaction.QuerySingleOrDefaultAsync<StateRow>(StateSql, new { refund }, ct) is null ? BankRefundOutcome.NotFound : BankRefundOutcome.AlreadyDecided;
                }

                await transaction.ExecuteAsync(ReopenSql, new { refund, person = actor.UserId, reason = why }, ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("bank_refund.withdrawn", "bank_refund", $"{refund}").With(new { reason = why }), actor, ct);
                return BankRefundOutcome.Done;
            },
            ct);
    }

    private static async Task<BankRefundOutcome> WhyNotAsync(DbTransaction transaction, Guid refund, Actor actor, CancellationToken ct) =>
        await transaction.QuerySingleOrDefaultAsync<StateRow>(StateSql, new { refund }, ct) switch
        {
            null => BankRefundOutcome.NotFound,
            { State: "Requested" } row when row.RequestedBy == actor.UserId => BankRefundOutcome.SamePerson,
            _ => BankRefundOutcome.AlreadyDecided,
        };

    private const string ListSql = """
        select f.refund_id, f.number, f.state, f.amount_tiyn, f.payee_name, f.payee_number, f.payee_account, f.reason, f.requested_by, p.name as requester, f.requested_at, r.source_id as bank_row_id, f.executed_at
          from bank_refunds f join receipts r using (receipt_id) left join people p on p.person_id = f.requested_by
         where @open::boolean is false or f.state in ('Requested', 'Approved')
         order by f.requested_at desc, f.refund_id desc
         limit 500
        """;

    public Task<IReadOnlyList<BankRefundRow>> ListAsync(bool open, CancellationToken ct) => db.QueryAsync<BankRefundRow>(ListSql, new { open }, ct);

    private sealed record ApprovedRow(Guid ReceiptId, long AmountTiyn, string Number);

    private sealed record StateRow(string State, Guid RequestedBy);
}

public enum BankRefundOutcome
{
    Done,
    NotFound,
    SamePerson,
    AlreadyDecided,
    ReasonNeeded,

    /// <summary>The money pays something by now.</summary>
    UsedSince,
}

public sealed record BankRefundRow(
    Guid RefundId, string Number, string State, long AmountTiyn, string PayeeName, string? PayeeNumber, string? PayeeAccount, string Reason, Guid RequestedBy, string? Requester,
    DateTimeOffset RequestedAt, Guid BankRowId, DateTimeOffset? ExecutedAt);

using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using EwasteEpr.Payments.Receipts;

namespace EwasteEpr.Payments.Cards;

/// <summary>What a refund becomes by the provider's word. Under the attempt's lock; the same word again changes nothing.</summary>
internal static class CardRefundBook
{
    private const string FindSql = """
        select r.refund_id, r.attempt_id, r.amount_tiyn, r.state, r.origin
          from card_refunds r
         where r.provider_refund_id = @ProviderRefundId or r.refund_id = @RefundId
         order by r.provider_refund_id is null, r.refund_id
         limit 1
        """;

    private const string AdoptSql = """
        insert into card_refunds (refund_id, attempt_id, amount_tiyn, reason, origin, state, idempotency_key, provider_refund_id)
        values (@id, @attempt, @units, 'provider', 'Provider', 'Sent', 'provider-' || @ProviderRefundId, @ProviderRefundId)
        """;

    private const string ReserveSql = "update payment_attempts set refunded_tiyn = refunded_tiyn + @units where attempt_id = @attempt";

    public static async Task<Found> ApplyAsync(DbTransaction transaction, CardRefund refund, CancellationToken ct)
    {
        // Our own refund names its attempt; another one only its payment.
        var row = await transaction.QuerySingleOrDefaultAsync<RefundRow>(FindSql, refund, ct);
        if (await AttemptBook.LockAsync(transaction, row?.AttemptId, null, row is null ? refund.PaymentId ?? "" : null, ct) is not { ReceiptId: { } receipt } attempt)
        {
            return new Found.Wait(refund.PaymentId, "No payment of ours.");
        }

        // Read again under the lock: somebody may have adopted it meanwhile.
        row = await transaction.QuerySingleOrDefaultAsync<RefundRow>(FindSql, refund, ct);
        if (row is null)
        {
            if (refund.State == CardRefundState.Failed)
            {
                return new Found.Done("RefundKnown", attempt.AttemptId); // it never touched our books
            }

            row = await AdoptAsync(transaction, attempt, new ReceiptId(receipt), refund, ct);
        }

        if (!refund.Amount.Is(Money.FromTiyn(row.AmountTiyn)))
        {
            return new Found.Person(new NewCase(PaymentCaseKind.AmountDiffers, refund.ProviderRefundId) { Attempt = attempt.AttemptId, Details = new { told = refund.Amount.ToString(), asked = row.AmountTiyn } });
        }

        var changed = await FollowAsync(transaction, attempt, row, refund, ct);
        return new Found.Done(changed ? "RefundRecorded" : "RefundKnown", attempt.AttemptId);
    }

    private const string KnownSql = """
        select coalesce(sum(amount_tiyn), 0)::bigint from card_refunds where attempt_id = @attempt and provider_refund_id is not null and state in ('Sent', 'Succeeded')
        """;

    /// <summary>How much of an attempt's money is known to have gone back or to be on its way.</summary>
    public static Task<long> KnownAsync(DbTransaction transaction, Guid attempt, CancellationToken ct) => transaction.QuerySingleAsync<long>(KnownSql, new { attempt }, ct);

    /// <summary>Somebody refunded past our two people: it is in the books because money moves, and a person is told.</summary>
    private static async Task<RefundRow> AdoptAsync(DbTransaction transaction, LockedAttempt attempt, ReceiptId receipt, CardRefund refund, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        var parameters = new { id, attempt = attempt.AttemptId, units = refund.Amount.Units, refund.ProviderRefundId };
        await transaction.ExecuteAsync(ReserveSql, parameters, ct);
        await transaction.ExecuteAsync(AdoptSql, parameters, ct);
        await ReceiptBook.ReverseAsync(transaction, receipt, new Reversal(ReversalCause.Refund, id, Money.FromTiyn(refund.Amount.Units)), Actor.System("card-payments"), ct);
        await PaymentCases.OpenAsync(
            transaction, new NewCase(PaymentCaseKind.RefundOutside, refund.ProviderRefundId) { Attempt = attempt.AttemptId, Details = new { told = refund.Amount.ToString() } }, ct);
        return new RefundRow(id, attempt.AttemptId, refund.Amount.Units, "Sent", "Provider");
    }

    private const string SentSql = """
        update card_refunds set state = 'Sent', provider_refund_id = @ProviderRefundId, last_error = null where refund_id = @id and state = 'Approved'
        """;

    private const string SucceededSql = """
        update card_refunds set state = 'Succeeded', provider_refund_id = @ProviderRefundId, settled_at = app.now(), last_error = null
         where refund_id = @id and state in ('Approved', 'Sent')
        """;

    private static async Task<bool> FollowAsync(DbTransaction transaction, LockedAttempt attempt, RefundRow row, CardRefund refund, CancellationToken ct)
    {
        var parameters = new { id = row.RefundId, refund.ProviderRefundId };
        switch (refund.State)
        {
            case CardRefundState.Pending:
                return await transaction.ExecuteAsync(SentSql, parameters, ct) > 0;
            case CardRefundState.Succeeded when await transaction.ExecuteAsync(SucceededSql, parameters, ct) > 0:
                return await PaymentLedger.PostAsync(
                    transaction,
                    new MoneyFact("refund_executed", MoneyFactType.Refund, row.RefundId, null, refund.ProviderRefundId),
                    new MoneyMove(new("refunds_payable", new OrganisationId(attempt.OrganisationId)), new("card_clearing"), Money.FromTiyn(row.AmountTiyn)),
                    ct);
            case CardRefundState.Failed:
                return await FailAsync(transaction, attempt, row, refund.FailureReason ?? "failed", refund.ProviderRefundId, ct);
            default:
                return row.Origin == "Provider" && row.State == "Sent"; // adopted just now, or known
        }
    }

    private const string FailedSql = """
        update card_refunds set state = 'Failed', failure = left(@why, 200), provider_refund_id = coalesce(provider_refund_id, @provider), settled_at = app.now(), last_error = null
         where refund_id = @id and state in ('Approved', 'Sent', 'Succeeded')
        """;

    private const string ExecutionSql = """
        select transfer_id from ledger.transfers t where kind = 'refund_executed' and source_id = @id and not exists (select from ledger.transfers r where r.reverses_id = t.transfer_id)
        """;

    private const string GiveBackSql = "update payment_attempts set refunded_tiyn = refunded_tiyn - @tiyn where attempt_id = @attempt";

    /// <summary>It did not reach the card: the money is the payer's again and pays what it paid before, as far as that is open. Also after a success.</summary>
    public static async Task<bool> FailAsync(DbTransaction transaction, LockedAttempt attempt, RefundRow row, string why, string? provider, CancellationToken ct)
    {
        if (await transaction.ExecuteAsync(FailedSql, new { id = row.RefundId, why, provider }, ct) == 0)
        {
            return false;
        }

        if (await transaction.QuerySingleOrDefaultAsync<TransferId?>(ExecutionSql, new { id = row.RefundId }, ct) is { } execution)
        {
            await GeneralLedger.ReverseAsync(transaction, execution, new LedgerSource("card_refund_failed", row.RefundId, 1), ct);
        }

        await ReceiptBook.RestoreAsync(transaction, new Reversal(ReversalCause.Refund, row.RefundId, Money.FromTiyn(row.AmountTiyn)), Actor.System("card-payments"), ct);
        await transaction.ExecuteAsync(GiveBackSql, new { attempt = attempt.AttemptId, tiyn = row.AmountTiyn }, ct);
        await PaymentCases.OpenAsync(transaction, new NewCase(PaymentCaseKind.RefundFailed, row.RefundId.ToString()) { Attempt = attempt.AttemptId, Details = new { why } }, ct);
        return true;
    }
}

internal sealed record RefundRow(Guid RefundId, Guid AttemptId, long AmountTiyn, string State, string Origin);

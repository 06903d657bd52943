using EwasteEpr.Kernel;
using EwasteEpr.Payments.Receipts;

namespace EwasteEpr.Payments.Cards;

/// <summary>What a dispute becomes. Its facts come in any order: each is noted, and what follows for the books is derived from all that are known.</summary>
/// <remarks>
/// While a cardholder only objects, the payment stands. When the provider takes the money, the receipt's money is set aside in
/// <c>disputed</c> and its invoices are open again; won, it pays them again; lost, it leaves <c>card_clearing</c>.
/// </remarks>
internal static class CardDisputeBook
{
    private const string NoteSql = """
        insert into card_disputes as d (provider_dispute_id, attempt_id, amount_tiyn, reason, opened_at, withdrawn_at, reinstated_at, outcome, closed_at)
        values (@dispute, @attempt, @units, left(@reason, 200), @at, case when @step = 'Withdrawn' then @at end, case when @step = 'Reinstated' then @at end,
                case when @step in ('Won', 'Lost') then @step end, case when @step in ('Won', 'Lost') then @at end)
        on conflict on constraint dispute_at_the_provider_once do update
           set opened_at = least(d.opened_at, excluded.opened_at),
               withdrawn_at = coalesce(d.withdrawn_at, excluded.withdrawn_at),
               reinstated_at = coalesce(d.reinstated_at, excluded.reinstated_at),
               outcome = coalesce(d.outcome, excluded.outcome),
               closed_at = coalesce(d.closed_at, excluded.closed_at)
        returning dispute_id, amount_tiyn, books, withdrawn_at is not null as is_withdrawn, reinstated_at is not null as is_reinstated, outcome
        """;

    private const string BooksSql = "update card_disputes set books = @books where dispute_id = @id";

    public static async Task<Found> ApplyAsync(DbTransaction transaction, CardEvent.Disputed told, DateTimeOffset at, CancellationToken ct)
    {
        if (await AttemptBook.LockAsync(transaction, null, null, told.Payment ?? "", ct) is not { ReceiptId: { } receipt } attempt)
        {
            return new Found.Wait(told.Payment, "No payment of ours.");
        }

        if (told.Amount.Currency != "KZT" || told.Amount.Units <= 0 || told.Amount.Units > attempt.AmountTiyn)
        {
            return new Found.Person(new NewCase(PaymentCaseKind.AmountDiffers, told.DisputeId) { Attempt = attempt.AttemptId, Details = new { told = told.Amount.ToString(), asked = attempt.AmountTiyn } });
        }

        var dispute = await transaction.QuerySingleAsync<DisputeRow>(
            NoteSql, new { dispute = told.DisputeId, attempt = attempt.AttemptId, units = told.Amount.Units, reason = told.Reason, at, step = told.Step.ToString() }, ct);
        await FollowAsync(transaction, attempt, new ReceiptId(receipt), dispute, ct);
        var kind = dispute.Outcome == "Lost" ? PaymentCaseKind.DisputeLost : PaymentCaseKind.DisputeOpened;
        await PaymentCases.OpenAsync(transaction, new NewCase(kind, told.DisputeId) { Attempt = attempt.AttemptId, Details = new { told = told.Amount.ToString(), told.Reason } }, ct);
        return new Found.Done("DisputeRecorded", attempt.AttemptId);
    }

    private static async Task FollowAsync(DbTransaction transaction, LockedAttempt attempt, ReceiptId receipt, DisputeRow dispute, CancellationToken ct)
    {
        var actor = Actor.System("card-payments");
        var amount = Money.FromTiyn(dispute.AmountTiyn);
        var books = dispute.Books;
        var isOurs = dispute.Outcome == "Won" || (dispute.IsReinstated && dispute.Outcome != "Lost");
        if (books == "None" && !isOurs && (dispute.IsWithdrawn || dispute.Outcome == "Lost"))
        {
            await ReceiptBook.ReverseAsync(transaction, receipt, new Reversal(ReversalCause.Dispute, dispute.DisputeId, amount), actor, ct);
            books = "Reversed";
        }

        if (books == "Reversed" && isOurs)
        {
            await ReceiptBook.RestoreAsync(transaction, new Reversal(ReversalCause.Dispute, dispute.DisputeId, amount), actor, ct);
            books = "Restored";
        }

        if (books == "Reversed" && dispute.Outcome == "Lost")
        {
            await PaymentLedger.PostAsync(
                transaction,
                new MoneyFact("dispute_lost", MoneyFactType.Dispute, dispute.DisputeId, null, attempt.PaymentId ?? ""),
                new MoneyMove(new("disputed", new OrganisationId(attempt.OrganisationId)), new("card_clearing"), amount),
                ct);
            books = "Lost";
        }

        if (books != dispute.Books)
        {
            await transaction.ExecuteAsync(BooksSql, new { id = dispute.DisputeId, books }, ct);
        }
    }

    private sealed record DisputeRow(Guid DisputeId, long AmountTiyn, string Books, bool IsWithdrawn, bool IsReinstated, string? Outcome);
}

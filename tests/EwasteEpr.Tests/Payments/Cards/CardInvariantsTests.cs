using EwasteEpr.Payments.Cards;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Payments.Cards;

/// <summary>A check must be able to fail: each case breaks one rule as a superuser would, and the invariant that holds it objects.</summary>
public sealed class CardInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("Each provider event has exactly one effect", "alter table provider_events drop constraint event_has_exactly_one_effect; update provider_events set effect = null where effect = 'PaymentRecorded'")]
    [InlineData("Each provider event has exactly one effect", "update provider_events set state = 'Ignored' where effect = 'PaymentRecorded'")]
    [InlineData("Each provider event has exactly one effect", "update provider_events set state = 'Held', attempt_id = null, payment_id = 'pi_of_nobody' where effect = 'PaymentKnown'")]
    [InlineData("Each card payment is recorded once", "update provider_events set effect = 'PaymentRecorded' where effect = 'PaymentKnown'")]
    [InlineData("Each paid attempt has exactly one receipt", "update payment_attempts set amount_tiyn = amount_tiyn + 1 where state = 'Paid'")]
    [InlineData("Each paid attempt has exactly one receipt", "update receipts set source_id = uuidv7() where source = 'Card'")]
    [InlineData("Refunds of a card payment never exceed it", "update payment_attempts set refunded_tiyn = refunded_tiyn - 1 where refunded_tiyn > 0")]
    [InlineData("Refunds of a card payment never exceed it", "alter table payment_attempts drop constraint refunds_within_what_was_paid; update card_refunds set amount_tiyn = 100000; update payment_attempts a set refunded_tiyn = (select sum(amount_tiyn) from card_refunds f where f.attempt_id = a.attempt_id and state not in ('Withdrawn', 'Failed')) where refunded_tiyn > 0")]
    [InlineData("Two people stand behind every refund", "alter table card_refunds drop constraint refund_two_people; update card_refunds set decided_by = requested_by")]
    [InlineData("Each refund left the clearing account once", "update card_refunds set state = 'Sent', settled_at = null where state = 'Succeeded'")]
    [InlineData("Each refund left the clearing account once", "delete from ledger.transfers where kind = 'refund_executed'")]
    [InlineData("Each refund and dispute took from its receipt", "update receipt_reversals set amount_tiyn = amount_tiyn - 1 where cause = 'Refund'")]
    [InlineData("Each refund and dispute took from its receipt", "update card_disputes set books = 'Reversed'")]
    public async Task BrokenByHand_IsFound(string invariant, string sql)
    {
        var finding = await Scene.BreakAsync(invariant, $"set session_replication_role = replica; {sql}");
        Assert.NotNull(finding.FirstBroken);
        Assert.True(finding.RowsChecked > 0);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var given = new GivenCards();
        await given.InitializeAsync();
        var attempt = await given.OpenAsync(10_000);
        await given.TellAsync(attempt.SessionCompleted(), attempt.PaymentSucceeded(), attempt.Disputed(ProviderBodies.Id("dp"), "created"));
        await given.Refunds().RequestAsync(attempt.Id, EwasteEpr.Kernel.Money.FromTiyn(4_000), "the payer asked", GivenCards.Person(), default);
        var refund = await given.Db.QuerySingleAsync<Guid>("select refund_id from card_refunds where attempt_id = @Id", new { attempt.Id }, default);
        Assert.Equal(RefundOutcome.Done, await given.Refunds().ApproveAsync(refund, GivenCards.Person(), default));
        await given.TellAsync(attempt.Refunded(ProviderBodies.Id("re"), 4_000, ours: refund));
        await given.Money.AssertBooksAsync(withCards: true);
        return given.Money.Database;
    }
}

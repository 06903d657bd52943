using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Cards;

/// <summary>What always holds between the provider's events, our attempts, receipts, refunds and the ledger.</summary>
public static class CardInvariants
{
    private const string EffectsSql = """
        select count(*) as rows_checked,
               (select format('event %s (%s) is %s with the effect %s', e.event_id, e.type, e.state, coalesce(e.effect, 'none'))
                  from provider_events e
                  left join payment_attempts a on a.attempt_id = e.attempt_id
                 where (e.state = 'Pending') <> (e.effect is null)
                    or (e.state = 'Ignored') <> (coalesce(e.effect, '') = 'Nothing')
                    or (e.effect in ('PaymentRecorded', 'PaymentKnown') and (a.state is distinct from 'Paid' or a.payment_id is distinct from e.payment_id))
                    or (e.state = 'Held' and not exists (select from payment_cases c where c.event_id = e.event_id or c.subject = e.payment_id or c.attempt_id = e.attempt_id))
                 order by e.event_id limit 1) as first_broken
          from provider_events e
        """;

    // More than one event may tell of a payment; one of them, or our asking, recorded it.
    private const string RecordedOnceSql = """
        select count(*) as rows_checked,
               (select format('payment %s was recorded by %s events', payment_id, count(*))
                  from provider_events where effect = 'PaymentRecorded' group by payment_id having count(*) > 1 order by payment_id limit 1) as first_broken
          from provider_events where effect = 'PaymentRecorded'
        """;

    private const string ReceiptsSql = """
        select count(*) as rows_checked,
               (select case when a.attempt_id is null then format('card receipt %s belongs to no paid attempt', r.receipt_id)
                            when r.receipt_id is null then format('attempt %s is paid and has no receipt', a.attempt_id)
                            else format('attempt %s took %s, its receipt says %s', a.attempt_id, a.amount_tiyn, r.amount_tiyn) end
                  from (select * from payment_attempts where state = 'Paid') a
                  full join (select * from receipts where source = 'Card') r on r.receipt_id = a.receipt_id and r.source_id = a.attempt_id
                 where a.attempt_id is null or r.receipt_id is null or a.amount_tiyn <> r.amount_tiyn or a.organisation_id is distinct from r.organisation_id
                 order by coalesce(a.attempt_id, r.receipt_id) limit 1) as first_broken
          from payment_attempts where state = 'Paid'
        """;

    private const string RefundsSql = """
        with sums as (
            select a.attempt_id, a.amount_tiyn, a.refunded_tiyn,
                   coalesce(sum(f.amount_tiyn) filter (where f.state not in ('Withdrawn', 'Failed')), 0) as refunds
              from payment_attempts a left join card_refunds f using (attempt_id)
             group by a.attempt_id
        )
        select count(*) as rows_checked,
               (select format('attempt %s: %s paid, %s counted as refunded, %s in its refunds', attempt_id, amount_tiyn, refunded_tiyn, refunds)
                  from sums where refunds <> refunded_tiyn or refunds > amount_tiyn order by attempt_id limit 1) as first_broken
          from sums
        """;

    private const string TwoPeopleSql = """
        select count(*) as rows_checked,
               (select format('refund %s was decided by one person', refund_id)
                  from card_refunds where origin = 'Ours' and state not in ('Requested', 'Withdrawn') and (decided_by is null or decided_by = requested_by) order by refund_id limit 1) as first_broken
          from card_refunds
        """;

    // What left the clearing account for refunds, and what is owed to payers, by the ledger and by the refunds.
    private const string LedgerSql = """
        with posted as (
            select t.source_id, sum(t.amount) - coalesce(sum(t.amount) filter (where exists (select from ledger.transfers r where r.reverses_id = t.transfer_id)), 0) as tiyn
              from ledger.transfers t where t.kind = 'refund_executed' and exists (select from card_refunds f where f.refund_id = t.source_id)
             group by t.source_id
        )
        select count(*) as rows_checked,
               (select format('refund %s of %s is %s, the ledger has paid %s', f.refund_id, f.amount_tiyn, f.state, coalesce(p.tiyn, 0))
                  from card_refunds f left join posted p on p.source_id = f.refund_id
                 where coalesce(p.tiyn, 0) <> case f.state when 'Succeeded' then f.amount_tiyn else 0 end
                 order by f.refund_id limit 1) as first_broken
          from card_refunds
        """;

    private const string ReversalsSql = """
        with facts as (
            select f.refund_id as id, 'Refund' as cause, f.amount_tiyn, f.state in ('Approved', 'Sent', 'Succeeded') as stands, f.state in ('Requested', 'Withdrawn') as never from card_refunds f
            union all
            select d.dispute_id, 'Dispute', d.amount_tiyn, d.books in ('Reversed', 'Lost'), d.books = 'None' from card_disputes d
        )
        select count(*) as rows_checked,
               (select format('%s %s of %s: its receipt gave %s', lower(f.cause), f.id, f.amount_tiyn, coalesce(r.amount_tiyn - r.restored_tiyn, 0))
                  from facts f left join receipt_reversals r on r.cause = f.cause and r.cause_id = f.id
                 where coalesce(r.amount_tiyn - r.restored_tiyn, 0) <> case when f.stands then f.amount_tiyn else 0 end or (f.never and r.reversal_id is not null)
                 order by f.id limit 1) as first_broken
          from facts
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each provider event has exactly one effect, or waits, or is a case", EffectsSql),
        new("Each card payment is recorded once, by whatever told it first", RecordedOnceSql),
        new("Each paid attempt has exactly one receipt of its amount", ReceiptsSql),
        new("Refunds of a card payment never exceed it", RefundsSql),
        new("Two people stand behind every refund of ours", TwoPeopleSql),
        new("Each refund left the clearing account once, when it succeeded", LedgerSql),
        new("Each refund and dispute took from its receipt what it says", ReversalsSql),
    ];
}

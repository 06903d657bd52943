using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack;

/// <summary>What always holds between things, transfers, lots and links.</summary>
public static class TakeBackInvariants
{
    private const string MassSql = """
        with sums as (
            select b.unit, count(*) as accounts, sum(b.balance) as balance from ledger.balances b where b.unit like 'mass:%' group by b.unit
        )
        select coalesce(sum(accounts), 0)::bigint as rows_checked,
               (select format('%s adds up to %s g instead of 0', unit, balance) from sums where balance <> 0 order by unit limit 1) as first_broken
          from sums
        """;

    private const string ItemsSql = """
        select count(*) as rows_checked,
               (select format('accepted thing %s has %s g of category %s, its transfer %s', i.intake_item_id, i.grams, i.category,
                              case when t.transfer_id is null then 'is not there' else format('moves %s in %s to another lot or by another fact', t.amount, t.unit) end)
                  from intake_items i
                  join stock_lots l on l.lot_id = i.lot_id
                  left join ledger.transfers t on t.transfer_id = i.transfer_id
                 where (t.amount, t.unit, t.credit_account_id, t.kind, t.source_id) is distinct from (i.grams, 'mass:' || i.category, l.account_id, 'intake_accepted'::text, i.intake_item_id)
                    or l.category <> i.category
                    or (i.undone_at is not null) <> exists (select from ledger.transfers r where r.reverses_id = i.transfer_id)
                 order by i.intake_item_id limit 1) as first_broken
          from intake_items
        """;

    private const string TransfersSql = """
        select count(*) as rows_checked,
               (select format('transfer %s is an acceptance without a thing', t.transfer_id) from ledger.transfers t
                 where t.kind = 'intake_accepted' and not exists (select from intake_items i where i.transfer_id = t.transfer_id)
                 order by t.transfer_id limit 1) as first_broken
          from ledger.transfers where kind = 'intake_accepted'
        """;

    // What later steps take out of a lot is theirs to account for: here the things and adjustments against what take-back itself posted.
    private const string LotsSql = """
        with posted as (
            select l.lot_id, l.account_id, l.container_id,
                   coalesce((select sum(t.amount) from ledger.transfers t where t.credit_account_id = l.account_id and t.kind in ('intake_accepted', 'estimate_replaced_up')), 0)
                   - coalesce((select sum(t.amount) from ledger.transfers t where t.debit_account_id = l.account_id and (t.kind = 'estimate_replaced_down' or t.source_type = 'intake_item_undo')), 0) as grams,
                   coalesce((select sum(i.grams) from intake_items i where i.lot_id = l.lot_id and i.undone_at is null), 0)
                   + coalesce((select sum(a.delta_grams) from lot_adjustments a where a.lot_id = l.lot_id), 0) as things
              from stock_lots l
        )
        select count(*) as rows_checked,
               (select format('lot %s of %s: its things and adjustments weigh %s g, its transfers say %s', p.lot_id, c.number, p.things, p.grams)
                  from posted p join containers c using (container_id) where p.grams <> p.things order by p.lot_id limit 1) as first_broken
          from posted
        """;

    private const string StatesSql = """
        select count(*) as rows_checked,
               (select format('item %s is %s with %s acceptances and %s refusals', i.item_id, i.state, x.accepted, x.refused)
                  from drop_off_items i
                 cross join lateral (
                       select (select count(*) from intake_items t where t.item_id = i.item_id and t.undone_at is null) as accepted, (select count(*) from refusals r where r.item_id = i.item_id) as refused) x
                 where (x.accepted, x.refused) is distinct from (case i.state when 'Accepted' then 1 else 0 end::bigint, case i.state when 'Refused' then 1 else 0 end::bigint)
                 order by i.item_id limit 1) as first_broken
          from drop_off_items
        """;

    private const string LinksSql = """
        select count(*) as rows_checked,
               (select format('accepted thing %s of %s g is linked to its lot by %s g', i.intake_item_id, i.grams, coalesce(x.grams, 0))
                  from intake_items i
                  left join lateral (
                       select sum(t.grams)::bigint as grams from trace_links t
                        where t.transfer_id = i.transfer_id and t.from_id = i.item_id and t.to_id = i.lot_id and (t.ended_at is null) = (i.undone_at is null)) x on true
                 where x.grams is distinct from i.grams
                 order by i.intake_item_id limit 1) as first_broken
          from intake_items
        """;

    private const string VouchersSql = """
        select count(*) as rows_checked,
               (select format('intake %s %s', a.intake_id, case when v.voucher_id is null then 'names no voucher of its own' else format('was undone and its voucher is %s', v.state) end)
                  from intakes a left join vouchers v on v.voucher_id = a.voucher_id and v.intake_id = a.intake_id
                 where a.voucher_id is not null and (v.voucher_id is null or (a.undone_at is not null and v.state <> 'Cancelled'))
                 order by a.intake_id limit 1) as first_broken
          from intakes where voucher_id is not null
        """;

    private const string EventsSql = """
        select count(*) as rows_checked,
               (select format('record %s of device %s %s', e.event_id, e.device_id,
                          case when e.outcome = 'Applied' then 'was applied and left no effect' else format('is %s and has an effect', e.outcome) end)
                  from point_events e
                 where (e.kind = 'Accept' and (e.outcome = 'Applied') <> exists (select from intakes a where a.event_id = e.event_id))
                    or (e.kind = 'DropOff' and (e.outcome = 'Applied') <> exists (select from drop_offs d where d.drop_off_id = e.event_id))
                    or (e.kind = 'Container' and (e.outcome = 'Applied') <> exists (select from containers c where c.container_id = e.event_id))
                    or (e.kind = 'Refuse' and (e.outcome = 'Applied') <> exists (select from refusals r where r.event_id = e.event_id))
                 order by e.event_id limit 1) as first_broken
          from point_events
        """;

    private const string HashesSql = """
        select count(*) as rows_checked,
               (select format('record %s is not what its device wrote', e.event_id) from point_events e
                 where e.event_hash <> sha256(convert_to(concat_ws(e'\n', coalesce(encode(e.previous_hash, 'hex'), ''), e.device_seq, e.kind, e.event_id, e.person_id, e.body ->> 'At', e.body ->> 'Text'), 'UTF8'))
                 order by e.event_id limit 1) as first_broken
          from point_events
        """;

    private const string OfflineValueSql = """
        select count(*) as rows_checked,
               (select format('the voucher of record %s is %s before anybody weighed', a.event_id, v.state)
                  from intakes a join vouchers v on v.voucher_id = a.voucher_id
                 where a.event_id is not null and a.released_at is null and v.state not in ('Held', 'Cancelled')
                 order by a.intake_id limit 1) as first_broken
          from intakes where event_id is not null
        """;

    private const string SealedSql = """
        select count(*) as rows_checked,
               (select format('thing %s went into %s after it was sealed', i.intake_item_id, c.number)
                  from intake_items i join intakes a using (intake_id) join stock_lots l using (lot_id) join containers c using (container_id)
                 where a.accepted_at > c.sealed_at
                 order by i.intake_item_id limit 1) as first_broken
          from containers where sealed_at is not null
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("The mass of each category adds up to 0", MassSql),
        new("Each accepted thing is one transfer of its grams into its lot, taken back when it is undone", ItemsSql),
        new("Each acceptance in the ledger is a thing", TransfersSql),
        new("Each lot holds its things and adjustments", LotsSql),
        new("Each item is announced, accepted once or refused once", StatesSql),
        new("Each accepted gram is linked to its lot", LinksSql),
        new("Each intake's voucher is its own, and cancelled when it is undone", VouchersSql),
        new("Each record of a device has one effect or none", EventsSql),
        new("Each record of a device is what the device wrote", HashesSql),
        new("No voucher of a record made without network is free before the weighing", OfflineValueSql),
        new("Nothing went into a sealed container", SealedSql),
    ];
}

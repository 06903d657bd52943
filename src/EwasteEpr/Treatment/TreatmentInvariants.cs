using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment;

/// <summary>What always holds of batches, their grams and what became of them.</summary>
public static class TreatmentInvariants
{
    private const string SumSql = """
        select count(*) as rows_checked,
               (select format('batch %s took %s g and gave %s + %s + %s', b.number, i.grams, coalesce(o.grams, 0), b.loss_grams, b.difference_grams)
                  from batches b
                  left join lateral (select coalesce(sum(grams), 0) as grams from batch_inputs where batch_id = b.batch_id and ended_at is null) i on true
                  left join lateral (select sum(grams) as grams from batch_outputs where batch_id = b.batch_id and state <> 'Cancelled') o on true
                 where b.state in ('Open', 'Closed') and (b.input_grams <> i.grams or (b.state = 'Closed' and i.grams <> coalesce(o.grams, 0) + b.loss_grams + b.difference_grams))
                 order by b.number limit 1) as first_broken
          from batches
        """;

    private const string InBatchSql = """
        select count(*) as rows_checked,
               (select format('batch %s is %s and its account holds %s g', b.number, b.state, a.balance)
                  from batches b join ledger.accounts a on a.account_id = b.account_id
                 where a.balance <> case when b.state = 'Open' then b.input_grams else 0 end
                 order by b.number limit 1) as first_broken
          from batches
        """;

    private const string InputsSql = """
        select count(*) as rows_checked,
               (select format('input %s of %s g is not what its transfer moves', i.batch_input_id, i.grams)
                  from batch_inputs i join batches b using (batch_id) join site_lots l using (site_lot_id) left join ledger.transfers t on t.transfer_id = i.transfer_id
                  left join trace_links x on x.transfer_id = i.transfer_id and x.from_type = 'site_lot' and x.from_id = i.site_lot_id and x.to_id = i.batch_id
                 where (t.amount, t.debit_account_id, t.credit_account_id, t.kind) is distinct from (i.grams, l.account_id, b.account_id, 'batch_charged'::text)
                    or (x.grams, x.ended_at is null) is distinct from (i.grams, i.ended_at is null)
                    or l.site_id <> b.site_id or l.category <> b.category
                 order by i.batch_input_id limit 1) as first_broken
          from batch_inputs
        """;

    private const string OutputsSql = """
        select count(*) as rows_checked,
               (select format('output %s of batch %s holds %s g, of %s g %s are confirmed', o.output_no, b.number, coalesce(a.balance, 0), o.grams, o.confirmed_grams)
                  from batch_outputs o join batches b using (batch_id) left join ledger.accounts a on a.account_id = o.account_id left join ledger.transfers t on t.transfer_id = o.transfer_id
                  left join trace_links x on x.transfer_id = o.transfer_id and x.from_type = 'batch' and x.to_id = o.output_id
                 where b.state = 'Closed' and o.state <> 'Cancelled'
                   and (t.amount is distinct from o.grams or t.debit_account_id is distinct from b.account_id or x.grams is distinct from o.grams or x.ended_at is not null
                        or coalesce(a.balance, 0) <> o.grams - o.confirmed_grams)
                 order by b.number, o.output_no limit 1) as first_broken
          from batch_outputs
        """;

    private const string ShipmentsSql = """
        select count(*) as rows_checked,
               (select format('output %s says %s g shipped and %s g confirmed, its loads %s and %s', o.output_id, o.shipped_grams, o.confirmed_grams, coalesce(s.shipped, 0), coalesce(s.confirmed, 0))
                  from batch_outputs o
                  left join lateral (select sum(grams) filter (where state = 'Shipped') as shipped, sum(confirmed_grams) as confirmed from fraction_shipments where output_id = o.output_id) s on true
                 where o.account_id is not null and (o.shipped_grams <> coalesce(s.shipped, 0) or o.confirmed_grams <> coalesce(s.confirmed, 0))
                 order by o.output_id limit 1) as first_broken
          from batch_outputs
        """;

    private const string WordSql = """
        select count(*) as rows_checked,
               (select format('load %s was confirmed with %s g, its transfer moves %s', s.number, s.confirmed_grams, coalesce(t.amount, 0))
                  from fraction_shipments s join batch_outputs o using (output_id) left join ledger.transfers t on t.transfer_id = s.transfer_id
                 where s.state = 'Confirmed' and (t.amount, t.debit_account_id, t.kind) is distinct from (s.confirmed_grams, o.account_id, 'fraction_confirmed'::text)
                 order by s.number limit 1) as first_broken
          from fraction_shipments where state = 'Confirmed'
        """;

    private const string ReceivedSql = """
        select count(*) as rows_checked,
               (select format('lot %s received %s g, and %s g of it went into batches', l.site_lot_id, l.received_grams, sum(i.grams))
                  from site_lots l join batch_inputs i using (site_lot_id)
                 where i.ended_at is null group by l.site_lot_id, l.received_grams having sum(i.grams) > l.received_grams
                 order by l.site_lot_id limit 1) as first_broken
          from site_lots
        """;

    private const string CapacitySql = """
        select count(*) as rows_checked,
               (select format('site %s category %s: %s g in batches, %s g of its capacity taken', coalesce(s.site_id, u.site_id), coalesce(s.category, u.category), coalesce(s.grams, 0), coalesce(u.grams, 0))
                  from (select b.site_id, b.category, sum(i.grams) as grams from batch_inputs i join batches b using (batch_id) where i.ended_at is null group by b.site_id, b.category) s
                  full join (select site_id, category, sum(grams) as grams from capacity_uses where source_type in ('batch_charge', 'batch_input_end') group by site_id, category) u
                         on u.site_id = s.site_id and u.category = s.category
                 where coalesce(s.grams, 0) <> coalesce(u.grams, 0)
                 order by 1 limit 1) as first_broken
          from batches
        """;

    private const string ForbiddenSql = """
        select count(*) as rows_checked,
               (select format('output %s of %s goes to %s', o.output_id, o.waste_code, o.operation)
                  from batch_outputs o join forbidden_operations f using (waste_code, operation) where o.state <> 'Cancelled' order by o.output_id limit 1) as first_broken
          from batch_outputs
        """;

    private const string VersionsSql = """
        select count(*) as rows_checked,
               (select format('batch %s is corrected and %s', b.number, case when n.batch_id is null then 'has no new version' else 'a transfer of it still stands' end)
                  from batches b left join batches n on n.corrects_batch_id = b.batch_id
                 where b.state = 'Corrected'
                   and (n.batch_id is null or exists (
                        select from ledger.transfers t
                         where ((t.source_type = 'batch' and t.source_id = b.batch_id) or (t.source_type = 'batch_output' and t.source_id in (select output_id from batch_outputs where batch_id = b.batch_id)))
                           and t.kind <> 'reversal' and not exists (select from ledger.transfers r where r.reverses_id = t.transfer_id)))
                 order by b.number limit 1) as first_broken
          from batches where state = 'Corrected'
        """;

    private const string LimitsSql = """
        select count(*) as rows_checked,
               (select format('batch %s differs by %s g of %s and no discrepancy says so', b.number, b.difference_grams, b.input_grams)
                  from batches b
                 where b.state = 'Closed' and abs(b.difference_grams) * 1000 > b.input_grams * 20 and not exists (select from treatment_discrepancies d where d.batch_id = b.batch_id and d.kind = 'BatchDifference' and d.ended_at is null)
                 order by b.number limit 1) as first_broken
          from batches where state = 'Closed'
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each closed batch gives exactly what it took", SumSql),
        new("The account of a batch holds its input while it is open, and nothing afterwards", InBatchSql),
        new("Each input of a batch is one transfer and one link of its grams", InputsSql),
        new("Each output of a closed batch is one transfer, one link, and holds what nobody confirmed", OutputsSql),
        new("Each output knows what of it is on the road and confirmed", ShipmentsSql),
        new("Each word of a buyer is one transfer of its grams", WordSql),
        new("No lot gave more to batches than it received", ReceivedSql),
        new("What is in batches is what their sites' capacity was taken for", CapacitySql),
        new("No output goes where an act forbids it", ForbiddenSql),
        new("A corrected batch has a new version and nothing of it stands", VersionsSql),
        new("Each difference above the limit is a discrepancy", LimitsSql),
    ];
}

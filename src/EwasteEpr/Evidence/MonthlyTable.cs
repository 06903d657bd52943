using EwasteEpr.Kernel;

namespace EwasteEpr.Evidence;

/// <summary>Received, written off, product, sold: month by month, for reimbursements; and who paid for every gram received.</summary>
public sealed class MonthlyTable(Db db)
{
    // Written off: taken from stock into a closed batch. Product: what came out of it to be used. Sold: confirmed by whoever took it over.
    private const string RowsSql = """
        select to_char(x.month, 'YYYY-MM') as month, x.category, sum(x.received)::bigint as received_grams, sum(x.written_off)::bigint as written_off_grams, sum(x.product)::bigint as product_grams, sum(x.sold)::bigint as sold_grams
          from (select date_trunc('month', l.weighed_in_on) as month, l.category, l.received_grams as received, 0 as written_off, 0 as product, 0 as sold
                  from site_lots l where l.channel <> 'Opening' and (@organisation::uuid is null or l.organisation_id = @organisation)
                union all
                select date_trunc('month', b.closed_at at time zone 'Asia/Almaty'), b.category, 0, b.input_grams, 0, 0
                  from batches b where b.state = 'Closed' and (@organisation::uuid is null or b.organisation_id = @organisation)
                union all
                select date_trunc('month', b.closed_at at time zone 'Asia/Almaty'), b.category, 0, 0, o.grams, 0
                  from batch_outputs o join batches b using (batch_id)
                 where b.state = 'Closed' and o.state <> 'Cancelled' and o.result in ('Reused', 'Recycled', 'Recovered') and (@organisation::uuid is null or b.organisation_id = @organisation)
                union all
                select date_trunc('month', o.confirmed_on), b.category, 0, 0, 0, o.grams
                  from batch_outputs o join batches b using (batch_id)
                 where b.state = 'Closed' and o.state = 'Confirmed' and o.result in ('Reused', 'Recycled', 'Recovered') and (@organisation::uuid is null or b.organisation_id = @organisation)) x
         group by x.month, x.category
         order by x.month desc, x.category
         limit 2000
        """;

    public Task<IReadOnlyList<MonthRow>> RowsAsync(OrganisationId? organisation, CancellationToken ct) => db.QueryAsync<MonthRow>(RowsSql, new { organisation = organisation?.Value }, ct);

    private const string PayersSql = """
        select p.category, p.payer, sum(p.grams)::bigint as grams, sum(p.evidenced_grams)::bigint as evidenced_grams from gram_payers p group by p.category, p.payer order by p.category, p.payer limit 100
        """;

    /// <summary>Own systems together: which of them paid is between them and the operator.</summary>
    public Task<IReadOnlyList<PayerRow>> PayersAsync(CancellationToken ct) => db.QueryAsync<PayerRow>(PayersSql, null, ct);

    // Asked of the rows, not assumed: how many grams are claimed more often than they were treated.
    private const string DoubleSql = """
        select (select coalesce(sum(received_grams), 0) from site_lots)::bigint as received_grams,
               (select coalesce(sum(greatest(0, p.grams - i.grams)), 0) from (select batch_input_id, sum(grams) as grams from evidence_parts where ended_at is null group by batch_input_id) p join batch_inputs i using (batch_input_id))::bigint as double_grams,
               (select count(*) from payer_changes where state = 'Approved') as reimbursements, app.now() as at
        """;

    public Task<OneGramFigures> FiguresAsync(CancellationToken ct) => db.QuerySingleAsync<OneGramFigures>(DoubleSql, null, ct);
}

/// <param name="Month">2026-11.</param>
public sealed record MonthRow(string Month, string Category, long ReceivedGrams, long WrittenOffGrams, long ProductGrams, long SoldGrams);

public sealed record PayerRow(string Category, string Payer, long Grams, long EvidencedGrams);

/// <param name="DoubleGrams">Claimed more than once: 0, or something is broken.</param>
public sealed record OneGramFigures(long ReceivedGrams, long DoubleGrams, long Reimbursements, DateTimeOffset At);

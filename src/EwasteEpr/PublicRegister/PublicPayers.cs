using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Reconciliation.Publication;

namespace EwasteEpr.PublicRegister;

/// <summary>Who paid for the grams that recyclers received, by category, as the public may see it: the same door as for the reconciliation.</summary>
public sealed class PublicPayers(Db db)
{
    // Behind what an own system paid stands that system, behind the rest the recyclers. Rows and sums come out of the same parts.
    private const string PartsSql = """
        with parts as (
            select 'AtRecyclers' as measure, l.category, l.payer, coalesce(l.own_system_id, l.organisation_id) as who, l.received_grams as grams from site_lots l
            union all
            select 'AtRecyclers', b.category, 'FeeFund', b.organisation_id, -p.grams from payer_change_parts p join payer_changes c using (payer_change_id) join waste_balances b on b.balance_id = c.from_balance_id
            union all
            select 'AtRecyclers', b.category, 'OwnSystem', c.own_system_id, p.grams from payer_change_parts p join payer_changes c using (payer_change_id) join waste_balances b on b.balance_id = c.from_balance_id
            union all
            select 'Evidence', b.category, b.payer, coalesce(b.own_system_id, b.organisation_id), n.grams from evidence_notes n join waste_balances b using (balance_id) where n.state = 'Approved'
        ), whose as (
            select r.payer, c.category, p.measure, p.who, sum(p.grams)::bigint as grams
              from parts p
             cross join lateral (values (p.payer), ('*')) as r(payer)
             cross join lateral (values (p.category), ('*')) as c(category)
             group by 1, 2, 3, 4
        )
        select payer, category, measure, count(*) filter (where grams <> 0) as organisations, max(abs(grams)) as largest, coalesce((array_agg(abs(grams) order by abs(grams) desc))[2], 0) as second,
               sum(abs(grams))::bigint as total, sum(grams)::bigint as grams
          from whose group by payer, category, measure
         order by payer, category, measure limit 1000
        """;

    /// <summary>The payer stands where a region would; '*' are the sums. What was received is <see cref="Measure.AtRecyclers"/>, what of it is evidenced <see cref="Measure.Evidence"/>.</summary>
    public async Task<IReadOnlyList<PublicCell>> ReadAsync(CancellationToken ct)
    {
        var rows = await db.QueryAsync<PayerCell>(PartsSql, null, ct);
        var cells = rows.Select(row => new PublicCell(0, row.Payer, row.Category, Enum.Parse<Measure>(row.Measure), row.Grams, FigureBasis.Recorded, IsSuppressed: false)).ToList();
        var behind = rows.ToDictionary(row => (row.Payer, row.Category, Enum.Parse<Measure>(row.Measure)), row => new Contributors(row.Payer, row.Category, row.Measure, 0, row.Organisations, row.Largest, row.Second, row.Total));
        return PublicCells.Pass(cells, behind, new HashSet<PublicCell>(), SuppressionRules.Standard);
    }

    private sealed record PayerCell(string Payer, string Category, string Measure, long Organisations, long Largest, long Second, long Total, long Grams);
}

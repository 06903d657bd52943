using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Certificates;

/// <summary>Which shipments an invoice covers, and how much of it is whose: a supplementary invoice covers differences.</summary>
/// <remarks>
/// The version's documents less those of the version before it, plus what credit notes changed since. A credit note that several invoices share cannot
/// be told by document from the side of one of them: its part stands in a row of its own. The rows always add up to what the invoice is for.
/// </remarks>
internal static class CoveredDocuments
{
    private const string Sql = """
        with steps as (
            select b.declaration_id, b.version, b.since_version
              from billed_versions b where b.invoice_id = @invoice
            union all
            select b.declaration_id, case b.event when 'Submitted' then b.version end, b.since_version
              from credit_note_parts p join credit_notes c using (credit_note_id) join billed_versions b on b.credit_note_id = p.credit_note_id
             where p.invoice_id = @invoice and p.unpaid_tiyn + p.paid_tiyn = c.amount_tiyn
        ), signed as (
            select declaration_id, version, 1 as sign from steps where version is not null
            union all
            select declaration_id, since_version, -1 from steps where since_version is not null
        ), documents as (
            select coalesce(l.document_no, d.document_no, '') as document_no, sum(s.sign)::int as lines, sum(s.sign * coalesce(l.units, 0))::bigint as units,
                   sum(s.sign * coalesce(l.mass_grams, 0))::bigint as mass_grams, sum(s.sign * coalesce(l.fee_tiyn, 0))::bigint as amount_tiyn
              from signed s join declarations d using (declaration_id) join declaration_lines l on l.declaration_id = s.declaration_id and l.version = s.version
             group by 1
        ), rows as (
            select document_no, null as credit_note, lines, units, mass_grams, amount_tiyn from documents where (lines, units, mass_grams, amount_tiyn) <> (0, 0, 0, 0)
            union all
            select '', c.number, 0, 0, 0, -(p.unpaid_tiyn + p.paid_tiyn)
              from credit_note_parts p join credit_notes c using (credit_note_id)
             where p.invoice_id = @invoice and p.unpaid_tiyn + p.paid_tiyn <> c.amount_tiyn
        )
        select document_no, credit_note, lines, units, mass_grams, amount_tiyn from rows order by credit_note nulls first, document_no limit 100000
        """;

    public static Task<IReadOnlyList<CoveredDocument>> OfAsync(DbTransaction transaction, Guid invoice, CancellationToken ct) =>
        transaction.QueryAsync<CoveredDocument>(Sql, new { invoice }, ct);
}

internal sealed record CoveredDocument(string DocumentNo, string? CreditNote, int Lines, long Units, long MassGrams, long AmountTiyn);

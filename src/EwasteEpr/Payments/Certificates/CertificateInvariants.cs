using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Certificates;

/// <summary>What always holds of certificates of payment.</summary>
public static class CertificateInvariants
{
    // An invoice whose payment has just changed waits in the queue: its certificate follows.
    private const string LiveSql = """
        with compared as (
            select i.number, i.state, i.amount_tiyn - i.credited_tiyn as owed, count(c.certificate_id) as live, min(c.amount_tiyn) as certified
              from invoices i left join certificates c on c.invoice_id = i.invoice_id and c.state = 'Live'
             where not exists (select from certificate_queue q where q.invoice_id = i.invoice_id)
             group by i.invoice_id
        )
        select count(*) as rows_checked,
               (select format('invoice %s is %s over %s tiyn and has %s live certificates over %s', number, state, owed, live, coalesce(certified::text, '-'))
                  from compared where live <> (state = 'Paid' and owed > 0)::int or (live = 1 and certified <> owed) order by number limit 1) as first_broken
          from compared
        """;

    private const string RowsSql = """
        with compared as (
            select c.number, c.amount_tiyn as said, coalesce(sum(d.amount_tiyn), 0) as documents
              from certificates c left join certificate_documents d using (certificate_id) group by c.certificate_id
        )
        select count(*) as rows_checked,
               (select format('certificate %s says %s tiyn, its documents add up to %s', number, said, documents) from compared where said <> documents order by number limit 1) as first_broken
          from compared
        """;

    private const string NumbersSql = """
        with years as (
            select year, count(*) as documents, max(serial) as last, count(*) filter (where number <> format('CRT-%s-%s', year, lpad(serial::text, 6, '0'))) as misprinted from certificates group by year
        ), compared as (
            select coalesce(y.year, c.year) as year, coalesce(y.documents, 0) as documents, coalesce(y.last, 0) as last, coalesce(c.last_number, 0) as counter, coalesce(y.misprinted, 0) as misprinted
              from years y full join (select * from app.counters where series = 'Certificate') c on c.year = y.year
        )
        select coalesce(sum(documents), 0)::bigint as rows_checked,
               (select format('certificates of %s: %s documents, the last is %s, the counter stands at %s', year, documents, last, counter)
                  from compared where documents <> last or last <> counter or misprinted > 0 order by year limit 1) as first_broken
          from compared
        """;

    private const string CodesSql = """
        with papers as (
            select 'Certificate' as kind, certificate_id as document_id, code from certificates
            union all
            select 'Extract', extract_id, code from certificate_documents
        )
        select count(*) as rows_checked,
               (select format('code %s leads to %s %s, which says code %s', coalesce(v.code, p.code), coalesce(v.kind, '-'), coalesce(v.document_id::text, '-'), coalesce(p.code, '-'))
                  from papers p full join (select code, kind, document_id from verification_codes where kind in ('Certificate', 'Extract')) v on v.kind = p.kind and v.document_id = p.document_id
                 where v.code is distinct from p.code order by coalesce(v.code, p.code) limit 1) as first_broken
          from papers
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each paid invoice has one live certificate over what it is for, and no other invoice has one", LiveSql),
        new("Each certificate equals its documents", RowsSql),
        new("Numbers of certificates have no gaps", NumbersSql),
        new("Each code leads to its document and each document to its code", CodesSql),
    ];
}

using EwasteEpr.Declarations;
using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Invoicing;

/// <summary>Invoices to look at: an organisation's own, or all of them for the operator.</summary>
public sealed class InvoiceQueries(Db db)
{
    private const string Filter = """
         where (@organisation::uuid is null or i.organisation_id = @organisation)
           and (@state::text is null or i.state = @state)
           and (not @overdue or (i.open_tiyn > 0 and i.due_on < app.today()))
           and (@from::date is null or i.issued_on >= @from)
           and (@until::date is null or i.issued_on < @until)
           and (@text::text is null or i.payment_reference = @reference or strpos(i.number, upper(@text)) > 0 or strpos(d.number, upper(@text)) > 0
                or i.payer_bin = @text or strpos(upper(o.name_ru || ' ' || o.name_kk), upper(@text)) > 0)
        """;

    private const string Columns = """
        select i.invoice_id, i.number, i.organisation_id, o.slug, o.name_kk, o.name_ru, d.number as declaration, i.version, i.programme, i.issued_on, i.due_on, i.settled_on, i.state,
               case when i.open_tiyn > 0 then greatest(coalesce(app.today() - i.due_on, 0), 0) else 0 end as days_overdue,
               i.amount_tiyn, i.credited_tiyn, i.allocated_tiyn, i.open_tiyn, i.payment_reference, i.esf_status
          from invoices i
          join organisations o using (organisation_id)
          join declarations d using (declaration_id)
        """;

    private const string ListSql = Columns + "\n" + Filter + """

           and (@after::uuid is null or i.invoice_id < @after)
         order by i.invoice_id desc
         limit @limit
        """;

    /// <param name="organisation">None: all of them, for the operator.</param>
    public async Task<Page<InvoiceRow, Guid>> ListAsync(OrganisationId? organisation, InvoiceFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var size = filter.PageSize > 50 ? 200 : 50;
        var rows = await db.QueryAsync<InvoiceRow>(ListSql, filter.Parameters(organisation, size + 1), ct);
        return rows.Count > size ? new Page<InvoiceRow, Guid>([.. rows.Take(size)], rows[size - 1].InvoiceId) : new Page<InvoiceRow, Guid>(rows, null);
    }

    private const string SumSql = """
        select count(*)::int as invoices, (count(*) filter (where i.open_tiyn > 0 and i.due_on < app.today()))::int as overdue,
               coalesce(sum(i.amount_tiyn), 0)::bigint as amount_tiyn, coalesce(sum(i.credited_tiyn), 0)::bigint as credited_tiyn,
               coalesce(sum(i.allocated_tiyn), 0)::bigint as allocated_tiyn, coalesce(sum(i.open_tiyn), 0)::bigint as open_tiyn,
               coalesce(sum(i.open_tiyn) filter (where i.due_on < app.today()), 0)::bigint as overdue_tiyn
          from invoices i
          join organisations o using (organisation_id)
          join declarations d using (declaration_id)

        """ + Filter;

    /// <summary>Over all rows of the filter, not of the page.</summary>
    public Task<InvoiceSums> SumAsync(OrganisationId? organisation, InvoiceFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QuerySingleAsync<InvoiceSums>(SumSql, filter.Parameters(organisation, 0), ct);
    }

    private const string FindSql = Columns + """

         where i.number = @number and (@organisation::uuid is null or i.organisation_id = @organisation)
        """;

    private const string MoreSql = """
        select o.slug, o.name_kk, o.name_ru, o.bin, o.address, i.payer_name_kk, i.payer_name_ru, i.payer_bin, i.payer_address, i.terms::text as terms, i.esf_number, i.issued_at, b.since_version
          from invoices i
          join organisations o using (organisation_id)
          left join billed_versions b on b.invoice_id = i.invoice_id
         where i.invoice_id = @InvoiceId
        """;

    private const string LinesSql = """
        select position, category, packaging, coefficient, mci_value, lines, mass_grams, amount_tiyn
          from invoice_lines
         where invoice_id = @InvoiceId
         order by position
         limit 10000
        """;

    private const string StepsSql = """
        select s.on_day as "on", s.what, s.cause, s.document, s.source, s.amount_tiyn, s.at, s.reason
          from (select a.allocated_on as on_day, case a.via when 'Credit' then 'SetOff' else 'Allocation' end as what, '' as cause, r.reference as document, r.source, a.amount_tiyn, a.allocated_at as at, a.reason, a.allocation_id as step_id
                  from allocations a join receipts r using (receipt_id) where a.invoice_id = @InvoiceId
                union all
                select t.taken_back_on, 'TakenBack', t.cause, coalesce(c.number, r.reference), r.source, -t.amount_tiyn, t.taken_back_at, '', t.take_back_id
                  from allocations a join take_backs t using (allocation_id) join receipts r using (receipt_id) left join credit_notes c on c.credit_note_id = t.cause_id
                 where a.invoice_id = @InvoiceId
                union all
                select c.issued_on, 'CreditNote', c.cause, c.number, '', p.unpaid_tiyn + p.paid_tiyn, c.issued_at, '', c.credit_note_id
                  from credit_note_parts p join credit_notes c using (credit_note_id) where p.invoice_id = @InvoiceId) s
         order by s.at, s.step_id
         limit 1000
        """;

    /// <returns>None when there is no such invoice, or it is another organisation's.</returns>
    public async Task<Invoice?> GetAsync(OrganisationId? organisation, string number, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<InvoiceRow>(FindSql, new { organisation, number }, ct) is not { } row)
        {
            return null;
        }

        var more = await db.QuerySingleAsync<MoreRow>(MoreSql, row, ct);
        return new Invoice(
            row,
            new InvoiceOwner(more.Slug, more.NameKk, more.NameRu, more.Bin, more.Address),
            new Payer(more.PayerNameKk, more.PayerNameRu, more.PayerBin, more.PayerAddress),
            InvoiceTerms.FromJson(more.Terms),
            more.EsfNumber,
            more.IssuedAt,
            more.SinceVersion,
            await db.QueryAsync<FeeLine>(LinesSql, row, ct),
            await db.QueryAsync<InvoiceStep>(StepsSql, row, ct));
    }

    private const string CreditNoteSql = """
        select c.credit_note_id, c.number, o.slug, o.name_kk, o.name_ru, o.bin, d.number as declaration, c.version, c.cause, c.amount_tiyn, c.issued_on, b.since_version, v.programme
          from credit_notes c
          join organisations o using (organisation_id)
          join declarations d using (declaration_id)
          join declaration_versions v using (declaration_id, version)
          left join billed_versions b on b.credit_note_id = c.credit_note_id
         where c.number = @number and (@organisation::uuid is null or c.organisation_id = @organisation)
        """;

    private const string CreditLinesSql = """
        select position, category, packaging, coefficient, mci_value, lines, mass_grams, amount_tiyn
          from credit_note_lines
         where credit_note_id = @CreditNoteId
         order by position
         limit 10000
        """;

    private const string CreditPartsSql = """
        select i.number as invoice, p.unpaid_tiyn, p.paid_tiyn
          from credit_note_parts p join invoices i using (invoice_id)
         where p.credit_note_id = @CreditNoteId
         order by i.number
         limit 1000
        """;

    public async Task<CreditNote?> CreditNoteAsync(OrganisationId? organisation, string number, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<CreditNoteRow>(CreditNoteSql, new { organisation, number }, ct) is { } row
            ? row.ToCreditNote(await db.QueryAsync<FeeLine>(CreditLinesSql, row, ct), await db.QueryAsync<CreditNotePart>(CreditPartsSql, row, ct))
            : null;

    private const string CreditNotesSql = """
        select c.number, d.number as declaration, c.version, c.cause, c.amount_tiyn, c.issued_on
          from credit_notes c join declarations d using (declaration_id)
         where c.organisation_id = @organisation
         order by c.issued_on desc, c.credit_note_id desc
         limit 200
        """;

    public Task<IReadOnlyList<CreditNoteItem>> CreditNotesAsync(OrganisationId organisation, CancellationToken ct) =>
        db.QueryAsync<CreditNoteItem>(CreditNotesSql, new { organisation }, ct);

    private const string PositionSql = """
        with open_ones as (
            select number, due_on, open_tiyn, coalesce(due_on, issued_on) as first, invoice_id from invoices where organisation_id = @organisation and open_tiyn > 0
        ), next as (
            select number, due_on, open_tiyn from open_ones order by first, invoice_id limit 1
        ), held as (
            select coalesce(sum(credit_tiyn), 0)::bigint as credit, coalesce(sum(unallocated_tiyn), 0)::bigint as waiting from receipts where organisation_id = @organisation
        )
        select coalesce((select sum(open_tiyn) from open_ones), 0)::bigint as open_tiyn, coalesce((select sum(open_tiyn) from open_ones where due_on < app.today()), 0)::bigint as overdue_tiyn,
               held.credit as credit_tiyn, held.waiting as waiting_tiyn, next.number as next_number, next.due_on as next_due_on, next.open_tiyn as next_open_tiyn,
               (select count(*)::int from invoices where organisation_id = @organisation) as invoices
          from held left join next on true
        """;

    public Task<MoneyPosition> PositionAsync(OrganisationId organisation, CancellationToken ct) => db.QuerySingleAsync<MoneyPosition>(PositionSql, new { organisation }, ct);

    private const string OfVersionSql = """
        select coalesce(b.outcome, 'Waiting') as outcome, coalesce(b.difference_tiyn, 0) as difference_tiyn, coalesce(i.number, c.number) as number, i.state, i.open_tiyn, i.due_on
          from declaration_versions v
          join declarations d using (declaration_id)
          left join billed_versions b on b.declaration_id = v.declaration_id and b.version = v.version and b.event = 'Submitted'
          left join invoices i on i.invoice_id = b.invoice_id
          left join credit_notes c on c.credit_note_id = b.credit_note_id
         where d.organisation_id = @organisation and d.number = @declaration and v.version = @version and v.state = 'Submitted'
        """;

    /// <summary>What the submission of a version became; none when nothing was submitted.</summary>
    public Task<VersionBilling?> OfVersionAsync(DeclarationKey key, int version, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<VersionBilling>(OfVersionSql, new { organisation = key.Organisation, declaration = key.Number, version }, ct);

    private sealed record MoreRow(
        string Slug, string NameKk, string NameRu, string? Bin, string Address, string PayerNameKk, string PayerNameRu, string? PayerBin, string PayerAddress,
        string Terms, string? EsfNumber, DateTimeOffset IssuedAt, int? SinceVersion);

    private sealed record CreditNoteRow(
        Guid CreditNoteId, string Number, string Slug, string NameKk, string NameRu, string? Bin, string Declaration, int Version, string Cause, long AmountTiyn, DateOnly IssuedOn,
        int? SinceVersion, string Programme)
    {
        public CreditNote ToCreditNote(IReadOnlyList<FeeLine> lines, IReadOnlyList<CreditNotePart> parts) =>
            new(CreditNoteId, Number, Slug, NameKk, NameRu, Bin, Declaration, Version, Cause, AmountTiyn, IssuedOn, SinceVersion, Programme) { Lines = lines, Parts = parts };
    }
}

public sealed record CreditNoteItem(string Number, string Declaration, int Version, string Cause, long AmountTiyn, DateOnly IssuedOn);

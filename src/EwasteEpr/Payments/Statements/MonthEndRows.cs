using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Statements;

/// <summary>The rows of a month's package: what was issued, what came, what paid what, and every posting behind it.</summary>
public sealed class MonthEndRows(Db db)
{
    private const int Most = 1_000_000;

    private const string CreditNotesSql = """
        select c.number, o.name_ru as organisation, d.number as declaration, c.version, c.cause, c.amount_tiyn, c.issued_on
          from credit_notes c join organisations o using (organisation_id) join declarations d using (declaration_id)
         where c.issued_on >= @from and c.issued_on < @until
         order by c.number
         limit @most
        """;

    public Task<IReadOnlyList<CreditNoteOfMonth>> CreditNotesAsync(DateRange days, CancellationToken ct) => db.QueryAsync<CreditNoteOfMonth>(CreditNotesSql, Of(days), ct);

    private const string ReceiptsSql = """
        select r.business_on, r.received_on, r.source, r.reference, coalesce(o.name_ru, '') as organisation, r.payer_name, r.amount_tiyn, r.allocated_tiyn, r.credit_tiyn, r.unallocated_tiyn, r.reversed_tiyn
          from receipts r left join organisations o using (organisation_id)
         where r.business_on >= @from and r.business_on < @until
         order by r.business_on, r.receipt_id
         limit @most
        """;

    public Task<IReadOnlyList<ReceiptOfMonth>> ReceiptsAsync(DateRange days, CancellationToken ct) => db.QueryAsync<ReceiptOfMonth>(ReceiptsSql, Of(days), ct);

    private const string PostingsSql = """
        select f.business_on, t.kind, f.document, d.purpose as debit, coalesce(od.name_ru, '') as debit_owner, c.purpose as credit, coalesce(oc.name_ru, '') as credit_owner, t.amount as tiyn, t.transfer_id
          from payment_facts f
          join ledger.transfers t on t.source_id = f.fact_id
          join ledger.accounts d on d.account_id = t.debit_account_id
          join ledger.accounts c on c.account_id = t.credit_account_id
          left join organisations od on od.organisation_id = d.owner_id
          left join organisations oc on oc.organisation_id = c.owner_id
         where f.business_on >= @from and f.business_on < @until
         order by f.business_on, t.transfer_id
         limit @most
        """;

    public Task<IReadOnlyList<PostingOfMonth>> PostingsAsync(DateRange days, CancellationToken ct) => db.QueryAsync<PostingOfMonth>(PostingsSql, Of(days), ct);

    private static object Of(DateRange days) => new { from = days.From, until = days.Until, most = Most };
}

public sealed record CreditNoteOfMonth(string Number, string Organisation, string Declaration, int Version, string Cause, long AmountTiyn, DateOnly IssuedOn);

public sealed record ReceiptOfMonth(
    DateOnly BusinessOn, DateOnly ReceivedOn, string Source, string Reference, string Organisation, string PayerName, long AmountTiyn, long AllocatedTiyn, long CreditTiyn, long UnallocatedTiyn, long ReversedTiyn);

public sealed record PostingOfMonth(DateOnly BusinessOn, string Kind, string Document, string Debit, string DebitOwner, string Credit, string CreditOwner, long Tiyn, Guid TransferId);

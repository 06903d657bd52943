using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.Invoicing;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>What the matching screen shows: documents by class, and for one of them what it may be, the likeliest first.</summary>
public sealed class MatchingScreen(Db db, OrganisationService organisations)
{
    private const string CountSql = """
        select class, count(*)::int as rows, sum(amount_tiyn)::bigint as tiyn from bank_rows where status = 'Waiting' group by class order by class limit 20
        """;

    public Task<IReadOnlyList<WaitingCount>> CountsAsync(CancellationToken ct) => db.QueryAsync<WaitingCount>(CountSql, null, ct);

    private const string ListSql = """
        select b.bank_row_id, b.way, b.amount_tiyn, b.booked_on, b.document_on, b.document_no, b.party_name, b.party_number, b.party_account, b.account, b.purpose, b.purpose_code, b.status, b.class, b.revision,
               b.statement_id, b.receipt_id, b.organisation_id, o.name_kk, o.name_ru, r.unallocated_tiyn as waiting_tiyn,
               d.kind as decision, d.reason, p.name as decided_by, d.decided_at
          from bank_rows b
          left join receipts r on r.receipt_id = b.receipt_id
          left join organisations o on o.organisation_id = coalesce(r.organisation_id, b.organisation_id)
          left join bank_decisions d on d.bank_row_id = b.bank_row_id and d.undone_at is null
          left join people p on p.person_id = d.decided_by
        """;

    private const string WaitingSql = ListSql + """

         where b.status = @status and (@class::text is null or b.class = @class) and (@after::uuid is null or b.bank_row_id > @after)
         order by b.bank_row_id
         limit @limit
        """;

    private const string DecidedSql = ListSql + " where b.status = 'Decided' order by d.decided_at desc, b.bank_row_id limit @limit";

    /// <summary>What waits, oldest first.</summary>
    public Task<IReadOnlyList<MatchedRow>> WaitingAsync(string? rowClass, Guid? after, int limit, CancellationToken ct) =>
        db.QueryAsync<MatchedRow>(WaitingSql, new { status = nameof(BankRowStatus.Waiting), @class = rowClass, after, limit }, ct);

    /// <summary>What people decided, latest first: to be looked at, and taken back.</summary>
    public Task<IReadOnlyList<MatchedRow>> DecidedAsync(int limit, CancellationToken ct) => db.QueryAsync<MatchedRow>(DecidedSql, new { limit }, ct);

    private const string OneSql = ListSql + " where b.bank_row_id = @id";

    public Task<MatchedRow?> FindAsync(Guid id, CancellationToken ct) => db.QuerySingleOrDefaultAsync<MatchedRow>(OneSql, new { id }, ct);

    private const string InvoicesSql = """
        select i.invoice_id, i.number, i.payment_reference, i.organisation_id, o.name_kk, o.name_ru, i.open_tiyn, i.due_on, i.state,
               i.payment_reference = any (@references) as by_reference, i.number = any (@numbers) as by_number,
               coalesce(i.open_tiyn = @tiyn, false) as same_amount,
               coalesce(o.bin = @party or i.payer_bin = @party or o.number_hash = @partyHash or i.organisation_id = @organisation, false) as by_payer
          from invoices i join organisations o using (organisation_id)
         where i.payment_reference = any (@references) or i.number = any (@numbers)
            or (i.open_tiyn > 0 and (i.organisation_id = @organisation or o.bin = @party or i.payer_bin = @party or o.number_hash = @partyHash or i.open_tiyn = @tiyn))
         order by i.payment_reference = any (@references) desc, i.number = any (@numbers) desc,
                  coalesce(o.bin = @party or i.payer_bin = @party or o.number_hash = @partyHash or i.organisation_id = @organisation, false) desc,
                  i.open_tiyn = @tiyn desc, coalesce(i.due_on, i.issued_on), i.invoice_id
         limit 12
        """;

    /// <summary>Invoices that money may be meant for: named by reference, by number, of the payer, of the same amount.</summary>
    public Task<IReadOnlyList<InvoiceSuggestion>> InvoicesAsync(MatchedRow row, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(row);
        var hash = Bin.Check(row.PartyNumber, out var bin) == BinCheck.Valid ? organisations.NumberHash(bin) : null;
        return db.QueryAsync<InvoiceSuggestion>(
            InvoicesSql,
            new
            {
                references = ReferenceFinder.Candidates(row.Purpose, PaymentReference.Parse).ToArray(),
                numbers = ReferenceFinder.InvoiceNumbers(row.Purpose).ToArray(),
                tiyn = row.WaitingTiyn ?? row.AmountTiyn,
                party = row.PartyNumber,
                partyHash = hash,
                organisation = row.OrganisationId,
            },
            ct);
    }

    private const string EarlierSql = """
        select b.bank_row_id, b.document_no, b.booked_on, b.party_name, b.amount_tiyn, b.document_no = @DocumentNo as same_number
          from bank_rows b join receipts r using (receipt_id)
         where b.account = @Account and b.way = 'In' and b.amount_tiyn = @AmountTiyn and b.booked_on <= @BookedOn and r.reversed_tiyn = 0
           and not exists (select from bank_rows s where s.takes_back_id = b.bank_row_id and s.status in ('Matched', 'Decided'))
         order by b.document_no = @DocumentNo desc, b.party_number is not distinct from @PartyNumber desc, b.booked_on desc, b.bank_row_id desc
         limit 10
        """;

    /// <summary>Earlier transfers of the same amount that a reversal may take back.</summary>
    public Task<IReadOnlyList<EarlierSuggestion>> EarlierAsync(MatchedRow row, CancellationToken ct) => db.QueryAsync<EarlierSuggestion>(EarlierSql, row, ct);

    private const string RefundsSql = """
        select refund_id, number, payee_name, amount_tiyn, decided_at from bank_refunds where state = 'Approved' and amount_tiyn = @AmountTiyn order by decided_at, refund_id limit 10
        """;

    public Task<IReadOnlyList<RefundSuggestion>> RefundsAsync(MatchedRow row, CancellationToken ct) => db.QueryAsync<RefundSuggestion>(RefundsSql, row, ct);

    private const string PayerSql = "select organisation_id from organisations where bin = @number or number_hash = @hash limit 1";

    /// <summary>The organisation that a person names by its BIN or IIN.</summary>
    public async Task<OrganisationId?> PayerAsync(string? number, CancellationToken ct) =>
        Bin.Check(number, out var bin) == BinCheck.Valid ? await db.QuerySingleOrDefaultAsync<OrganisationId?>(PayerSql, new { number = bin.Digits, hash = organisations.NumberHash(bin) }, ct) : null;
}

public sealed record WaitingCount(string Class, int Rows, long Tiyn);

/// <param name="WaitingTiyn">What waits on its receipt; none for money that left.</param>
/// <param name="Decision">The decision that stands, if there is one.</param>
public sealed record MatchedRow(
    Guid BankRowId, string Way, long AmountTiyn, DateOnly BookedOn, DateOnly DocumentOn, string DocumentNo, string PartyName, string? PartyNumber, string? PartyAccount, string Account, string Purpose, string? PurposeCode,
    string Status, string? Class, int Revision, Guid StatementId, Guid? ReceiptId, Guid? OrganisationId, string? NameKk, string? NameRu, long? WaitingTiyn, string? Decision, string? Reason, string? DecidedBy, DateTimeOffset? DecidedAt);

public sealed record InvoiceSuggestion(
    Guid InvoiceId, string Number, string PaymentReference, Guid OrganisationId, string NameKk, string NameRu, long OpenTiyn, DateOnly? DueOn, string State, bool ByReference, bool ByNumber, bool SameAmount, bool ByPayer);

public sealed record EarlierSuggestion(Guid BankRowId, string DocumentNo, DateOnly BookedOn, string PartyName, long AmountTiyn, bool SameNumber);

public sealed record RefundSuggestion(Guid RefundId, string Number, string PayeeName, long AmountTiyn, DateTimeOffset? DecidedAt);

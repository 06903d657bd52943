using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Payments.Certificates;

/// <summary>Lets certificates follow the money: one is issued when an invoice is paid in full, and annulled for ever when it is not any more or is owed less.</summary>
/// <remarks>The queue's row is written with the change of the invoice itself, so a killed program leaves it behind and the next sweep takes it.</remarks>
public sealed class CertificateSweep(Db db)
{
    private static readonly Actor Sweeper = Actor.System("certificates");

    private const string DueSql = """
        select invoice_id from certificate_queue where next_at <= app.now() order by next_at, invoice_id limit 500
        """;

    private const string FailedSql = """
        update certificate_queue set attempts = attempts + 1, last_error = left(@error, 500), next_at = app.now() + interval '1 minute' * power(2, least(attempts, 8))
         where invoice_id = @invoice
        """;

    /// <summary>All that is due. Also called at once where an invoice was paid.</summary>
    /// <returns>How many invoices were looked at.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var total = 0;
        for (IReadOnlyList<Guid> due; (due = await db.QueryAsync<Guid>(DueSql, null, ct)).Count > 0;)
        {
            var done = 0;
            foreach (var invoice in due)
            {
                done += await OneAsync(invoice, ct);
            }

            total += done;
            if (done == 0)
            {
                break; // another node has them
            }
        }

        return total;
    }

    private async Task<int> OneAsync(Guid invoice, CancellationToken ct)
    {
        try
        {
            return await db.InTransactionAsync(transaction => FollowAsync(transaction, invoice, ct), ct) ? 1 : 0;
        }
        catch (PostgresException problem)
        {
            // The others do not wait behind this one; its row says what is wrong and is tried again.
            return await db.ExecuteAsync(FailedSql, new { invoice, error = problem.MessageText }, ct);
        }
    }

    // Whoever changes an invoice holds its row before the queue's: the same order here, or two would wait in a circle.
    private const string InvoiceSql = """
        select i.invoice_id, i.organisation_id, i.declaration_id, i.version, i.programme, i.state, i.amount_tiyn - i.credited_tiyn as amount_tiyn, i.settled_on, app.today() as today
          from invoices i where i.invoice_id = @invoice
           for no key update skip locked
        """;

    private const string TakeSql = "delete from certificate_queue where invoice_id = @invoice returning invoice_id";

    private const string LiveSql = "select certificate_id, number, amount_tiyn from certificates where invoice_id = @invoice and state = 'Live'";

    private static async Task<bool> FollowAsync(DbTransaction transaction, Guid invoice, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<InvoiceRow>(InvoiceSql, new { invoice }, ct) is not { } row
            || await transaction.QuerySingleOrDefaultAsync<Guid?>(TakeSql, new { invoice }, ct) is null)
        {
            return false;
        }

        var isPaid = row is { State: "Paid", AmountTiyn: > 0 };
        var live = await transaction.QuerySingleOrDefaultAsync<LiveRow>(LiveSql, new { invoice }, ct);
        if (live is not null && (!isPaid || live.AmountTiyn != row.AmountTiyn))
        {
            await AnnulAsync(transaction, row, live, ct);
            live = null;
        }

        if (isPaid && live is null)
        {
            await IssueAsync(transaction, row, ct);
        }

        return true;
    }

    // What happened last to the money of the invoice; an invoice that is only lowered was corrected.
    private const string CauseSql = """
        select coalesce((
            select case t.cause when 'CreditNote' then c.cause when 'Correction' then 'Decision' else t.cause end
              from take_backs t join allocations a using (allocation_id) left join credit_notes c on c.credit_note_id = t.cause_id
             where a.invoice_id = @invoice order by t.taken_back_at desc, t.take_back_id desc limit 1), 'Correction')
        """;

    private const string AnnulSql = """
        update certificates set state = 'Annulled', annulled_at = app.now(), annulled_cause = @cause where certificate_id = @id and state = 'Live'
        """;

    private static async Task AnnulAsync(DbTransaction transaction, InvoiceRow row, LiveRow live, CancellationToken ct)
    {
        var cause = await transaction.QuerySingleAsync<string>(CauseSql, new { invoice = row.InvoiceId }, ct);
        await transaction.ExecuteAsync(AnnulSql, new { id = live.CertificateId, cause }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("certificate.annulled", "certificate", live.Number).With(new { cause, invoice = row.InvoiceId }), Sweeper, ct);
    }

    private const string CodeSql = """
        insert into verification_codes (code, kind, document_id) select code, kind, document_id from unnest(@codes, @kinds, @documents) as x(code, kind, document_id)
        """;

    private const string IssueSql = """
        insert into certificates (certificate_id, year, serial, number, code, invoice_id, organisation_id, declaration_id, version, programme, amount_tiyn, settled_on, issued_on)
        values (@id, @year, @serial, @number, @code, @InvoiceId, @OrganisationId, @DeclarationId, @Version, @Programme, @AmountTiyn, coalesce(@SettledOn, @Today), @Today)
        """;

    private const string RowSql = """
        insert into certificate_documents (certificate_id, row_no, extract_id, code, document_no, credit_note, lines, units, mass_grams, amount_tiyn)
        select @id, x.row_no, x.extract_id, x.code, x.document_no, nullif(x.credit_note, ''), x.lines, x.units, x.mass_grams, x.amount_tiyn
          from unnest(@rows, @extracts, @codes, @documents, @creditNotes, @lines, @units, @grams, @tiyn) as x(row_no, extract_id, code, document_no, credit_note, lines, units, mass_grams, amount_tiyn)
        """;

    private static async Task IssueAsync(DbTransaction transaction, InvoiceRow row, CancellationToken ct)
    {
        var documents = await CoveredDocuments.OfAsync(transaction, row.InvoiceId, ct);
        var (id, code) = (Guid.CreateVersion7(), CheckedCode.New());
        Guid[] extracts = [.. documents.Select(_ => Guid.CreateVersion7())];
        string[] codes = [.. documents.Select(_ => CheckedCode.New())];
        await transaction.ExecuteAsync(
            CodeSql,
            new { codes = (string[])[code, .. codes], kinds = (string[])["Certificate", .. documents.Select(_ => "Extract")], documents = (Guid[])[id, .. extracts] },
            ct);
        // Everybody else who wants a number waits from here on.
        var number = await Numbers.NextAsync(transaction, NumberSeries.Certificate, ct);
        await transaction.ExecuteAsync(
            IssueSql,
            new { id, year = number.Year, serial = number.Number, number = number.ToString(), code, row.InvoiceId, row.OrganisationId, row.DeclarationId, row.Version, row.Programme, row.AmountTiyn, row.SettledOn, row.Today },
            ct);
        await transaction.ExecuteAsync(
            RowSql,
            new
            {
                id,
                rows = Enumerable.Range(1, documents.Count).ToArray(),
                extracts,
                codes,
                documents = documents.Select(document => document.DocumentNo).ToArray(),
                creditNotes = documents.Select(document => document.CreditNote ?? "").ToArray(),
                lines = documents.Select(document => document.Lines).ToArray(),
                units = documents.Select(document => document.Units).ToArray(),
                grams = documents.Select(document => document.MassGrams).ToArray(),
                tiyn = documents.Select(document => document.AmountTiyn).ToArray(),
            },
            ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("certificate.issued", "certificate", number.ToString()).With(new { invoice = row.InvoiceId, row.AmountTiyn }), Sweeper, ct);
    }

    private sealed record InvoiceRow(Guid InvoiceId, Guid OrganisationId, Guid DeclarationId, int Version, string Programme, string State, long AmountTiyn, DateOnly? SettledOn, DateOnly Today);

    private sealed record LiveRow(Guid CertificateId, string Number, long AmountTiyn);
}

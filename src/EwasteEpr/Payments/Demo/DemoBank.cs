using EwasteEpr.Kernel;
using EwasteEpr.Payments.BankStatements;
using EwasteEpr.Payments.Certificates;
using EwasteEpr.Payments.Receipts;

namespace EwasteEpr.Payments.Demo;

/// <summary>Two statements of the invented bank, imported as an operator would: some invoices paid, one in part, certificates, and payments that wait for a person.</summary>
public sealed class DemoBank(Db db, DemoStatement statements, StatementUploads uploads, StatementImport import, BankRowSweep rows, BankDecisions decisions, CertificateSweep certificates)
{
    private const string NeededSql = """
        select exists (select from invoices i join organisations o using (organisation_id) where o.demo_code is not null) and not exists (select from bank_statements)
        """;

    private const string OperatorSql = """
        select p.person_id from people p join platform_roles r using (person_id) where r.role = 'operator_preparer' order by p.person_id limit 1
        """;

    private const string PartSql = """
        select b.bank_row_id, b.revision, b.invoice_id, b.amount_tiyn from bank_rows b where b.status = 'Waiting' and b.class = 'Part' order by b.bank_row_id limit 1
        """;

    /// <returns>False where there is nothing to pay, or statements are there already.</returns>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        if (!await db.QuerySingleAsync<bool>(NeededSql, null, ct) || await db.QuerySingleOrDefaultAsync<Guid?>(OperatorSql, null, ct) is not { } person)
        {
            return false;
        }

        var accountant = new Actor(person, null, null, "operator_preparer", "demo", null);
        await TakeAsync(9, [DemoPayment.Exact, DemoPayment.Part], "importer-1", accountant, ct);
        await TakeAsync(8, [DemoPayment.Exact], "producer-1", accountant, ct);
        if (await db.QuerySingleOrDefaultAsync<PartRow>(PartSql, null, ct) is { } part)
        {
            await decisions.DecideAsync(
                part.BankRowId, part.Revision, new BankDecision.Allocate([new InvoicePart(new InvoiceId(part.InvoiceId), Money.FromTiyn(part.AmountTiyn))]), "Төлеушінің хаты бойынша: қалғаны келесі аптада", accountant, ct);
        }

        await TakeAsync(1, [DemoPayment.Over], "importer-1", accountant, ct);
        await certificates.SweepAsync(ct);
        return true;
    }

    private async Task TakeAsync(int daysAgo, IReadOnlyList<DemoPayment> payments, string organisation, Actor accountant, CancellationToken ct)
    {
        if (await statements.WriteAsync(daysAgo, payments, organisation, ct) is { } file
            && await uploads.UploadAsync($"kl_to_1c-{daysAgo}.txt", null, new MemoryStream(file), accountant, ct) is UploadedStatement.Preview preview)
        {
            await import.ImportAsync(preview.StatementId, [], accountant, ct);
            await rows.SweepAsync(ct);
        }
    }

    private sealed record PartRow(Guid BankRowId, int Revision, Guid InvoiceId, long AmountTiyn);
}

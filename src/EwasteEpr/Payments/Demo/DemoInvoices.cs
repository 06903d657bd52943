using EwasteEpr.Kernel;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Payments.Receipts;

namespace EwasteEpr.Payments.Demo;

/// <summary>Invoices of the invented organisations in every state, made through the same steps as everybody's; nothing where there are any.</summary>
public sealed class DemoInvoices(Db db, Billing billing)
{
    private static readonly Actor Teller = Actor.System("demo");

    private const string PlacesSql = """
        select o.demo_code, o.organisation_id, app.today() as today
          from organisations o
         where o.demo_code is not null and exists (select from billing_queue q join declarations d using (declaration_id) where d.organisation_id = o.organisation_id)
           and not exists (select from invoices i where i.organisation_id = o.organisation_id)
         order by o.demo_code
         limit 100
        """;

    private const string DeclarationsSql = """
        select d.declaration_id, row_number() over (order by d.declaration_id)::int as place
          from declarations d
         where d.organisation_id = @organisation and d.current_version is not null
         order by d.declaration_id
         limit 1000
        """;

    private const string InvoicesSql = """
        select invoice_id, open_tiyn, issued_on, payment_reference, payer_name_ru
          from invoices
         where organisation_id = @organisation and open_tiyn > 0
         order by invoice_id
         limit 1000
        """;

    /// <returns>How many organisations were given invoices.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var places = await db.QueryAsync<PlaceRow>(PlacesSql, null, ct);
        foreach (var place in places)
        {
            await FillAsync(place, ct);
        }

        return places.Count;
    }

    private async Task FillAsync(PlaceRow place, CancellationToken ct)
    {
        var organisation = new OrganisationId(place.OrganisationId);
        var places = (await db.QueryAsync<DeclarationRow>(DeclarationsSql, new { organisation }, ct)).ToDictionary(row => row.DeclarationId, row => row.Place);
        // The oldest declaration's invoice is the oldest; all stay in this year, because their numbers are of this year.
        DateOnly DayOf(Guid declaration) => Later(place.Today.AddDays(-(48 - (Math.Min(places[declaration], 5) * 9))), new DateOnly(place.Today.Year, 1, 1));
        await billing.BillBackdatedAsync(organisation, DayOf, ct);

        var invoices = await db.QueryAsync<InvoiceRow>(InvoicesSql, new { organisation }, ct);
        foreach (var (share, invoice) in Shares(place.DemoCode).Zip(invoices))
        {
            if (share > 0)
            {
                await PayAsync(organisation, invoice, invoice.OpenTiyn * share / 100, Later(invoice.IssuedOn.AddDays(9), invoice.IssuedOn), ct);
            }
        }
    }

    /// <summary>Percent of each open invoice, the oldest first.</summary>
    private static IReadOnlyList<int> Shares(string code) => code switch
    {
        "importer-1" => [100, 40, 0, 0],
        "producer-1" => [100],
        _ => [0],
    };

    private Task<bool> PayAsync(OrganisationId organisation, InvoiceRow invoice, long tiyn, DateOnly on, CancellationToken ct) => db.InTransactionAsync(
        transaction => ReceiptBook.RecordAsync(
            transaction,
            new NewReceipt(
                ReceiptId.New(), ReceiptSource.Bank, Guid.CreateVersion7(), organisation, new InvoiceId(invoice.InvoiceId), Money.FromTiyn(tiyn), on,
                "ДЕМО-" + invoice.PaymentReference, invoice.PayerNameRu, null),
            Teller,
            ct),
        ct);

    private static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;

    private sealed record PlaceRow(string DemoCode, Guid OrganisationId, DateOnly Today);

    private sealed record DeclarationRow(Guid DeclarationId, int Place);

    private sealed record InvoiceRow(Guid InvoiceId, long OpenTiyn, DateOnly IssuedOn, string PaymentReference, string PayerNameRu);
}

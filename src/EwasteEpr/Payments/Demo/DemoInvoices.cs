using EwasteEpr.Kernel;
using EwasteEpr.Payments.Invoicing;

namespace EwasteEpr.Payments.Demo;

/// <summary>Invoices of the invented organisations, made through the same steps as everybody's; nothing where there are any. What pays some of them is <see cref="DemoBank"/>'s.</summary>
public sealed class DemoInvoices(Db db, Billing billing)
{
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
    }

    private static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;

    private sealed record PlaceRow(string DemoCode, Guid OrganisationId, DateOnly Today);

    private sealed record DeclarationRow(Guid DeclarationId, int Place);
}

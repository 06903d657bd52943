using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Batches;

namespace EwasteEpr.Treatment.Fractions;

/// <summary>A fraction leaves for whoever finishes it. Its mass stays "not confirmed" until the buyer says that it entered the process.</summary>
public sealed class FractionShipping(Db db, Secrets secrets)
{
    public const string TokenPurpose = "fraction-token";

    /// <summary>100 bits: nobody guesses the address of another's confirmation.</summary>
    private const int TokenLength = 20;

    private const string LockSql = """
        select o.output_id, b.site_id, o.grams - o.confirmed_grams - o.shipped_grams as left_grams, b.closed_on, app.today() as today
          from batch_outputs o join batches b using (batch_id)
         where o.output_id = @Output and b.organisation_id = @organisation and b.state = 'Closed' and o.state <> 'Cancelled' and o.account_id is not null
           for update of o
        """;

    private const string ShipSql = """
        with left_stock as (
            update batch_outputs set shipped_grams = shipped_grams + @grams, state = case when confirmed_grams + shipped_grams + @grams = grams then 'Shipped' else 'InStock' end
             where output_id = @Output
        )
        insert into fraction_shipments (number, output_id, site_id, organisation_id, grams, buyer_name, country, notification_no, basel_code, shipped_on, shipped_by, token_hash, token_sealed)
        values (format('F-%s-%s', extract(year from @day::date), lpad(nextval('shipment_numbers')::text, 4, '0')), @Output, @site, @organisation, @grams, @buyer, @Country, nullif(@notification, ''), nullif(@basel, ''), @day, @person, @hash, @sealed)
        returning number
        """;

    public Task<ShipOutcome> ShipAsync(NewShipment shipment, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(shipment);
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync<ShipOutcome>(async transaction =>
        {
            var output = await transaction.QuerySingleOrDefaultAsync<OutputRow>(LockSql, new { shipment.Output, organisation }, ct);
            if (Refusal(shipment, output) is { } why)
            {
                return new ShipOutcome.Refused(why, Weight.FromGrams(output?.LeftGrams ?? 0));
            }

            var token = Crockford.Random(TokenLength);
            var number = await transaction.QuerySingleAsync<string>(
                ShipSql,
                new
                {
                    shipment.Output, organisation, site = output!.SiteId, grams = shipment.Mass.Grams, buyer = shipment.Buyer.Trim(), shipment.Country, notification = shipment.NotificationNo?.Trim() ?? "",
                    basel = shipment.BaselCode?.Trim().ToUpperInvariant() ?? "", day = shipment.ShippedOn ?? output.Today, person = actor.UserId, hash = secrets.Hash(TokenPurpose, token), @sealed = secrets.Seal(TokenPurpose, token),
                },
                ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("fraction.shipped", "fraction_shipment", number).With(new { grams = shipment.Mass.Grams, shipment.Country }), actor, ct);
            return new ShipOutcome.Shipped(number, token);
        }, ct);
    }

    private static ShipProblem? Refusal(NewShipment shipment, OutputRow? output)
    {
        var basel = shipment.BaselCode?.Trim().ToUpperInvariant() ?? "";
        var isBaselCode = basel.Length is >= 2 and <= 8 && char.IsAsciiLetterUpper(basel[0]) && basel.All(char.IsAsciiLetterOrDigit);
        return output is null ? ShipProblem.NotFound
            : string.IsNullOrWhiteSpace(shipment.Buyer) ? ShipProblem.NoBuyer
            : !Countries.IsKnown(shipment.Country) ? ShipProblem.UnknownCountry
            : shipment.ShippedOn is { } day && (day > output.Today || day < output.ClosedOn) ? ShipProblem.DayOutOfReach
            : shipment.Mass.Grams <= 0 || shipment.Mass.Grams > output.LeftGrams ? ShipProblem.NotEnough
            : shipment.Country != "KZ" && (!isBaselCode || (basel[0] != 'B' && string.IsNullOrWhiteSpace(shipment.NotificationNo))) ? ShipProblem.PapersMissing
            : basel.Length > 0 && !isBaselCode ? ShipProblem.PapersMissing
            : null;
    }

    private const string CancelSql = """
        with ended as (
            update fraction_shipments set state = 'Cancelled', cancelled_at = app.now()
             where number = @number and organisation_id = @organisation and state = 'Shipped'
            returning output_id, grams
        )
        update batch_outputs o set shipped_grams = o.shipped_grams - e.grams, state = 'InStock'
          from ended e where o.output_id = e.output_id
        returning o.output_id
        """;

    /// <summary>The load came back, or never left; the buyer's address stops working.</summary>
    /// <returns>False where there is nothing to call off.</returns>
    public Task<bool> CancelAsync(string number, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(CancelSql, new { number, organisation }, ct) is null)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("fraction.shipment_cancelled", "fraction_shipment", number), actor, ct);
            return true;
        }, ct);
    }

    private sealed record OutputRow(Guid OutputId, Guid SiteId, long LeftGrams, DateOnly ClosedOn, DateOnly Today);
}

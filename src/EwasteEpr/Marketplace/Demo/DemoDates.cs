using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace.Demo;

/// <summary>What happened months ago in the demonstration: an offer never changes, so it is written with its own day; the rest is moved back afterwards.</summary>
internal sealed class DemoDates(Db db, Secrets secrets)
{
    private const string LotSql = """
        update market_lots set created_at = at - interval '12 days', opened_at = at - interval '10 days', closes_at = at
          from (select app.now() - make_interval(months => @months) - interval '2 days' as at) moved
         where number = @lot
        returning market_lot_id, key_sealed, closes_at
        """;

    private const string OfferSql = """
        with taken as (
            update market_lots set offers_placed = offers_placed + 1 where market_lot_id = @lot returning offers_placed
        )
        insert into market_offers (offer_id, market_lot_id, offer_no, organisation_id, site_id, price_sealed, commitment, placed_at, placed_by)
        select @id, @lot, t.offers_placed, @organisation, @site, @box, @commitment, @at, @person from taken t
        """;

    /// <returns>The offers' ids, in the order given.</returns>
    public async Task<List<Guid>> OfferAsync(string number, int months, IReadOnlyList<(long Tiyn, Guid Organisation, Guid Site, Guid? Person)> given, CancellationToken ct)
    {
        var lot = await db.QuerySingleAsync<LotRow>(LotSql, new { lot = number, months }, ct);
        var key = LotKey.Unseal(secrets, lot.MarketLotId, lot.KeySealed);
        var placed = new List<Guid>();
        foreach (var (offer, place) in given.Select((offer, place) => (offer, place)))
        {
            var (id, secret) = (Guid.CreateVersion7(), new OfferSecret(offer.Tiyn, OfferSecret.NewNonce()));
            await db.ExecuteAsync(OfferSql, new
            {
                id, lot = lot.MarketLotId, organisation = offer.Organisation, site = offer.Site, person = offer.Person, box = key.Seal(id, secret), commitment = secret.Commitment(number), at = lot.ClosesAt.AddHours(-30 + place),
            }, ct);
            placed.Add(id);
        }

        return placed;
    }

    private const string BackSql = """
        with lot as (
            update market_lots set closed_at = closes_at + interval '1 second' where number = @lot returning market_lot_id
        ), awards as (
            update market_awards a set proposed_at = a.proposed_at - m.back, awarded_at = a.awarded_at - m.back, protest_until = a.protest_until - m.back, title_passed_at = a.title_passed_at - m.back
              from lot, (select make_interval(months => @months) as back) m where a.market_lot_id = lot.market_lot_id
        ), sums as (
            update market_settlements s set settled_at = s.settled_at - m.back, paid_at = s.paid_at - m.back from lot, (select make_interval(months => @months) as back) m where s.market_lot_id = lot.market_lot_id
        ), roads as (
            update consignments c set prepared_at = c.prepared_at - m.back, despatched_at = c.despatched_at - m.back, received_at = c.received_at - m.back, ended_at = c.ended_at - m.back
              from lot, (select make_interval(months => @months) as back) m where c.market_lot_id = lot.market_lot_id
        )
        update market_notices n set told_at = app.now() from lot where n.market_lot_id = lot.market_lot_id
        """;

    public Task MoveBackAsync(string lot, int months, CancellationToken ct) => db.ExecuteAsync(BackSql, new { lot, months }, ct);

    private sealed record LotRow(Guid MarketLotId, byte[] KeySealed, DateTimeOffset ClosesAt);
}

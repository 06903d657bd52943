using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>The closing job: the only place where sealed offers are opened, in the transaction that closes their lot.</summary>
public sealed class LotClosing(Db db, Secrets secrets)
{
    private const string DueSql = """
        select market_lot_id, number, kind, category, for_reuse, reserve_tiyn_per_tonne, key_sealed
          from market_lots
         where state = 'Open' and closes_at <= market_clock() and (@number::text is null or number = @number)
         order by closes_at, market_lot_id
         limit 1
           for update skip locked
        """;

    private const string CloseSql = "update market_lots set state = 'Closed', closed_at = market_clock() where market_lot_id = @id and closes_at <= market_clock()";

    private const string OffersSql = """
        select offer_id, price_sealed, tiyn_per_tonne, commitment from market_offers where market_lot_id = @id and replaced_at is null order by offer_no limit 10000
        """;

    private const string WriteSql = """
        update market_offers o
           set tiyn_per_tonne = x.price, nonce = coalesce(o.nonce, x.nonce), opened_at = market_clock(),
               problem = case when x.price is null then 'Unreadable'
                              when x.price < @reserve then 'BelowReserve'
                              when not exists (select from certified_now c where c.site_id = o.site_id and c.category = @category and c.kind = @kind) then 'NotCertified' end
          from unnest(@ids, @prices::bigint[], @nonces::bytea[]) as x(id, price, nonce)
         where o.offer_id = x.id
        """;

    /// <returns>How many lots were closed.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var closed = 0;
        while (await CloseNextAsync(null, Actor.System("market-closing"), ct))
        {
            closed++;
        }

        return closed;
    }

    private const string DemoSql = "update market_lots set closes_at = market_clock() where number = @number and state = 'Open'";

    /// <summary>Demonstration only: brings the closing forward to now, marked in the audit, and closes.</summary>
    public async Task<bool> CloseNowAsync(string number, Actor actor, CancellationToken ct)
    {
        var moved = await db.InTransactionAsync(
            async transaction => await transaction.ExecuteAsync(DemoSql, new { number }, ct) == 1
                && await AuditTrail.WriteAsync(transaction, new AuditEntry("market_lot.demo_closing_brought_forward", "market_lot", number), actor, ct) != Guid.Empty,
            ct);
        return moved && await CloseNextAsync(number, actor, ct);
    }

    private Task<bool> CloseNextAsync(string? number, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<DueRow>(DueSql, new { number }, ct) is not { } lot || await transaction.ExecuteAsync(CloseSql, new { id = lot.MarketLotId }, ct) == 0)
            {
                return false;
            }

            var offers = await transaction.QueryAsync<OfferRow>(OffersSql, new { id = lot.MarketLotId }, ct);
            var opened = Open(lot, offers);
            await transaction.ExecuteAsync(WriteSql, new
            {
                ids = offers.Select(offer => offer.OfferId).ToArray(), prices = opened.Select(secret => secret?.TiynPerTonne).ToArray(), nonces = opened.Select(secret => secret?.Nonce).ToArray(),
                reserve = lot.ReserveTiynPerTonne, category = lot.Category, kind = lot.ForReuse ? "Refurbisher" : "Recycler",
            }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("market_lot.closed", "market_lot", lot.Number).With(new { offers = offers.Count, unreadable = opened.Count(secret => secret is null) }), actor, ct);
            return true;
        },
        ct);

    /// <summary>A box that cannot be opened, or opens to another price than it was committed to, is told apart and never awarded.</summary>
    private List<OfferSecret?> Open(DueRow lot, IReadOnlyList<OfferRow> offers)
    {
        if (lot.Kind == LotKind.Open)
        {
            return [.. offers.Select(offer => new OfferSecret(offer.TiynPerTonne!.Value, []))];
        }

        var key = LotKey.Unseal(secrets, lot.MarketLotId, lot.KeySealed!);
        return [.. offers.Select(offer => TryOpen(key, lot.Number, offer))];
    }

    private static OfferSecret? TryOpen(LotKey key, string number, OfferRow offer)
    {
        try
        {
            var secret = key.Open(offer.OfferId, offer.PriceSealed!);
            return secret.Commitment(number).AsSpan().SequenceEqual(offer.Commitment) ? secret : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private sealed record DueRow(Guid MarketLotId, string Number, LotKind Kind, string Category, bool ForReuse, long ReserveTiynPerTonne, byte[]? KeySealed);

    private sealed record OfferRow(Guid OfferId, byte[]? PriceSealed, long? TiynPerTonne, byte[] Commitment);
}

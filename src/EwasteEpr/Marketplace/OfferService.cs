using System.Text.Json;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>Takes an offer, or says why not. The lot's row is held from the first look to the end, and the database's clock after that wait decides.</summary>
/// <remarks>A sealed price is nowhere but in its box: not in the audit, not in the kept answer, not in a log.</remarks>
public sealed class OfferService(Db db, Secrets secrets)
{
    public const long MostTiynPerTonne = 10_000_000_000;

    private const string ClaimSql = "select claim, answer from app.claim_key(@Principal, @Route, @Key, @BodySha256)";

    private const string StoreSql = "select app.store_answer(@Principal, @Route, @Key, @BodySha256, 200, @answer)";

    private const string LockSql = """
        select l.market_lot_id, l.number, l.kind, l.state, l.category, l.for_reuse, l.declared_grams, l.reserve_tiyn_per_tonne, coalesce(l.step_tiyn, 0) as step_tiyn, l.key_sealed, market_clock() < l.closes_at as has_time
          from market_lots l where l.number = @number and l.state <> 'Draft' for update
        """;

    private const string MaySql = """
        select exists (select from market_bidders b where b.organisation_id = @organisation) as has_details,
               exists (select from certified_now c where c.site_id = @site and c.organisation_id = @organisation and c.category = @category and c.kind = @kind) as is_certified,
               coalesce(capacity_left(@site, @category, app.today()), 0) as left_grams
        """;

    private const string BestSql = "select max(tiyn_per_tonne) from market_offers where market_lot_id = @lot and replaced_at is null";

    // The last word on time, under the lock: an offer at or after the closing takes no number. A late one moves an open lot's closing, three times at most.
    private const string TakeSql = """
        with moment as materialized (
            select market_clock() as at
        )
        update market_lots l
           set offers_placed = l.offers_placed + 1,
               closes_at = case when l.kind = 'Open' and l.extensions < 3 and l.closes_at - m.at <= interval '5 minutes' then l.closes_at + interval '5 minutes' else l.closes_at end,
               extensions = case when l.kind = 'Open' and l.extensions < 3 and l.closes_at - m.at <= interval '5 minutes' then l.extensions + 1 else l.extensions end
          from moment m
         where l.market_lot_id = @lot and l.state = 'Open' and m.at < l.closes_at
        returning l.offers_placed as offer_no, m.at
        """;

    private const string ReplaceSql = "update market_offers set replaced_at = @at where market_lot_id = @lot and organisation_id = @organisation and replaced_at is null";

    private const string InsertSql = """
        insert into market_offers (offer_id, market_lot_id, offer_no, organisation_id, site_id, price_sealed, tiyn_per_tonne, commitment, nonce, placed_at, placed_by)
        values (@id, @lot, @offerNo, @organisation, @site, @box, @price, @commitment, @nonce, @at, @person)
        """;

    public async Task<OfferOutcome> PlaceAsync(PlaceOffer offer, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.InTransactionAsync(transaction => PlaceAsync(transaction, offer, actor, ct), ct);
        }
        catch (OutcomeUnknownException)
        {
            return new OfferOutcome.Unknown();
        }
    }

    private async Task<OfferOutcome> PlaceAsync(DbTransaction transaction, PlaceOffer offer, Actor actor, CancellationToken ct)
    {
        var claim = await transaction.QuerySingleAsync<ClaimRow>(ClaimSql, offer.Key, ct);
        switch (claim.Claim)
        {
            case "Running":
                return new OfferOutcome.Running();
            case "OtherBody":
                return new OfferOutcome.OtherBody();
            case "Answered":
                return JsonSerializer.Deserialize<OfferOutcome.Placed>(claim.Answer!)! with { Again = true };
        }

        if (await transaction.QuerySingleOrDefaultAsync<LotRow>(LockSql, new { number = offer.Lot }, ct) is not { } lot)
        {
            return new OfferOutcome.NotFound();
        }

        if (await RefusalAsync(transaction, lot, offer, ct) is { } refused)
        {
            return refused;
        }

        if (await transaction.QuerySingleOrDefaultAsync<TakenRow>(TakeSql, new { lot = lot.MarketLotId }, ct) is not { } taken)
        {
            return new OfferOutcome.Closed();
        }

        var placed = await WriteAsync(transaction, lot, offer, taken, actor, ct);
        await transaction.ExecuteAsync(StoreSql, new { offer.Key.Principal, offer.Key.Route, offer.Key.Key, offer.Key.BodySha256, answer = JsonSerializer.Serialize(placed) }, ct);
        return placed;
    }

    private static async Task<OfferOutcome?> RefusalAsync(DbTransaction transaction, LotRow lot, PlaceOffer offer, CancellationToken ct)
    {
        if (lot.State != LotState.Open || !lot.HasTime)
        {
            return new OfferOutcome.Closed();
        }

        var may = await transaction.QuerySingleAsync<MayRow>(MaySql, new { organisation = offer.Organisation, site = offer.Site, category = lot.Category, kind = lot.ForReuse ? "Refurbisher" : "Recycler" }, ct);
        if (!may.IsCertified)
        {
            return new OfferOutcome.NotCertified();
        }

        if (may.LeftGrams < lot.DeclaredGrams)
        {
            return new OfferOutcome.NoCapacity(Weight.FromGrams(may.LeftGrams));
        }

        if (!may.HasDetails)
        {
            return new OfferOutcome.NoDetails();
        }

        var price = offer.Secret.TiynPerTonne;
        if (price < lot.ReserveTiynPerTonne)
        {
            return new OfferOutcome.BelowReserve(lot.ReserveTiynPerTonne);
        }

        return lot.Kind == LotKind.Open && await transaction.QuerySingleAsync<long?>(BestSql, new { lot = lot.MarketLotId }, ct) is { } best && price < best + lot.StepTiyn
            ? new OfferOutcome.NotBetter(best + lot.StepTiyn) : null;
    }

    private async Task<OfferOutcome.Placed> WriteAsync(DbTransaction transaction, LotRow lot, PlaceOffer offer, TakenRow taken, Actor actor, CancellationToken ct)
    {
        var (id, isSealed, commitment) = (Guid.CreateVersion7(), lot.Kind == LotKind.Sealed, offer.Secret.Commitment(lot.Number));
        var replaced = await transaction.ExecuteAsync(ReplaceSql, new { lot = lot.MarketLotId, organisation = offer.Organisation, at = taken.At }, ct);
        await transaction.ExecuteAsync(InsertSql, new
        {
            id, lot = lot.MarketLotId, offerNo = taken.OfferNo, organisation = offer.Organisation, site = offer.Site, commitment, at = taken.At, person = actor.UserId,
            box = isSealed ? LotKey.Unseal(secrets, lot.MarketLotId, lot.KeySealed!).Seal(id, offer.Secret) : null,
            price = isSealed ? null : (long?)offer.Secret.TiynPerTonne, nonce = isSealed ? null : offer.Secret.Nonce,
        }, ct);
        await AuditTrail.WriteAsync(
            transaction, new AuditEntry("market_offer.placed", "market_lot", lot.Number).With(new { offer = id, taken.OfferNo, commitment = Convert.ToHexStringLower(commitment), replaced = replaced > 0 }), actor, ct);
        return new OfferOutcome.Placed(id, taken.OfferNo, Convert.ToHexStringLower(commitment), taken.At, replaced > 0);
    }

    private const string ExplainSql = """
        with told as (
            update market_offers o set explanation = @text, explained_at = app.now()
              from market_lots l
             where l.market_lot_id = o.market_lot_id and l.number = @number and l.state in ('Closed', 'Defaulted') and o.organisation_id = @organisation and o.replaced_at is null and o.opened_at is not null
            returning o.offer_id, l.number
        )
        select audit.write(@actor::jsonb, 'market_offer.explained', 'market_lot', t.number, jsonb_build_object('offer', t.offer_id)) is not null from told t
        """;

    /// <summary>Why an abnormally low price is one that can be kept: asked for before the award.</summary>
    public Task<bool> ExplainAsync(string number, OrganisationId organisation, string text, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.QuerySingleOrDefaultAsync<bool>(ExplainSql, new { number, organisation, text, actor = actor.ToJson() }, ct);
    }

    private sealed record ClaimRow(string Claim, string? Answer);

    private sealed record LotRow(
        Guid MarketLotId, string Number, LotKind Kind, LotState State, string Category, bool ForReuse, long DeclaredGrams, long ReserveTiynPerTonne, long StepTiyn, byte[]? KeySealed, bool HasTime);

    private sealed record MayRow(bool HasDetails, bool IsCertified, long LeftGrams);

    private sealed record TakenRow(int OfferNo, DateTimeOffset At);
}

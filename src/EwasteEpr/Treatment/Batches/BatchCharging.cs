using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using Npgsql;

namespace EwasteEpr.Treatment.Batches;

/// <summary>Stock goes into a batch, lot by lot, with its certification and its capacity in one transaction.</summary>
/// <remarks>Claims of one site and category wait for each other, so that two never take the same last grams; the floor of the lot's account is the wall behind it.</remarks>
public sealed class BatchCharging(Db db)
{
    /// <returns>Charged, or why not with what is left.</returns>
    public async Task<ChargeOutcome> ChargeAsync(string number, OrganisationId organisation, ChargeRequest request, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.InTransactionAsync(transaction => ChargeAsync(transaction, number, organisation, request, actor, ct), ct);
        }
        catch (RefusedException refused)
        {
            return refused.Outcome;
        }
        catch (PostgresException problem) when (problem.IsBalanceTooLow())
        {
            // Somebody outside of treatment took of the lot meanwhile: it was sent on.
            return new ChargeOutcome.MoreThanStock(Weight.Zero, null);
        }
    }

    private const string HoldSql = "select hold_certification(@SiteId, @Category)";

    private const string ClaimSql = "select pg_advisory_xact_lock(hashtextextended('stock:' || @SiteId || ':' || @Category, 0))";

    private const string OldestSql = """
        select l.site_lot_id, a.balance as grams, l.account_id
          from site_lots l join ledger.accounts a on a.account_id = l.account_id
         where l.site_id = @SiteId and l.category = @Category and a.balance > 0
         order by l.weighed_in_on, l.site_lot_id
         limit 100000
        """;

    private const string NamedSql = """
        select l.site_lot_id, a.balance as grams, l.account_id
          from site_lots l join ledger.accounts a on a.account_id = l.account_id
         where l.site_id = @SiteId and l.category = @Category and l.site_lot_id = any (@lots)
         order by l.weighed_in_on, l.site_lot_id
         limit 100000
        """;

    private const string CapacitySql = "select take_capacity(@SiteId, @Category, 'Treated', @StartedOn, @grams, 'batch_charge', @charge)";

    private const string CapacityLeftSql = "select coalesce(greatest(capacity_left(@SiteId, @Category, @StartedOn), 0), 0)";

    private static async Task<ChargeOutcome> ChargeAsync(DbTransaction transaction, string number, OrganisationId organisation, ChargeRequest request, Actor actor, CancellationToken ct)
    {
        var batch = await transaction.QuerySingleOrDefaultAsync<LockedBatch>(LockedBatch.Sql, new { number, organisation }, ct);
        if (batch is not { IsOpen: true })
        {
            return batch is null ? new ChargeOutcome.NotFound() : new ChargeOutcome.NotOpen();
        }

        if (await transaction.QuerySingleAsync<Guid?>(HoldSql, batch, ct) is null)
        {
            return new ChargeOutcome.NotCertified();
        }

        await transaction.ExecuteAsync(ClaimSql, new { SiteId = batch.SiteId.ToString(), batch.Category }, ct);
        var taken = request.Oldest is { } mass
            ? OfOldest(await transaction.QueryAsync<LotRow>(OldestSql, batch, ct), mass)
            : OfNamed(await transaction.QueryAsync<LotRow>(NamedSql, new { batch.SiteId, batch.Category, lots = request.Lots.Select(lot => lot.SiteLotId).ToArray() }, ct), request.Lots);
        var grams = taken.Sum(lot => lot.Grams);
        if (grams == 0)
        {
            return new ChargeOutcome.Nothing();
        }

        if (!await transaction.QuerySingleAsync<bool>(CapacitySql, new { batch.SiteId, batch.Category, batch.StartedOn, grams, charge = Guid.CreateVersion7() }, ct))
        {
            return new ChargeOutcome.MoreThanCapacity(Weight.FromGrams(await transaction.QuerySingleAsync<long>(CapacityLeftSql, batch, ct)));
        }

        await WriteAsync(transaction, batch, taken, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("batch.charged", "batch", number).With(new { grams, lots = taken.Count }), actor, ct);
        return new ChargeOutcome.Charged(Weight.FromGrams(grams), Weight.FromGrams(batch.InputGrams + grams));
    }

    private static List<LotRow> OfOldest(IReadOnlyList<LotRow> lots, Weight mass)
    {
        var (taken, wanted) = (new List<LotRow>(), mass.Grams);
        foreach (var lot in lots.TakeWhile(_ => wanted > 0))
        {
            var grams = Math.Min(lot.Grams, wanted);
            taken.Add(lot with { Grams = grams });
            wanted -= grams;
        }

        return wanted > 0 ? throw new RefusedException(new ChargeOutcome.MoreThanStock(Weight.FromGrams(lots.Sum(lot => lot.Grams)), null)) : taken;
    }

    private static List<LotRow> OfNamed(IReadOnlyList<LotRow> lots, IReadOnlyList<LotShare> shares)
    {
        var taken = new List<LotRow>();
        foreach (var share in shares.GroupBy(share => share.SiteLotId))
        {
            var lot = lots.FirstOrDefault(lot => lot.SiteLotId == share.Key) ?? throw new RefusedException(new ChargeOutcome.NotFound());
            var wanted = share.Any(one => one.Mass is null) ? lot.Grams : share.Sum(one => one.Mass!.Value.Grams);
            if (wanted < 0 || wanted > lot.Grams)
            {
                throw new RefusedException(new ChargeOutcome.MoreThanStock(Weight.FromGrams(lot.Grams), share.Key.ToString()));
            }

            if (wanted > 0)
            {
                taken.Add(lot with { Grams = wanted });
            }
        }

        return taken;
    }

    private const string LockSql = "select ledger.lock_accounts(@accounts)";

    private const string PostSql = """
        with taken as materialized (
            select uuidv7() as id, g.site_lot_id, g.account_id, g.grams
              from unnest(@lots, @accounts, @grams) as g(site_lot_id, account_id, grams)
        ), posted as materialized (
            select id, site_lot_id, grams, ledger.post('batch_charged', 'batch_input', id, 1, @Unit, account_id, @AccountId, grams) as transfer_id from taken
        ), linked as (
            insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id)
            select 'site_lot', site_lot_id, 'batch', @BatchId, @Category, grams, transfer_id from posted
        ), counted as (
            update batches set input_grams = input_grams + (select sum(grams) from posted) where batch_id = @BatchId
        )
        insert into batch_inputs (batch_input_id, batch_id, site_lot_id, grams, transfer_id)
        select id, @BatchId, site_lot_id, grams, transfer_id from posted
        """;

    internal static async Task WriteAsync(DbTransaction transaction, LockedBatch batch, IReadOnlyList<LotRow> taken, CancellationToken ct)
    {
        var accounts = taken.Select(lot => lot.AccountId).ToArray();
        await transaction.ExecuteAsync(LockSql, new { accounts = accounts.Append(batch.AccountId).ToArray() }, ct);
        await transaction.ExecuteAsync(
            PostSql,
            new
            {
                lots = taken.Select(lot => lot.SiteLotId).ToArray(), accounts, grams = taken.Select(lot => lot.Grams).ToArray(),
                batch.BatchId, batch.AccountId, batch.Category, batch.Unit,
            },
            ct);
    }

    private const string ReduceSql = "update batches set input_grams = input_grams - (select grams from batch_inputs where batch_input_id = @input) where batch_id = @BatchId";

    /// <summary>Takes one line of the input out again, while the batch is open.</summary>
    /// <returns>False where there is no such line.</returns>
    public Task<bool> TakeOutAsync(string number, OrganisationId organisation, Guid input, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<LockedBatch>(LockedBatch.Sql, new { number, organisation }, ct) is not { IsOpen: true } batch
                || await transaction.QuerySingleOrDefaultAsync<Guid?>(OneInputSql, new { input, batch.BatchId }, ct) is null)
            {
                return false;
            }

            await BatchReturns.ReturnAsync(transaction, batch, [input], keepsCapacity: false, ct);
            await transaction.ExecuteAsync(ReduceSql, new { input, batch.BatchId }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("batch.input_taken_out", "batch", number).With(new { input }), actor, ct);
            return true;
        }, ct);
    }

    private const string OneInputSql = "select batch_input_id from batch_inputs where batch_input_id = @input and batch_id = @BatchId and ended_at is null";

    internal sealed record LotRow(Guid SiteLotId, long Grams, Guid AccountId);

    /// <summary>Ends the transaction, so that nothing half done is committed.</summary>
    private sealed class RefusedException(ChargeOutcome outcome) : Exception
    {
        public ChargeOutcome Outcome => outcome;
    }
}

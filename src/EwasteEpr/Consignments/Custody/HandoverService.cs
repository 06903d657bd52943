using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.Custody;

/// <summary>A load changes hands twice, each time by a code that one says and the other types: at the point, and at the site.</summary>
public sealed class HandoverService(Db db, HandoverCodes codes)
{
    // Who takes part: the sender and the carrier at the point, the carrier and the site at the gate.
    private const string LockSql = """
        select consignment_id, state, to_site_id
          from consignments
         where number = @number
           and (carrier_organisation_id = @organisation or (@step = 'Despatch' and from_organisation_id = @organisation) or (@step = 'Delivery' and to_organisation_id = @organisation))
           for update
        """;

    private const string CategoriesSql = """
        select distinct l.category
          from consignment_containers x join stock_lots l on l.container_id = x.container_id join ledger.accounts a on a.account_id = l.account_id
         where x.consignment_id = @id and a.balance > 0
         order by l.category limit 10
        """;

    /// <summary>A code for whoever lost it, or for the other side to say: the one before it falls.</summary>
    /// <returns>None where there is nothing to hand over at this step.</returns>
    public Task<string?> NewCodeAsync(string number, HandoverStep step, OrganisationId organisation, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync(async transaction =>
        {
            if (await FindAsync(transaction, number, step, organisation, ct) is not { } found || found.State != StateBefore(step))
            {
                return null;
            }

            var code = await codes.MakeAsync(transaction, found.ConsignmentId, step, organisation, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("consignment.code_made", "consignment", number).With(new { step = step.ToString() }), actor, ct);
            return code;
        }, ct);

    private const string ContainersSql = "select c.container_id from containers c join consignment_containers x on x.container_id = c.container_id where x.consignment_id = @id order by c.container_id for update of c";

    // stock lot -> in transit. The grams are those of this moment; the containers are sealed, so nobody moves them meanwhile.
    private const string DespatchSql = """
        with lots as materialized (
            select uuidv7() as consignment_lot_id, l.container_id, l.lot_id, l.category, l.stream, l.channel, l.account_id, a.balance as grams
              from consignment_containers x join stock_lots l on l.container_id = x.container_id join ledger.accounts a on a.account_id = l.account_id
             where x.consignment_id = @id and a.balance > 0
             order by l.account_id
        ), locked as materialized (
            select ledger.lock_accounts(array(select account_id from lots))
        ), posted as materialized (
            select t.*, ledger.post('consignment_despatched', 'consignment_lot', t.consignment_lot_id, 1, 'mass:' || t.category, t.account_id, ledger.open_account('mass_in_transit', @id, 'mass:' || t.category), t.grams) as transfer_id
              from lots t cross join locked
        ), written as (
            insert into consignment_lots (consignment_lot_id, consignment_id, container_id, lot_id, category, stream, channel, sent_grams, despatch_transfer_id)
            select consignment_lot_id, @id, container_id, lot_id, category, stream, channel, grams, transfer_id from posted
        ), weighed as (
            update consignment_containers x set sent_grams = p.grams
              from (select container_id, sum(grams)::bigint as grams from posted group by container_id) p where x.consignment_id = @id and x.container_id = p.container_id
        ), moved as (
            update containers c set state = 'Despatched' from consignment_containers x where x.consignment_id = @id and c.container_id = x.container_id
        ), gone as (
            update consignments set state = 'Despatched', despatched_at = app.now() where consignment_id = @id
        )
        select coalesce(sum(grams), 0)::bigint from posted
        """;

    public Task<HandoverOutcome> DespatchAsync(string number, string code, OrganisationId organisation, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync<HandoverOutcome>(async transaction =>
        {
            var (found, refusal) = await OpenAsync(transaction, number, HandoverStep.Despatch, organisation, ct);
            if (refusal is not null || found is null)
            {
                return refusal!;
            }

            // Asked before the code is spent: it can be typed again when the certification stands again.
            await transaction.QueryAsync<Guid>(ContainersSql, new { id = found.ConsignmentId }, ct);
            var categories = await transaction.QueryAsync<string>(CategoriesSql, new { id = found.ConsignmentId }, ct);
            if (await CertifiedCategories.FirstMissingAsync(transaction, found.ToSiteId, categories, ct) is { } missing)
            {
                return new HandoverOutcome.NotCertified(missing);
            }

            if (await codes.TryAsync(transaction, found.ConsignmentId, HandoverStep.Despatch, code, (organisation, actor.UserId), ct) is { } left)
            {
                return new HandoverOutcome.WrongCode(left);
            }

            var grams = await transaction.QuerySingleAsync<long>(DespatchSql, new { id = found.ConsignmentId }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("consignment.despatched", "consignment", number).With(new { grams }), actor, ct);
            return new HandoverOutcome.Done(await codes.MakeAsync(transaction, found.ConsignmentId, HandoverStep.Delivery, organisation, ct));
        }, ct);

    private const string ReceiveSql = """
        with moved as (
            update containers c set state = 'Received' from consignment_containers x where x.consignment_id = @id and c.container_id = x.container_id
        )
        update consignments set state = 'Received', received_at = app.now() where consignment_id = @id
        """;

    public Task<HandoverOutcome> ReceiveAsync(string number, string code, OrganisationId organisation, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync<HandoverOutcome>(async transaction =>
        {
            var (found, refusal) = await OpenAsync(transaction, number, HandoverStep.Delivery, organisation, ct);
            if (refusal is not null || found is null)
            {
                return refusal!;
            }

            if (await codes.TryAsync(transaction, found.ConsignmentId, HandoverStep.Delivery, code, (organisation, actor.UserId), ct) is { } left)
            {
                return new HandoverOutcome.WrongCode(left);
            }

            await transaction.ExecuteAsync(ReceiveSql, new { id = found.ConsignmentId }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("consignment.received", "consignment", number), actor, ct);
            return new HandoverOutcome.Done(null);
        }, ct);

    private static string StateBefore(HandoverStep step) => step == HandoverStep.Despatch ? "Prepared" : "Despatched";

    private static async Task<(FoundRow? Found, HandoverOutcome? Refusal)> OpenAsync(DbTransaction transaction, string number, HandoverStep step, OrganisationId organisation, CancellationToken ct) =>
        await FindAsync(transaction, number, step, organisation, ct) is not { } found ? (null, new HandoverOutcome.NotFound())
            : found.State == StateBefore(step) ? (found, null) : (found, new HandoverOutcome.WrongState());

    private static Task<FoundRow?> FindAsync(DbTransaction transaction, string number, HandoverStep step, OrganisationId organisation, CancellationToken ct) =>
        transaction.QuerySingleOrDefaultAsync<FoundRow>(LockSql, new { number, step = step.ToString(), organisation }, ct);

    private sealed record FoundRow(Guid ConsignmentId, string State, Guid ToSiteId);
}

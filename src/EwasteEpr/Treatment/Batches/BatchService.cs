using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Batches;

/// <summary>Opens a batch at a certified site, and calls it off while it is open.</summary>
public sealed class BatchService(Db db)
{
    /// <summary>How far back a batch may be written down.</summary>
    public const int DaysBack = 31;

    private const string SiteSql = """
        select s.site_id, hold_certification(s.site_id, @Category) as certification, app.today() as today,
               @Technology::text is null or exists (select from treatment_technologies where technology = @Technology) as is_technology_known
          from sites s where s.number = @Site and s.organisation_id = @Organisation
        """;

    private const string InsertSql = """
        with made as (
            select uuidv7() as id
        ), account as materialized (
            select id, ledger.open_account('mass_in_batch', id, 'mass:' || @Category) as account_id from made
        )
        insert into batches (batch_id, number, site_id, organisation_id, category, technology, started_on, opened_by, account_id)
        select id, format('B-%s-%s', extract(year from @startedOn::date), lpad(nextval('batch_numbers')::text, 4, '0')), @site, @Organisation, @Category, @Technology, @startedOn, @person, account_id
          from account
        returning number
        """;

    public Task<OpenOutcome> OpenAsync(NewBatch batch, Actor actor, CancellationToken ct) => db.InTransactionAsync(transaction => OpenAsync(transaction, batch, actor, ct), ct);

    /// <summary>In a transaction of the caller's, which an idempotent request has.</summary>
    public static async Task<OpenOutcome> OpenAsync(DbTransaction transaction, NewBatch batch, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(actor);
        var site = await transaction.QuerySingleOrDefaultAsync<SiteRow>(SiteSql, batch, ct);
        if (Refusal(batch, site) is { } why)
        {
            return new OpenOutcome.Refused(why);
        }

        var number = await transaction.QuerySingleAsync<string>(
            InsertSql, new { batch.Organisation, batch.Category, batch.Technology, site = site!.SiteId, startedOn = batch.StartedOn ?? site.Today, person = actor.UserId }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("batch.opened", "batch", number).With(new { batch.Site, batch.Category, batch.Technology }), actor, ct);
        return new OpenOutcome.Opened(number);
    }

    private static OpenProblem? Refusal(NewBatch batch, SiteRow? site) =>
        site is null ? OpenProblem.NotFound
        : site.Certification is null ? OpenProblem.NotCertified
        : !site.IsTechnologyKnown ? OpenProblem.UnknownTechnology
        : batch.StartedOn is { } day && (day > site.Today || day < site.Today.AddDays(-DaysBack)) ? OpenProblem.DayOutOfReach
        : null;

    private const string HasInputsSql = "select batch_input_id from batch_inputs where batch_id = @BatchId and ended_at is null order by batch_input_id limit 100000";

    private const string CancelSql = "update batches set state = 'Cancelled', input_grams = 0 where batch_id = @BatchId";

    /// <summary>Everything goes back into its lots; the number stays and says so.</summary>
    /// <returns>Why not, or none.</returns>
    public Task<EndProblem?> CancelAsync(string number, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync<EndProblem?>(async transaction =>
        {
            var batch = await transaction.QuerySingleOrDefaultAsync<LockedBatch>(LockedBatch.Sql, new { number, organisation }, ct);
            if (batch is not { IsOpen: true })
            {
                return batch is null ? EndProblem.NotFound : EndProblem.WrongState;
            }

            var inputs = await transaction.QueryAsync<Guid>(HasInputsSql, batch, ct);
            await BatchReturns.ReturnAsync(transaction, batch, [.. inputs], keepsCapacity: false, ct);
            await transaction.ExecuteAsync(CancelSql, batch, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("batch.cancelled", "batch", number).With(new { grams = batch.InputGrams }), actor, ct);
            return null;
        }, ct);
    }

    private sealed record SiteRow(Guid SiteId, Guid? Certification, DateOnly Today, bool IsTechnologyKnown);
}

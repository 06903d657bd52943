using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Certification;

/// <summary>What the organisation does: writes its application, adds what it asks for, submits it, or takes it back.</summary>
public sealed class ApplicationService(Db db)
{
    private const string BeginSql = """
        insert into certification_applications (number, organisation_id, kind, head_name, created_by, state_by)
        select format('K-%s-%s', extract(year from app.today()), lpad(nextval('certification_application_numbers')::text, 4, '0')), organisation_id, @kind, contact_name, @person, @person
          from organisations where organisation_id = @organisation
        on conflict (organisation_id, kind) where state not in ('Certified', 'Refused', 'Withdrawn') do nothing
        returning number
        """;

    private const string OpenSql = "select number from certification_applications where organisation_id = @organisation and kind = @kind and state not in ('Certified', 'Refused', 'Withdrawn')";

    /// <returns>The number of the new application, or of the one that is open already.</returns>
    public Task<string> BeginAsync(OrganisationId organisation, SiteKind kind, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<string>(BeginSql, new { organisation, kind = kind.ToString(), person = actor.UserId }, ct) is not { } number)
            {
                return await transaction.QuerySingleAsync<string>(OpenSql, new { organisation, kind = kind.ToString() }, ct);
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("certification.application_begun", "certification_application", number), actor, ct);
            return number;
        }, ct);
    }

    // Held, so that what is checked at submission is what stands there.
    private const string LockSql = "select application_id, state from certification_applications where number = @number and organisation_id = @organisation for update";

    private const string DescribeSql = "update certification_applications set head_name = @head, note = @note where application_id = @id";

    public Task<CertificationOutcome> DescribeAsync(string number, OrganisationId organisation, string head, string? note, Actor actor, CancellationToken ct) => InDraftAsync(
        number, organisation, (transaction, id) => transaction.ExecuteAsync(DescribeSql, new { id, head, note }, ct), new AuditEntry("certification.application_described", "certification_application", number), actor, ct);

    private const string PutSql = """
        insert into application_scopes (application_id, organisation_id, site_id, category, operations, annual_grams)
        select @id, @organisation, s.site_id, @category, @operations, @grams from sites s where s.number = @site and s.organisation_id = @organisation and s.closed_on is null
        on conflict (application_id, site_id, category) do update set operations = excluded.operations, annual_grams = excluded.annual_grams
        """;

    /// <summary>Adds a category of a site, or changes what was said of it.</summary>
    public async Task<CertificationOutcome> PutScopeAsync(string number, OrganisationId organisation, WantedScope scope, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        try
        {
            return await InDraftAsync(
                number, organisation,
                (transaction, id) => transaction.ExecuteAsync(PutSql, new { id, organisation, site = scope.Site, category = scope.Category, operations = scope.Operations.ToArray(), grams = scope.AnnualGrams }, ct),
                new AuditEntry("certification.scope_put", "certification_application", number).With(scope), actor, ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "certified_scope_operation_known")
        {
            return CertificationOutcome.NotFound;
        }
    }

    private const string RemoveSql = "delete from application_scopes p using sites s where p.application_id = @id and s.site_id = p.site_id and s.number = @site and p.category = @category";

    public Task<CertificationOutcome> RemoveScopeAsync(string number, OrganisationId organisation, string site, string category, Actor actor, CancellationToken ct) => InDraftAsync(
        number, organisation, (transaction, id) => transaction.ExecuteAsync(RemoveSql, new { id, site, category }, ct),
        new AuditEntry("certification.scope_removed", "certification_application", number).With(new { site, category }), actor, ct);

    private const string MissingSql = """
        select (select count(*)::int from application_scopes p where p.application_id = @id) as scopes,
               (select min(s.number) from application_scopes p join sites s using (site_id) where p.application_id = @id and s.closed_on is not null) as closed,
               (select min(s.number) from application_scopes p join sites s using (site_id) where p.application_id = @id
                   and not exists (select from site_permits x where x.site_id = s.site_id and x.ended_at is null and (x.expires_on is null or x.expires_on > app.today()))) as without_permit,
               (select min(s.number) from application_scopes p join sites s using (site_id) where p.application_id = @id
                   and not exists (select from site_equipment e where e.site_id = s.site_id and e.ended_at is null)) as without_equipment
        """;

    private const string SubmitSql = "update certification_applications set state = 'Submitted', state_reason = null, state_by = @person, submitted_at = app.now() where application_id = @id";

    public Task<SubmitOutcome> SubmitAsync(string number, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync<SubmitOutcome>(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<LockedRow>(LockSql, new { number, organisation }, ct) is not { } row)
            {
                return new SubmitOutcome.NotFound();
            }

            if (row.State is not ("Draft" or "Returned"))
            {
                return new SubmitOutcome.WrongState();
            }

            var missing = await transaction.QuerySingleAsync<MissingRow>(MissingSql, new { id = row.ApplicationId }, ct);
            if (missing.Scopes == 0 || (missing.Closed ?? missing.WithoutPermit ?? missing.WithoutEquipment) is not null)
            {
                return new SubmitOutcome.Incomplete(missing.Scopes == 0 ? "Scopes" : missing.Closed is not null ? "Closed" : missing.WithoutPermit is not null ? "Permit" : "Equipment", missing.Closed ?? missing.WithoutPermit ?? missing.WithoutEquipment ?? "");
            }

            await transaction.ExecuteAsync(SubmitSql, new { id = row.ApplicationId, person = actor.UserId }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("certification.application_submitted", "certification_application", number), actor, ct);
            return new SubmitOutcome.Submitted();
        }, ct);
    }

    private const string WithdrawSql = """
        with gone as (
            update certification_applications set state = 'Withdrawn', state_by = @person, state_reason = null
             where number = @number and organisation_id = @organisation and state in ('Draft', 'Submitted', 'Returned', 'Audit', 'Corrections')
            returning application_id
        ), cancelled as (
            update audits u set state = 'Cancelled', state_by = @person from gone where u.application_id = gone.application_id and u.state in ('Waiting', 'Assigned', 'Reported') returning u.audit_id
        )
        select count(*)::int from gone
        """;

    public Task<CertificationOutcome> WithdrawAsync(string number, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleAsync<int>(WithdrawSql, new { number, organisation, person = actor.UserId }, ct) == 0)
            {
                return await transaction.QuerySingleOrDefaultAsync<LockedRow>(LockSql, new { number, organisation }, ct) is null ? CertificationOutcome.NotFound : CertificationOutcome.WrongState;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("certification.application_withdrawn", "certification_application", number), actor, ct);
            return CertificationOutcome.Done;
        }, ct);
    }

    private Task<CertificationOutcome> InDraftAsync(string number, OrganisationId organisation, Func<DbTransaction, Guid, Task<int>> work, AuditEntry entry, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<LockedRow>(LockSql, new { number, organisation }, ct) is not { } row)
            {
                return CertificationOutcome.NotFound;
            }

            if (row.State is not ("Draft" or "Returned"))
            {
                return CertificationOutcome.WrongState;
            }

            if (await work(transaction, row.ApplicationId) == 0)
            {
                return CertificationOutcome.NotFound;
            }

            await AuditTrail.WriteAsync(transaction, entry, actor, ct);
            return CertificationOutcome.Done;
        }, ct);

    private sealed record LockedRow(Guid ApplicationId, string State);

    private sealed record MissingRow(int Scopes, string? Closed, string? WithoutPermit, string? WithoutEquipment);
}

/// <param name="Site">Its number.</param>
public sealed record WantedScope(string Site, string Category, IReadOnlyList<string> Operations, long AnnualGrams);

public abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    public sealed record Submitted : SubmitOutcome;

    public sealed record NotFound : SubmitOutcome;

    public sealed record WrongState : SubmitOutcome;

    /// <param name="What">Scopes, Closed, Permit or Equipment.</param>
    /// <param name="Site">The first site it concerns.</param>
    public sealed record Incomplete(string What, string Site) : SubmitOutcome;
}

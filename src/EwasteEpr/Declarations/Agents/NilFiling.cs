using EwasteEpr.Declarations.Submission;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Agents;

/// <summary>Files nil for many clients at once: what was asked is stored first, then each client is one transaction of its own.</summary>
/// <remarks>
/// The batch's id comes with the page that was shown. A second click finds the same rows: it waits for the one that is being filed and skips those that are done.
/// Killed half way, the rest wait; sending the same batch again goes on with them.
/// </remarks>
public sealed class NilFiling(Db db, TariffService tariffs, SubmissionService submissions)
{
    public const int MostAtOnce = AgentClients.PageSize;

    internal static bool MayFile(IReadOnlyList<string> scopes, IReadOnlyList<string> agentRoles) =>
        MandateScope.RolesAtClient(scopes, agentRoles) is var roles && roles.Contains(OrganisationRole.Preparer, StringComparer.Ordinal) && roles.Contains(OrganisationRole.Signatory, StringComparer.Ordinal);

    private const string BeginSql = """
        with batch as (
            insert into nil_batches (nil_batch_id, person_id, period_from, period_until)
            values (@batch, @person, @from, @until)
            on conflict do nothing
            returning nil_batch_id
        )
        insert into nil_filings (nil_batch_id, client_id)
        select nil_batch_id, client from batch, unnest(@clients) client
        """;

    private const string WaitingSql = """
        select f.client_id
          from nil_filings f
          join nil_batches b using (nil_batch_id)
         where f.nil_batch_id = @batch and b.person_id = @person and b.period_from = @from and b.period_until = @until and f.state = 'Waiting'
         order by f.client_id
         limit 200
        """;

    /// <summary>Files what still waits. Clients, period and person of a batch that is there already stay as they were.</summary>
    /// <param name="clients">Each is judged by its mandate at the moment when it is filed.</param>
    public async Task RunAsync(Guid batch, Period period, IReadOnlyList<OrganisationId> clients, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(actor);
        var ids = clients.Take(MostAtOnce).Select(client => client.Value).ToArray();
        var parameters = new { batch, person = actor.UserId, from = period.Days.From, until = period.Days.Until, clients = ids };
        await db.ExecuteAsync(BeginSql, parameters, ct);
        var snapshot = await tariffs.CurrentAsync(ct);
        foreach (var client in await db.QueryAsync<OrganisationId>(WaitingSql, parameters, ct))
        {
            await db.InTransactionAsync(transaction => FileOneAsync(transaction, batch, client, period, snapshot, actor, ct), ct);
        }
    }

    private const string ClaimSql = """
        select state
          from nil_filings
         where nil_batch_id = @batch and client_id = @client
           for update
        """;

    private const string EndSql = """
        update nil_filings set state = case when @refusal::text is null then 'Filed' else 'Refused' end, refusal = @refusal, number = @number, finished_at = app.now()
         where nil_batch_id = @batch and client_id = @client
        """;

    private async Task<bool> FileOneAsync(DbTransaction transaction, Guid batch, OrganisationId client, Period period, TariffSnapshot snapshot, Actor actor, CancellationToken ct)
    {
        if (await transaction.QuerySingleAsync<string>(ClaimSql, new { batch, client }, ct) != "Waiting")
        {
            return false;
        }

        // What a refusal has begun is undone, and the refusal itself is kept.
        await transaction.ExecuteAsync("savepoint filing", null, ct);
        var (refusal, number) = await FileAsync(transaction, client, period, snapshot, actor, ct);
        if (refusal is not null)
        {
            await transaction.ExecuteAsync("rollback to savepoint filing", null, ct);
        }

        await transaction.ExecuteAsync(EndSql, new { batch, client, refusal = refusal?.ToString(), number }, ct);
        return true;
    }

    // Locked, so that a revocation comes either before this client's declaration or after it.
    private const string MandateSql = """
        select m.agent_id, m.scopes, s.roles as agent_roles, app.today() as today
          from mandates m
          join memberships s on s.organisation_id = m.agent_id and s.person_id = @person
         where m.client_id = @client and m.revoked_at is null and daterange(m.valid_from, m.valid_until) @> app.today()
         order by cardinality(m.scopes) desc, m.mandate_id
         limit 20
           for share of m
        """;

    private async Task<(NilRefusal? Refusal, string? Number)> FileAsync(DbTransaction transaction, OrganisationId client, Period period, TariffSnapshot snapshot, Actor actor, CancellationToken ct)
    {
        var mandates = await transaction.QueryAsync<MandateRow>(MandateSql, new { client, person = actor.UserId }, ct);
        if (mandates.FirstOrDefault(row => MayFile(row.Scopes, row.AgentRoles)) is not { } mandate)
        {
            return (mandates.Count == 0 ? NilRefusal.NoMandate : NilRefusal.NoScope, null);
        }

        if (period.Days.Until > mandate.Today)
        {
            return (NilRefusal.PeriodNotOver, null);
        }

        var acting = actor with { OrganisationId = mandate.AgentId, OnBehalfOfId = client.Value, Role = OrganisationRole.Signatory };
        switch (await DeclarationService.CreateAsync(transaction, client, new NewDeclaration.Nil(period), acting, ct))
        {
            case CreateOutcome.AlreadyDeclared already:
                return (already.State == DeclarationState.Draft ? NilRefusal.DraftExists : NilRefusal.AlreadyDeclared, already.Number);
            case CreateOutcome.Created created:
                return await submissions.SubmitAsync(transaction, new DeclarationKey(client, created.Number), 0, snapshot, acting, ct) is null
                    ? (null, created.Number)
                    : (NilRefusal.NotReady, null);
            default:
                return (NilRefusal.PeriodNotOver, null);
        }
    }

    private const string ResultSql = """
        select o.slug, o.name_kk, o.name_ru, f.state, f.refusal, f.number, f.finished_at, b.period_from, b.period_until
          from nil_batches b
          join nil_filings f using (nil_batch_id)
          join organisations o on o.organisation_id = f.client_id
         where b.nil_batch_id = @batch and b.person_id = @person
         order by f.state = 'Filed', o.name_ru collate "ru-x-icu", f.client_id
         limit 200
        """;

    /// <summary>What became of each client; nothing for a batch of somebody else.</summary>
    public Task<IReadOnlyList<NilResult>> ResultAsync(Guid batch, PersonId person, CancellationToken ct) => db.QueryAsync<NilResult>(ResultSql, new { batch, person }, ct);

    private sealed record MandateRow(Guid AgentId, string[] Scopes, string[] AgentRoles, DateOnly Today);
}

/// <summary>Why nothing was filed for a client.</summary>
public enum NilRefusal
{
    /// <summary>Revoked or ended since the page was shown.</summary>
    NoMandate,

    /// <summary>The mandate or the person's roles do not allow to prepare and submit.</summary>
    NoScope,
    PeriodNotOver,

    /// <summary>A declaration of the period has been begun: finish it or give it up.</summary>
    DraftExists,
    AlreadyDeclared,
    NotReady,
}

/// <param name="State">Waiting, Filed or Refused.</param>
/// <param name="Number">Of the nil declaration, or of the one that stood in the way.</param>
public sealed record NilResult(string Slug, string NameKk, string NameRu, string State, NilRefusal? Refusal, string? Number, DateTimeOffset? FinishedAt, DateOnly PeriodFrom, DateOnly PeriodUntil)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

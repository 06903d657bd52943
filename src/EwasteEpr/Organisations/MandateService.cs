using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Organisations;

/// <summary>Mandates: an organisation lets an agent act for it. Both sides see them; a revoked one stops the agent's next request.</summary>
public sealed class MandateService(Db db, OrganisationService organisations)
{
    private const string AgentSql = "select organisation_id from organisations where number_hash = @hash and 'agent' = any(activities)";

    private const string TodaySql = "select app.today()";

    private const string GiveSql = """
        insert into mandates (mandate_id, client_id, agent_id, scopes, valid_from, valid_until, given_by)
        values (@id, @client, @agent, @scopes, @From, @Until, @person)
        """;

    public async Task<MandateOutcome> GiveAsync(OrganisationId client, Bin agentNumber, MandateTerms terms, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(actor);
        if (await db.QuerySingleOrDefaultAsync<OrganisationId?>(AgentSql, new { hash = organisations.NumberHash(agentNumber) }, ct) is not { } agent)
        {
            return new MandateOutcome.NoSuchAgent();
        }

        if (agent == client)
        {
            return new MandateOutcome.Oneself();
        }

        if (await RefusalAsync(terms, begunOn: null, ct) is { } refusal)
        {
            return refusal;
        }

        var id = Guid.CreateVersion7();
        var parameters = new { id, client, agent, scopes = terms.Scopes.ToArray(), terms.From, terms.Until, person = actor.UserId };
        return await WriteAsync(id, "mandate.given", terms, actor, async transaction => await transaction.ExecuteAsync(GiveSql, parameters, ct) == 1, ct);
    }

    private const string BegunSql = "select valid_from from mandates where mandate_id = @id and client_id = @client and revoked_at is null";

    private const string ChangeSql = """
        update mandates set scopes = @scopes, valid_from = @From, valid_until = @Until, changed_at = app.now(), changed_by = @person
         where mandate_id = @id and client_id = @client and revoked_at is null
        """;

    /// <summary>Other scopes or days; they count from the agent's next request.</summary>
    public async Task<MandateOutcome> ChangeAsync(OrganisationId client, Guid id, MandateTerms terms, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(actor);
        if (await db.QuerySingleOrDefaultAsync<DateOnly?>(BegunSql, new { id, client }, ct) is not { } begunOn)
        {
            return new MandateOutcome.NotFound();
        }

        if (await RefusalAsync(terms, begunOn, ct) is { } refusal)
        {
            return refusal;
        }

        var parameters = new { id, client, scopes = terms.Scopes.ToArray(), terms.From, terms.Until, person = actor.UserId };
        return await WriteAsync(id, "mandate.changed", terms, actor, async transaction => await transaction.ExecuteAsync(ChangeSql, parameters, ct) == 1, ct);
    }

    private const string RevokeSql = """
        update mandates set revoked_at = app.now(), revoked_by = @person
         where mandate_id = @id and client_id = @client and revoked_at is null
        """;

    /// <summary>At once: the agent's next request is that of a stranger.</summary>
    public Task<MandateOutcome> RevokeAsync(OrganisationId client, Guid id, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return WriteAsync(id, "mandate.revoked", null, actor, async transaction => await transaction.ExecuteAsync(RevokeSql, new { id, client, person = actor.UserId }, ct) == 1, ct);
    }

    private const string ListSql = """
        select m.mandate_id, m.client_id, c.name_kk as client_name_kk, c.name_ru as client_name_ru, m.agent_id, a.name_kk as agent_name_kk, a.name_ru as agent_name_ru, a.bin as agent_bin,
               m.scopes, m.valid_from, m.valid_until,
               case when m.revoked_at is not null then 'Revoked' when m.valid_until <= app.today() then 'Ended' when m.valid_from > app.today() then 'Coming' else 'Active' end as state,
               m.given_at, m.revoked_at
          from mandates m
          join organisations c on c.organisation_id = m.client_id
          join organisations a on a.organisation_id = m.agent_id
         where m.client_id = @organisation or m.agent_id = @organisation
         order by m.revoked_at is not null or m.valid_until <= app.today(), m.mandate_id desc
         limit 500
        """;

    /// <summary>Given and received, those that hold first.</summary>
    public Task<IReadOnlyList<Mandate>> OfOrganisationAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<Mandate>(ListSql, new { organisation }, ct);

    private const string HistorySql = """
        select m.mandate_id, e.at, e.action, p.name as person, a.name_kk as agent_name_kk, a.name_ru as agent_name_ru, c.name_kk as client_name_kk, c.name_ru as client_name_ru,
               coalesce(array(select jsonb_array_elements_text(e.details -> 'scopes')), '{}') as scopes,
               (e.details ->> 'from')::date as valid_from, (e.details ->> 'until')::date as valid_until
          from mandates m
          join organisations c on c.organisation_id = m.client_id
          join organisations a on a.organisation_id = m.agent_id
          join audit.entries e on e.object_type = 'mandate' and e.object_id = m.mandate_id::text
          left join people p on p.person_id = e.user_id
         where m.client_id = @organisation or m.agent_id = @organisation
         order by e.entry_id desc
         limit 200
        """;

    /// <summary>Who gave, changed and revoked what: out of the audit, the same for both sides.</summary>
    public Task<IReadOnlyList<MandateEvent>> HistoryAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<MandateEvent>(HistorySql, new { organisation }, ct);

    private const string AccessSql = """
        select m.agent_id, m.scopes, s.roles as agent_roles, o.organisation_id, o.slug, o.name_kk, o.name_ru, o.kind, o.activities, o.region_kato
          from organisations o
          join mandates m on m.client_id = o.organisation_id and m.revoked_at is null and daterange(m.valid_from, m.valid_until) @> app.today()
          join memberships s on s.organisation_id = m.agent_id and s.person_id = @person
         where o.slug = @slug
         order by m.mandate_id
         limit 20
        """;

    /// <summary>By which mandates a person reaches the organisation of a slug today: one for each agent the person works for.</summary>
    public Task<IReadOnlyList<MandatedAccess>> AccessAsync(string slug, PersonId person, CancellationToken ct) => db.QueryAsync<MandatedAccess>(AccessSql, new { slug, person }, ct);

    private const string ClientSql = """
        select m.scopes, o.organisation_id, o.slug, o.name_kk, o.name_ru
          from organisations o
          join mandates m on m.client_id = o.organisation_id and m.revoked_at is null and daterange(m.valid_from, m.valid_until) @> app.today()
         where o.slug = @slug and m.agent_id = @agent
         order by m.mandate_id
         limit 1
        """;

    /// <summary>The same key at a client of its organisation: what the key may do and the mandate lets the agent do today. Null where there is no mandate.</summary>
    public async Task<ApiCaller?> AtClientAsync(ApiCaller agent, string slug, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return await db.QuerySingleOrDefaultAsync<ClientRow>(ClientSql, new { slug, agent = agent.OrganisationId }, ct) is { } client
            ? new ApiCaller(agent.ApiKeyId, client.OrganisationId, client.Slug, client.NameKk, client.NameRu, agent.Prefix, [.. MandateScope.ApiScopesAtClient(client.Scopes, agent.Scopes)]) { AgentId = agent.OrganisationId }
            : null;
    }

    private async Task<MandateOutcome?> RefusalAsync(MandateTerms terms, DateOnly? begunOn, CancellationToken ct)
    {
        if (terms.Scopes.Count == 0 || terms.Scopes.Except(MandateScope.All, StringComparer.Ordinal).Any())
        {
            return new MandateOutcome.NoScope();
        }

        var today = await db.QuerySingleAsync<DateOnly>(TodaySql, null, ct);
        if (terms.From < today && terms.From != begunOn)
        {
            return new MandateOutcome.BeginsInThePast();
        }

        return terms.Until <= terms.From || terms.Until <= today ? new MandateOutcome.EndsTooEarly() : null;
    }

    private async Task<MandateOutcome> WriteAsync(Guid id, string action, MandateTerms? terms, Actor actor, Func<DbTransaction, Task<bool>> write, CancellationToken ct)
    {
        var entry = new AuditEntry(action, "mandate", id.ToString("D"));
        entry = terms is null ? entry : entry.With(new { terms.Scopes, terms.From, terms.Until });
        try
        {
            return await db.InTransactionAsync<MandateOutcome>(
                async transaction =>
                {
                    if (!await write(transaction))
                    {
                        return new MandateOutcome.NotFound();
                    }

                    await AuditTrail.WriteAsync(transaction, entry, actor, ct);
                    return new MandateOutcome.Done(id);
                },
                ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "mandate_once_at_a_time")
        {
            return new MandateOutcome.OtherOnTheseDays();
        }
    }

    private sealed record ClientRow(string[] Scopes, OrganisationId OrganisationId, string Slug, string NameKk, string NameRu);
}

using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Agents;

/// <summary>All clients whose mandate holds today, of all agents that a person works for, by what is still to be done.</summary>
public sealed class AgentClients(Db db)
{
    public const int PageSize = 200;

    // Where two agents of the person have a mandate of one client, the wider one counts.
    private const string ClientsSql = """
        with mine as (
            select distinct on (m.client_id) m.client_id, m.agent_id, m.scopes, m.valid_until, s.roles as agent_roles
              from memberships s
              join mandates m on m.agent_id = s.organisation_id and m.revoked_at is null and daterange(m.valid_from, m.valid_until) @> app.today()
             where s.person_id = @person and s.roles && array['owner', 'preparer', 'signatory', 'accountant', 'viewer']
             order by m.client_id, cardinality(m.scopes) desc, m.mandate_id
        ), clients as (
            select m.client_id, o.slug, o.name_kk, o.name_ru, o.bin, a.name_kk as agent_name_kk, a.name_ru as agent_name_ru, m.scopes, m.agent_roles, m.valid_until,
                   coalesce(d.state, 'NotBegun') as state, d.number, d.kind, coalesce(d.has_correction, false) as has_correction,
                   coalesce(v.lines, 0) as lines, coalesce(v.mass_grams, 0) as mass_grams, coalesce(v.fee_tiyn, 0) as fee_tiyn, v.submitted_at
              from mine m
              join organisations o on o.organisation_id = m.client_id
              join organisations a on a.organisation_id = m.agent_id
              left join lateral (
                  select d.declaration_id, d.number, d.kind, d.state, coalesce(d.draft_version, d.current_version) as version,
                         d.draft_version is not null and d.current_version is not null as has_correction
                    from declarations d
                   where d.organisation_id = m.client_id and d.kind in ('Period', 'Nil') and d.state <> 'Withdrawn'
                     and daterange(d.period_from, d.period_until) && daterange(@from, @until)
                   order by d.period_from, d.declaration_id
                   limit 1) d on true
              left join declaration_versions v on v.declaration_id = d.declaration_id and v.version = d.version
             where @slugs::text[] is null or o.slug = any(@slugs)
        ), chosen as (
            select *
              from clients
             where (@state::text is null or state = @state)
               and (@text::text is null or strpos(lower(concat_ws(' ', name_kk, name_ru, bin)), lower(@text)) > 0)
        )

        """;

    private const string ListSql = ClientsSql + """
        select client_id, slug, name_kk, name_ru, bin, agent_name_kk, agent_name_ru, scopes, agent_roles, valid_until, state, number, kind, has_correction, lines, mass_grams, fee_tiyn, submitted_at
          from chosen
         order by array_position(array['Returned', 'NotBegun', 'Draft', 'Submitted', 'Accepted'], state), name_ru collate "ru-x-icu", client_id
         limit @limit offset @offset
        """;

    private const string TotalsSql = ClientsSql + """
        select count(*)::int as clients, count(*) filter (where state = 'NotBegun')::int as not_begun, count(*) filter (where state = 'Draft')::int as drafts,
               count(*) filter (where state = 'Returned')::int as returned, count(*) filter (where state = 'Submitted')::int as submitted,
               count(*) filter (where state = 'Accepted')::int as accepted, coalesce(sum(mass_grams), 0)::bigint as mass_grams, coalesce(sum(fee_tiyn), 0)::bigint as fee_tiyn
          from chosen
        """;

    private const string TodaySql = "select app.today()";

    /// <summary>The quarter that was over last: the one that is to be declared now.</summary>
    public async Task<Period> PeriodToDeclareAsync(CancellationToken ct) => Period.QuarterOf(await db.QuerySingleAsync<DateOnly>(TodaySql, null, ct)).Previous;

    public async Task<AgentDesk> ListAsync(PersonId person, AgentFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var parameters = Parameters(person, filter, null, PageSize + 1);
        var clients = await db.QueryAsync<AgentClient>(ListSql, parameters, ct);
        return new AgentDesk(
            filter.Period,
            filter.Period.Days.Until <= await db.QuerySingleAsync<DateOnly>(TodaySql, null, ct),
            await DueDate.OfAsync(db, filter.Period, ct),
            [.. clients.Take(PageSize)],
            await db.QuerySingleAsync<AgentTotals>(TotalsSql, parameters, ct),
            clients.Count > PageSize);
    }

    /// <summary>For the file: every client that the filter lets through, up to 10 000.</summary>
    public Task<IReadOnlyList<AgentClient>> AllAsync(PersonId person, AgentFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QueryAsync<AgentClient>(ListSql, Parameters(person, filter with { Page = 1 }, null, 10_000), ct);
    }

    /// <summary>These clients; none when one of them is not a client of this person's.</summary>
    public async Task<IReadOnlyList<AgentClient>?> FindAsync(PersonId person, Period period, IReadOnlyCollection<string> slugs, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(slugs);
        var wanted = slugs.Distinct(StringComparer.Ordinal).ToArray();
        var clients = await db.QueryAsync<AgentClient>(ListSql, Parameters(person, new AgentFilter(period), wanted, wanted.Length), ct);
        return clients.Count == wanted.Length ? clients : null;
    }

    private const string EverSql = """
        select distinct o.organisation_id
          from memberships s
          join mandates m on m.agent_id = s.organisation_id
          join organisations o on o.organisation_id = m.client_id
         where s.person_id = @person and o.slug = any(@slugs)
         order by o.organisation_id
         limit @limit
        """;

    /// <summary>These organisations, where each has or had a mandate for an agent of this person; none otherwise. What the mandate allows now is asked when it is used.</summary>
    public async Task<IReadOnlyList<OrganisationId>?> FindEverAsync(PersonId person, IReadOnlyCollection<string> slugs, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(slugs);
        var wanted = slugs.Distinct(StringComparer.Ordinal).ToArray();
        var found = await db.QueryAsync<OrganisationId>(EverSql, new { person, slugs = wanted, limit = wanted.Length }, ct);
        return found.Count == wanted.Length ? found : null;
    }

    private static object Parameters(PersonId person, AgentFilter filter, string[]? slugs, int limit) => new
    {
        person,
        from = filter.Period.Days.From,
        until = filter.Period.Days.Until,
        slugs,
        state = filter.State?.ToString(),
        text = string.IsNullOrWhiteSpace(filter.Text) ? null : filter.Text.Trim(),
        limit,
        offset = (Math.Max(filter.Page, 1) - 1) * PageSize,
    };
}

using EwasteEpr.Declarations;
using EwasteEpr.Kernel;

namespace EwasteEpr.Deadlines;

/// <summary>What an organisation has to do by which day: quarters to declare, invoices to pay, mandates that end; an agent sees those of its clients too.</summary>
/// <remarks>A day that no source or operator names does not exist here: nothing is put into anybody's calendar by guess.</remarks>
public sealed class DeadlineService(Db db)
{
    /// <summary>Quarters that began up to a year ago and begin in the coming year.</summary>
    public const int MonthsAround = 12;
    private const int Most = 2000;

    private const string ListSql = """
        with rooms as (
            select organisation_id, null::text[] as scopes, true as is_own from organisations where organisation_id = @organisation
            union all
            select m.client_id, m.scopes, false
              from mandates m
             where m.agent_id = @organisation and m.revoked_at is null and daterange(m.valid_from, m.valid_until) @> app.today()
        ), mine as (
            select r.organisation_id, r.scopes, r.is_own, o.slug, o.name_kk, o.name_ru,
                   'producer' = any(o.activities)
                   or ('importer' = any(o.activities) and exists (select from app.settings where key = 'declarations.importer_periods' and value = 'Yes')) as declares_periods
              from rooms r join organisations o using (organisation_id)
        ), rule as (
            select days from (select case when value ~ '^[0-9]{1,3}$' then value::int end as days from app.settings where key = @setting) given where days between 1 and 366
        ), quarters as (
            select begins::date as period_from, (begins + interval '3 months')::date as period_until
              from generate_series(date_trunc('quarter', app.today()) - make_interval(months => @months), date_trunc('quarter', app.today()) + make_interval(months => @months), interval '3 months') begins
        )
        select 'Declare' as kind, m.organisation_id, m.slug, m.name_kk, m.name_ru, m.is_own, q.period_until + r.days - 1 as due_on, q.period_from, q.period_until, d.number, d.state
          from mine m
          cross join rule r
          cross join quarters q
          left join lateral (
              select d.number, d.state
                from declarations d
               where d.organisation_id = m.organisation_id and d.kind in ('Period', 'Nil') and d.state <> 'Withdrawn' and daterange(d.period_from, d.period_until) && daterange(q.period_from, q.period_until)
               order by d.period_from, d.declaration_id limit 1) d on true
         where m.declares_periods and (d.state is null or d.state not in ('Submitted', 'Accepted'))
        union all
        select 'Pay', m.organisation_id, m.slug, m.name_kk, m.name_ru, m.is_own, i.due_on, null, null, i.number, i.state
          from mine m join invoices i using (organisation_id)
         where i.open_tiyn > 0 and i.due_on is not null and (m.is_own or 'pay' = any(m.scopes))
        union all
        select 'MandateEnds', m.organisation_id, m.slug, m.name_kk, m.name_ru, m.is_own, g.valid_until - 1, null, null, a.name_ru, null
          from mine m join mandates g on g.client_id = m.organisation_id and g.revoked_at is null and g.valid_until > app.today()
          join organisations a on a.organisation_id = g.agent_id
         where m.is_own or g.agent_id = @organisation
         order by due_on, kind, organisation_id, number
         limit @limit
        """;

    /// <summary>Nearest first, those that are over before them.</summary>
    public Task<IReadOnlyList<Deadline>> ListAsync(OrganisationId organisation, CancellationToken ct) =>
        db.QueryAsync<Deadline>(ListSql, new { organisation, setting = DueDate.SettingKey, months = MonthsAround, limit = Most }, ct);
}

public enum DeadlineKind
{
    /// <summary>A quarter is to be declared.</summary>
    Declare,

    /// <summary>An invoice is to be paid.</summary>
    Pay,

    /// <summary>An agent's mandate has its last day.</summary>
    MandateEnds,
}

/// <param name="IsOwn">False: of a client.</param>
/// <param name="Number">Of the draft or the invoice; of a mandate the agent's name.</param>
/// <param name="State">Of the draft, where there is one, or of the invoice.</param>
public sealed record Deadline(
    DeadlineKind Kind, OrganisationId OrganisationId, string Slug, string NameKk, string NameRu, bool IsOwn, DateOnly DueOn, DateOnly? PeriodFrom, DateOnly? PeriodUntil, string? Number, string? State)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;

    /// <summary>The same deadline has the same id at every fetch, so that a calendar moves it and does not double it.</summary>
    public string Uid => $"{Kind}-{PeriodFrom?.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture) ?? Number}-{OrganisationId.Value:N}@ewaste-epr";
}

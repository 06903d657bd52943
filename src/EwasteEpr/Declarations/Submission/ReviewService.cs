using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Submission;

/// <summary>What the operator decides about a submitted version: accepted, or returned with reasons.</summary>
public sealed class ReviewService(Db db)
{
    public const int MostReasonCharacters = 4000;

    private const string QueueSql = """
        select d.declaration_id, d.organisation_id, d.number, d.kind, d.period_from, d.period_until, d.document_no, d.state, v.version,
               d.draft_version is not null as has_correction, v.lines, v.parked_rows, v.open_warnings, v.mass_grams, v.fee_tiyn, d.updated_at, v.submitted_at
          from declarations d
          join declaration_versions v on v.declaration_id = d.declaration_id and v.version = d.current_version
         where (@state::text is null or d.state = @state)
           and (@kind::text is null or d.kind = @kind)
           and (@year::int is null or coalesce(extract(year from d.period_from), extract(year from d.created_at at time zone 'Asia/Almaty')) = @year)
           and (@text::text is null or strpos(upper(d.number), upper(@text)) > 0 or strpos(d.document_key, upper(regexp_replace(@text, '\s', '', 'g'))) > 0)
           and (@after::uuid is null or d.declaration_id < @after)
         order by d.declaration_id desc
         limit @limit
        """;

    /// <summary>Submitted declarations of all organisations, newest first. For the operator only.</summary>
    public async Task<Page<DeclarationListItem, Guid>> QueueAsync(DeclarationFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var size = PageSizes.Of(filter.PageSize);
        var rows = await db.QueryAsync<DeclarationListItem>(
            QueueSql,
            new
            {
                state = filter.State?.ToString(),
                kind = filter.Kind?.ToString(),
                year = filter.Year,
                text = string.IsNullOrWhiteSpace(filter.Text) ? null : filter.Text.Trim(),
                after = filter.After,
                limit = size + 1,
            },
            ct);
        return PageSizes.Cut(rows, size, row => row.DeclarationId);
    }

    private const string OwnerSql = "select organisation_id from declarations where number = @number and current_version is not null";

    /// <summary>Whose declaration it is, so that an operator may read it through the same services; none where nothing was submitted.</summary>
    public async Task<DeclarationKey?> FindAsync(string number, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<OrganisationId?>(OwnerSql, new { number }, ct) is { } owner ? new DeclarationKey(owner, number) : null;

    private const string DecideSql = """
        with decided as (
            update declaration_versions v
               set decision = @decision, decision_reasons = nullif(@reasons, ''), decided_at = app.now(), decided_by = @person
              from declarations d
             where d.number = @number and v.declaration_id = d.declaration_id and v.version = d.current_version and v.version = @version and v.decision is null
               and d.organisation_id is distinct from @own
            returning v.declaration_id, v.version
        ), moved as (
            update declarations d
               set state = @decision, updated_at = app.now(), updated_by = @person
              from decided where d.declaration_id = decided.declaration_id
            returning d.declaration_id, d.number
        ), event as (
            insert into declaration_events (declaration_id, version, event, person_id, detail)
            select declaration_id, @version, @decision, @person, jsonb_build_object('reasons', @reasons) from moved
        )
        select audit.write(@actor::jsonb, 'declaration.' || lower(@decision), 'declaration', number, jsonb_build_object('version', @version)) from moved
        """;

    private const string WhyNotSql = """
        select d.organisation_id, d.current_version, v.decision, v.decided_at
          from declarations d
          left join declaration_versions v on v.declaration_id = d.declaration_id and v.version = @version
         where d.number = @number and d.current_version is not null
        """;

    public Task<ReviewOutcome> AcceptAsync(string number, int version, Actor actor, CancellationToken ct) =>
        DecideAsync(number, version, DeclarationState.Accepted, "", actor, ct);

    /// <param name="reasons">Shown to the declarant as they are written.</param>
    public Task<ReviewOutcome> ReturnAsync(string number, int version, string reasons, Actor actor, CancellationToken ct) =>
        reasons?.Trim() is { Length: > 0 and <= MostReasonCharacters } text
            ? DecideAsync(number, version, DeclarationState.Returned, text, actor, ct)
            : Task.FromResult<ReviewOutcome>(new ReviewOutcome.ReasonsNeeded());

    private async Task<ReviewOutcome> DecideAsync(string number, int version, DeclarationState decision, string reasons, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var parameters = new { number, version, decision = decision.ToString(), reasons, person = actor.UserId, own = actor.OrganisationId, actor = actor.ToJson() };
        if ((await db.QueryAsync<Guid>(DecideSql, parameters, ct)).Count > 0)
        {
            return new ReviewOutcome.Decided(decision);
        }

        return await db.QuerySingleOrDefaultAsync<WhyNotRow>(WhyNotSql, parameters, ct) switch
        {
            null => new ReviewOutcome.NotFound(),
            var row when row.OrganisationId == actor.OrganisationId => new ReviewOutcome.OwnDeclaration(),
            { Decision: { } made, DecidedAt: { } at } row when row.CurrentVersion == version => new ReviewOutcome.AlreadyDecided(made, at),
            var row => new ReviewOutcome.OtherVersion(row.CurrentVersion),
        };
    }

    private sealed record WhyNotRow(Guid OrganisationId, int CurrentVersion, string? Decision, DateTimeOffset? DecidedAt);
}

using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations;

/// <summary>Begins, finds and gives up declarations. Lines, files, submission and review have services of their own.</summary>
public sealed class DeclarationService(Db db)
{
    public const int MostDocumentCharacters = 100;

    private const string CreateSql = """
        with declared as (
            insert into declarations (declaration_id, organisation_id, kind, period_from, period_until, document_no, draft_version, created_by, updated_by)
            values (@id, @organisation, @kind, @from, @until, @documentNo, 1, @person, @person)
            on conflict do nothing
            returning declaration_id, number
        ), version as (
            insert into declaration_versions (declaration_id, version, created_by)
            select declaration_id, 1, @person from declared
        ), event as (
            insert into declaration_events (declaration_id, version, event, person_id, on_behalf_of_id)
            select declaration_id, 1, 'Created', @person, @onBehalfOf from declared
        )
        select number, audit.write(@actor::jsonb, 'declaration.create', 'declaration', number, jsonb_build_object('kind', @kind)) as entry from declared
        """;

    private const string ExistingSql = """
        select number, state
          from declarations
         where organisation_id = @organisation
           and state <> 'Withdrawn'
           and (  (@from::date is not null and kind in ('Period', 'Nil') and daterange(period_from, period_until) && daterange(@from, @until))
               or (@documentNo::text is not null and kind = @kind and document_key = upper(regexp_replace(@documentNo, '\s', '', 'g'))))
         order by declaration_id
         limit 1
        """;

    private const string TodaySql = "select app.today()";

    // Not known is not allowed.
    private const string MayDeclarePeriodsSql = """
        select exists (select from organisations where organisation_id = @organisation and 'producer' = any(activities))
            or exists (select from app.settings where key = 'declarations.importer_periods' and value = 'Yes')
        """;

    /// <summary>One for a period, one for a document: who comes second is led to the one that is there.</summary>
    public Task<CreateOutcome> CreateAsync(OrganisationId organisation, NewDeclaration request, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync(transaction => CreateAsync(transaction, organisation, request, actor, ct), ct);

    /// <summary>The same in a transaction that holds more.</summary>
    public static async Task<CreateOutcome> CreateAsync(DbTransaction transaction, OrganisationId organisation, NewDeclaration request, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        var (kind, days, document) = Read(request);
        if (days is null && document is null or { Length: 0 or > MostDocumentCharacters })
        {
            return new CreateOutcome.DocumentNoNotValid();
        }

        if (days is { } range && range.From > await transaction.QuerySingleAsync<DateOnly>(TodaySql, null, ct))
        {
            return new CreateOutcome.PeriodNotBegun(range.From);
        }

        if (kind == DeclarationKind.Period && !await transaction.QuerySingleAsync<bool>(MayDeclarePeriodsSql, new { organisation }, ct))
        {
            return new CreateOutcome.PeriodsForProducersOnly();
        }

        var parameters = new
        {
            id = Guid.CreateVersion7(),
            organisation,
            kind = kind.ToString(),
            from = days?.From,
            until = days?.Until,
            documentNo = document,
            person = actor.UserId,
            onBehalfOf = actor.OnBehalfOfId,
            actor = actor.ToJson(),
        };
        // Withdrawn between our insert and our look: then the next try succeeds.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            if (await transaction.QuerySingleOrDefaultAsync<CreatedRow>(CreateSql, parameters, ct) is { } created)
            {
                return new CreateOutcome.Created(created.Number);
            }

            if (await transaction.QuerySingleOrDefaultAsync<ExistingRow>(ExistingSql, parameters, ct) is { } existing)
            {
                return new CreateOutcome.AlreadyDeclared(existing.Number, existing.State);
            }
        }

        throw new InvalidOperationException("Another declaration stands in the way and cannot be seen.");
    }

    /// <summary>What the filter of the list lets through, each with the version that stands for it: the draft, else the last one submitted.</summary>
    internal const string FilteredSql = """
          from declarations d
          join declaration_versions v
            on v.declaration_id = d.declaration_id
           and v.version = coalesce(d.draft_version, d.current_version, (select max(version) from declaration_versions m where m.declaration_id = d.declaration_id))
         where d.organisation_id = @organisation
           and (@kind::text is null or d.kind = @kind)
           and (@state::text is null or d.state = @state)
           and (@year::int is null or coalesce(extract(year from d.period_from), extract(year from d.created_at at time zone 'Asia/Almaty')) = @year)
           and (@text::text is null or strpos(upper(d.number), upper(@text)) > 0 or strpos(d.document_key, upper(regexp_replace(@text, '\s', '', 'g'))) > 0)
        """;

    private const string ListSql = $"""
        select d.declaration_id, d.organisation_id, d.number, d.kind, d.period_from, d.period_until, d.document_no, d.state, v.version,
               d.draft_version is not null and d.current_version is not null as has_correction,
               v.lines, v.parked_rows, v.open_warnings, v.mass_grams, v.fee_tiyn, d.updated_at, v.submitted_at
        {FilteredSql}
           and (@after::uuid is null or d.declaration_id < @after)
         order by d.declaration_id desc
         limit @limit
        """;

    /// <summary>Newest first.</summary>
    public async Task<Page<DeclarationListItem, Guid>> ListAsync(OrganisationId organisation, DeclarationFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var size = PageSizes.Of(filter.PageSize);
        var rows = await db.QueryAsync<DeclarationListItem>(
            ListSql,
            new
            {
                organisation,
                kind = filter.Kind?.ToString(),
                state = filter.State?.ToString(),
                year = filter.Year,
                text = string.IsNullOrWhiteSpace(filter.Text) ? null : filter.Text.Trim(),
                after = filter.After,
                limit = size + 1,
            },
            ct);
        return PageSizes.Cut(rows, size, row => row.DeclarationId);
    }

    private const string GetSql = """
        select declaration_id, organisation_id, number, kind, period_from, period_until, document_no, state, current_version, draft_version,
               draft_revision, busy_upload_id, created_at, updated_at
          from declarations
         where organisation_id = @organisation and number = @number
        """;

    private const string VersionsSql = """
        select v.version, v.state, v.copied_from, v.correction_reason, v.lines, v.priced_lines, v.units, v.mass_grams, v.battery_grams, v.fee_tiyn,
               v.parked_rows, v.open_warnings, v.programme, v.packaging_document_no, v.submitted_at, v.submitted_by,
               encode(v.canonical_sha256, 'hex') as sha256, v.decision, v.decision_reasons, v.decided_at
          from declaration_versions v
          join declarations d using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number
         order by v.version desc
         limit 1000
        """;

    /// <param name="version">None: the draft, else the last submitted version.</param>
    public async Task<DeclarationDetail?> GetAsync(DeclarationKey key, int? version, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<DetailRow>(GetSql, new { organisation = key.Organisation, number = key.Number }, ct) is not { } row)
        {
            return null;
        }

        var versions = await VersionsAsync(key, ct);
        var wanted = version ?? row.DraftVersion ?? row.CurrentVersion ?? versions[0].Version;
        return versions.FirstOrDefault(candidate => candidate.Version == wanted) is { } found ? row.With(found) : null;
    }

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<DeclarationVersion>> VersionsAsync(DeclarationKey key, CancellationToken ct) =>
        db.QueryAsync<DeclarationVersion>(VersionsSql, new { organisation = key.Organisation, number = key.Number }, ct);

    private const string TotalsSql = """
        select t.category, t.lines, t.units, t.mass_grams, t.fee_tiyn
          from declaration_version_totals t
          join declarations d using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number and t.version = @version
         order by t.category
         limit 8
        """;

    public Task<IReadOnlyList<CategoryTotal>> TotalsAsync(DeclarationKey key, int version, CancellationToken ct) =>
        db.QueryAsync<CategoryTotal>(TotalsSql, new { organisation = key.Organisation, number = key.Number, version }, ct);

    private const string HistorySql = """
        select e.event_id, e.version, e.event, e.at, e.person_id, e.on_behalf_of_id, e.detail::text as detail
          from declaration_events e
          join declarations d using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number
         order by e.event_id desc
         limit 500
        """;

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<DeclarationEvent>> HistoryAsync(DeclarationKey key, CancellationToken ct) =>
        db.QueryAsync<DeclarationEvent>(HistorySql, new { organisation = key.Organisation, number = key.Number }, ct);

    private const string WithdrawSql = """
        with withdrawn as (
            update declarations d
               set state = case when d.current_version is null then 'Withdrawn' else d.state end,
                   draft_version = null, draft_revision = d.draft_revision + 1, updated_at = app.now(), updated_by = @person
              from declarations o
             where o.declaration_id = d.declaration_id
               and d.organisation_id = @organisation and d.number = @number and d.draft_version is not null and d.busy_upload_id is null
            returning d.declaration_id, d.number, o.draft_version as version, d.current_version
        ), version as (
            update declaration_versions v set state = 'Withdrawn' from withdrawn w where v.declaration_id = w.declaration_id and v.version = w.version
        ), event as (
            insert into declaration_events (declaration_id, version, event, person_id, on_behalf_of_id)
            select declaration_id, version, case when current_version is null then 'Withdrawn' else 'CorrectionWithdrawn' end, @person, @onBehalfOf from withdrawn
        )
        select current_version, audit.write(@actor::jsonb, 'declaration.withdraw', 'declaration', number, jsonb_build_object('version', version)) as entry from withdrawn
        """;

    /// <summary>Gives the draft up. Nothing is deleted.</summary>
    public async Task<WithdrawOutcome> WithdrawAsync(DeclarationKey key, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var parameters = new { organisation = key.Organisation, number = key.Number, person = actor.UserId, onBehalfOf = actor.OnBehalfOfId, actor = actor.ToJson() };
        if (await db.QuerySingleOrDefaultAsync<WithdrawnRow>(WithdrawSql, parameters, ct) is { } withdrawn)
        {
            return withdrawn.CurrentVersion is { } standing ? new WithdrawOutcome.CorrectionWithdrawn(standing) : new WithdrawOutcome.Withdrawn();
        }

        return await db.QuerySingleOrDefaultAsync<DetailRow>(GetSql, parameters, ct) switch
        {
            null => new WithdrawOutcome.NotFound(),
            { BusyUploadId: { } upload, DraftVersion: not null } => new WithdrawOutcome.Busy(upload),
            var row => new WithdrawOutcome.NoDraft(row.State),
        };
    }

    private static (DeclarationKind Kind, DateRange? Days, string? Document) Read(NewDeclaration request) => request switch
    {
        NewDeclaration.ForPeriod period => (DeclarationKind.Period, period.Period.Days, null),
        NewDeclaration.Nil nil => (DeclarationKind.Nil, nil.Period.Days, null),
        NewDeclaration.ForConsignment consignment => (DeclarationKind.Consignment, null, consignment.DocumentNo?.Trim() ?? ""),
        NewDeclaration.OfExport export => (DeclarationKind.ExportAdjustment, null, export.ExportDocumentNo?.Trim() ?? ""),
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    };

    private sealed record CreatedRow(string Number, Guid Entry);

    private sealed record ExistingRow(string Number, DeclarationState State);

    private sealed record WithdrawnRow(int? CurrentVersion, Guid Entry);

    private sealed record DetailRow(
        Guid DeclarationId, Guid OrganisationId, string Number, DeclarationKind Kind, DateOnly? PeriodFrom, DateOnly? PeriodUntil, string? DocumentNo,
        DeclarationState State, int? CurrentVersion, int? DraftVersion, long DraftRevision, Guid? BusyUploadId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
    {
        public DeclarationDetail With(DeclarationVersion version) => new(
            DeclarationId, OrganisationId, Number, Kind, PeriodFrom, PeriodUntil, DocumentNo, State, CurrentVersion, DraftVersion, DraftRevision, BusyUploadId, CreatedAt, UpdatedAt, version);
    }
}

/// <summary>Pages have 50 rows or 200, and one row more is asked for to know whether another page follows.</summary>
internal static class PageSizes
{
    public static int Of(int wanted) => wanted > 50 ? 200 : 50;

    public static Page<T, TCursor> Cut<T, TCursor>(IReadOnlyList<T> rows, int size, Func<T, TCursor> cursor)
        where TCursor : struct =>
        rows.Count > size ? new Page<T, TCursor>([.. rows.Take(size)], cursor(rows[size - 1])) : new Page<T, TCursor>(rows, null);
}

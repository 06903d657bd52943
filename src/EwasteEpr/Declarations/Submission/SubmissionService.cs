using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using Npgsql;

namespace EwasteEpr.Declarations.Submission;

/// <summary>Whether what is not law may be submitted: in a demonstration only.</summary>
public sealed record SubmissionRules(bool MaySubmitIllustrative);

/// <summary>Check answers, sign, receipt.</summary>
public sealed class SubmissionService(Db db, TariffService tariffs, DeclarationService declarations, ComparisonService comparison, SubmissionRules rules)
{
    private const string StateSql = """
        select d.declaration_id, d.organisation_id, d.number, d.kind, d.document_no, d.draft_version as version, d.draft_revision as revision, d.busy_upload_id,
               v.lines, v.parked_rows, v.open_warnings, v.price_stamp, app.today() as today,
               exists (select from app.settings where key = 'signing.reauthentication' and value = 'Yes') as may_sign_in_instead
          from declarations d
          join declaration_versions v on v.declaration_id = d.declaration_id and v.version = d.draft_version
         where d.organisation_id = @organisation and d.number = @number
        """;

    private const string LockedStateSql = StateSql + """

           for no key update of d
        """;

    private const string ReasonedSql = """
        select count(*)::int
          from row_problems
         where declaration_id = @DeclarationId and version = @Version and severity = 'Warning' and reason is not null
        """;

    /// <summary>Everything to look at before signing; none when there is no draft. Prices that the tariff has moved are made anew first.</summary>
    public async Task<CheckReport?> CheckAsync(DeclarationKey key, Actor actor, CancellationToken ct)
    {
        var snapshot = await tariffs.CurrentAsync(ct);
        var parameters = new { organisation = key.Organisation, number = key.Number };
        var state = await db.QuerySingleOrDefaultAsync<StateRow>(StateSql, parameters, ct);
        if (state is { BusyUploadId: null } && NeedsPrices(state, snapshot))
        {
            await DraftPrices.RenewAsync(db, key, snapshot, actor, ct);
            state = await db.QuerySingleOrDefaultAsync<StateRow>(StateSql, parameters, ct);
        }

        if (state is null || await declarations.GetAsync(key, state.Version, ct) is not { } detail)
        {
            return null;
        }

        await using var connection = await db.Source.OpenConnectionAsync(ct);
        var (sha256, _) = await CanonicalCsv.HashAsync(connection, state.DeclarationId, state.Version, ct);
        return new CheckReport(
            detail,
            state.Revision,
            await declarations.TotalsAsync(key, state.Version, ct),
            WhatIsMissing(state, snapshot),
            state.ParkedRows,
            state.OpenWarnings,
            await db.QuerySingleAsync<int>(ReasonedSql, state, ct),
            snapshot.PricingProgramme.ToString(),
            await comparison.CompareAsync(key, state.Version, ct),
            Convert.ToHexStringLower(sha256));
    }

    /// <summary>Where a draft stands, without looking at all its lines: for programs that ask often. None when there is no draft.</summary>
    public async Task<Readiness?> ReadinessAsync(DeclarationKey key, Actor actor, CancellationToken ct)
    {
        var snapshot = await tariffs.CurrentAsync(ct);
        var parameters = new { organisation = key.Organisation, number = key.Number };
        var state = await db.QuerySingleOrDefaultAsync<StateRow>(StateSql, parameters, ct);
        if (state is { BusyUploadId: null } && NeedsPrices(state, snapshot))
        {
            await DraftPrices.RenewAsync(db, key, snapshot, actor, ct);
            state = await db.QuerySingleOrDefaultAsync<StateRow>(StateSql, parameters, ct);
        }

        return state is null ? null : new Readiness(state.Revision, WhatIsMissing(state, snapshot), snapshot.PricingProgramme.ToString());
    }

    private const string SubmitVersionSql = """
        update declaration_versions
           set state = 'Submitted', submitted_at = app.now(), submitted_by = @person, submitted_on_behalf_of = @onBehalfOf, submitted_revision = @revision,
               canonical_sha256 = @sha256, canonical_bytes = @bytes, programme = @programme
         where declaration_id = @declaration and version = @version and state = 'Draft'
        """;

    private const string SubmitSql = """
        with submitted as (
            update declarations
               set state = 'Submitted', current_version = draft_version, draft_version = null, draft_revision = draft_revision + 1, updated_at = app.now(), updated_by = @person
             where declaration_id = @declaration and draft_version = @version and draft_revision = @revision and busy_upload_id is null
            returning declaration_id, number
        ), event as (
            insert into declaration_events (declaration_id, version, event, person_id, on_behalf_of_id)
            select declaration_id, @version, 'Submitted', @person, @onBehalfOf from submitted
        )
        select audit.write(@actor::jsonb, 'declaration.submitted', 'declaration', number, jsonb_build_object('version', @version, 'sha256', encode(@sha256, 'hex')))
          from submitted
        """;

    /// <param name="shownRevision">The revision that the check page showed: what was shown is what is submitted.</param>
    /// <param name="sign">Puts a signature under the version in the same transaction; without it a fresh sign-in has to stand for one.</param>
    public async Task<SubmitOutcome> SubmitAsync(DeclarationKey key, long shownRevision, Actor actor, CancellationToken ct, SignVersion? sign = null)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var snapshot = await tariffs.CurrentAsync(ct);
        try
        {
            var refusal = await db.InTransactionAsync(transaction => SubmitAsync(transaction, key, shownRevision, snapshot, actor, ct, sign), ct);
            return refusal ?? new SubmitOutcome.Submitted((await FindReceiptAsync(key, null, shownRevision, ct))!);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "declaration_document_once_in_country")
        {
            var draft = await declarations.GetAsync(key, null, ct);
            return new SubmitOutcome.DocumentDeclaredBefore(draft?.DocumentNo ?? "");
        }
        catch (PostgresException problem) when (problem.ConstraintName == "export_within_what_was_declared")
        {
            return await ExportedMass.ExplainAsync(db, key, ct);
        }
    }

    /// <summary>In a transaction that holds more.</summary>
    /// <returns>A refusal, or none when it is done.</returns>
    internal async Task<SubmitOutcome?> SubmitAsync(DbTransaction transaction, DeclarationKey key, long shownRevision, TariffSnapshot snapshot, Actor actor, CancellationToken ct, SignVersion? sign = null)
    {
        var state = await transaction.QuerySingleOrDefaultAsync<StateRow>(LockedStateSql, new { organisation = key.Organisation, number = key.Number }, ct);
        if (state is null)
        {
            return await FindReceiptAsync(key, null, shownRevision, ct) is { } receipt ? new SubmitOutcome.AlreadySubmitted(receipt)
                : await declarations.GetAsync(key, null, ct) is { } now ? new SubmitOutcome.Stale(now.DraftRevision)
                : new SubmitOutcome.NotFound();
        }

        if (state.Revision != shownRevision)
        {
            return new SubmitOutcome.Stale(state.Revision);
        }

        var missing = WhatIsMissing(state, snapshot);
        if (missing.Count > 0)
        {
            return new SubmitOutcome.NotReady(missing);
        }

        if (sign is null && !state.MaySignInInstead)
        {
            return new SubmitOutcome.SignatureNeeded();
        }

        await ExportedMass.ApplyAsync(transaction, state.DeclarationId, state.Version, ct);
        var (sha256, bytes) = await CanonicalCsv.HashAsync(transaction.Connection, state.DeclarationId, state.Version, ct);
        var parameters = new
        {
            declaration = state.DeclarationId,
            version = state.Version,
            revision = shownRevision,
            sha256,
            bytes,
            programme = snapshot.PricingProgramme.ToString(),
            person = actor.UserId,
            onBehalfOf = actor.OnBehalfOfId,
            actor = actor.ToJson(),
        };
        if (await transaction.ExecuteAsync(SubmitVersionSql, parameters, ct) != 1 || (await transaction.QueryAsync<Guid>(SubmitSql, parameters, ct)).Count != 1)
        {
            throw new InvalidOperationException($"The draft of {state.Number} changed under its lock.");
        }

        if (sign is not null)
        {
            await sign(transaction, new SubmittedVersion(state.DeclarationId, state.Version, sha256));
        }

        return null;
    }

    private const string MaySignInSql = "select exists (select from app.settings where key = 'signing.reauthentication' and value = 'Yes')";

    /// <summary>Whether a fresh sign-in stands for an electronic signature.</summary>
    public Task<bool> MaySignInInsteadAsync(CancellationToken ct) => db.QuerySingleAsync<bool>(MaySignInSql, null, ct);

    private const string ReceiptSql = """
        select d.number, v.version, v.submitted_at, v.submitted_by, v.submitted_on_behalf_of, encode(v.canonical_sha256, 'hex') as sha256, v.canonical_bytes,
               v.lines, v.units, v.mass_grams, v.fee_tiyn, v.programme
          from declarations d
          join declaration_versions v using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number and v.state = 'Submitted'
           and (@version::int is null or v.version = @version) and (@revision::bigint is null or v.submitted_revision = @revision)
         order by v.version desc
         limit 1
        """;

    /// <param name="version">None: the last submitted one.</param>
    public Task<Receipt?> ReceiptAsync(DeclarationKey key, int? version, CancellationToken ct) => FindReceiptAsync(key, version, null, ct);

    /// <summary>The receipt of this very submission, when it was made before.</summary>
    internal Task<Receipt?> ReceiptOfAsync(DeclarationKey key, long revision, CancellationToken ct) => FindReceiptAsync(key, null, revision, ct);

    private async Task<Receipt?> FindReceiptAsync(DeclarationKey key, int? version, long? revision, CancellationToken ct)
    {
        var row = await db.QuerySingleOrDefaultAsync<ReceiptRow>(ReceiptSql, new { organisation = key.Organisation, number = key.Number, version, revision }, ct);
        return row?.With(await declarations.TotalsAsync(key, row.Version, ct));
    }

    private List<Missing> WhatIsMissing(StateRow state, TariffSnapshot snapshot)
    {
        var missing = new List<Missing>();
        Add(Missing.FileInProgress, state.BusyUploadId is not null);
        Add(Missing.ParkedRows, state.ParkedRows > 0);
        Add(Missing.Lines, state.Kind != DeclarationKind.Nil && state.Lines == 0);
        Add(Missing.NoLines, state.Kind == DeclarationKind.Nil && state.Lines > 0);
        Add(Missing.Reasons, state.OpenWarnings > 0);
        Add(Missing.NewPrices, NeedsPrices(state, snapshot));
        Add(Missing.OfficialTariff, state.Lines > 0 && snapshot.PricingProgramme == TariffProgramme.Illustrative && !rules.MaySubmitIllustrative);
        return missing;

        void Add(Missing what, bool isMissing)
        {
            if (isMissing)
            {
                missing.Add(what);
            }
        }
    }

    private static bool NeedsPrices(StateRow state, TariffSnapshot snapshot) =>
        state.Lines + state.ParkedRows > 0 && state.Kind != DeclarationKind.ExportAdjustment && state.PriceStamp != DraftTerms.Stamp(snapshot, state.Today);

    private sealed record StateRow(
        Guid DeclarationId, Guid OrganisationId, string Number, DeclarationKind Kind, string? DocumentNo, int Version, long Revision, Guid? BusyUploadId,
        int Lines, int ParkedRows, int OpenWarnings, string? PriceStamp, DateOnly Today,
        bool MaySignInInstead);

    private sealed record ReceiptRow(
        string Number, int Version, DateTimeOffset SubmittedAt, Guid? SubmittedBy, Guid? SubmittedOnBehalfOf, string Sha256, long CanonicalBytes,
        int Lines, long Units, long MassGrams, long FeeTiyn, string Programme)
    {
        public Receipt With(IReadOnlyList<CategoryTotal> totals) =>
            new(Number, Version, SubmittedAt, SubmittedBy, SubmittedOnBehalfOf, Sha256, CanonicalBytes, Lines, Units, MassGrams, FeeTiyn, Programme, totals);
    }
}

/// <summary>A version that has just become final, still inside its transaction.</summary>
public sealed record SubmittedVersion(Guid DeclarationId, int Version, byte[] Sha256);

/// <summary>Stands under the version or throws, and then nothing of the submission is kept.</summary>
public delegate Task SignVersion(DbTransaction transaction, SubmittedVersion version);

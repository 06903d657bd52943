using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Declarations.Submission;

/// <summary>A correction is a new version beside the old one, which stays as it was.</summary>
public sealed class CorrectionService(Db db)
{
    public const int MostReasonCharacters = 2000;

    private const string StartSql = """
        update declarations
           set draft_version = (select max(version) + 1 from declaration_versions v where v.declaration_id = declarations.declaration_id),
               draft_revision = draft_revision + 1, updated_at = app.now(), updated_by = @person
         where organisation_id = @organisation and number = @number and current_version is not null and draft_version is null
        returning declaration_id, number, current_version as from_version, draft_version as version, draft_revision as revision
        """;

    private const string WhyNotSql = """
        select state, draft_version
          from declarations
         where organisation_id = @organisation and number = @number
        """;

    private const string CopySql = """
        insert into declaration_versions (declaration_id, version, copied_from, correction_reason, lines, priced_lines, units, mass_grams, battery_grams, fee_tiyn,
                                          next_line_no, price_stamp, packaging_document_no, created_by)
        select declaration_id, @version, version, @reason, lines, priced_lines, units, mass_grams, battery_grams, fee_tiyn, next_line_no, price_stamp, packaging_document_no, @person
          from declaration_versions
         where declaration_id = @declaration and version = @from;

        insert into declaration_version_totals (declaration_id, version, category, lines, units, mass_grams, fee_tiyn)
        select declaration_id, @version, category, lines, units, mass_grams, fee_tiyn
          from declaration_version_totals
         where declaration_id = @declaration and version = @from;

        insert into declaration_lines (declaration_id, version, line_no, upload_no, row_no, copied_line_no, changed_revision, category_changes, content_hash, hs_code, unu_key_given, unu_key,
                                       category, description, units, mass_grams, battery_grams, source, condition, obligation_date, origin, document_no, packaging_document,
                                       methodology_id, tariff_row_id, tariff_match, coefficient, mci_value, mci_from, product_fee_tiyn, fee_tiyn,
                                       exported_declaration_id, exported_line_no, function_test)
        select declaration_id, @version, line_no, upload_no, row_no, line_no, @revision, 0, content_hash, hs_code, unu_key_given, unu_key,
               category, description, units, mass_grams, battery_grams, source, condition, obligation_date, origin, document_no, packaging_document,
               methodology_id, tariff_row_id, tariff_match, coefficient, mci_value, mci_from, product_fee_tiyn, fee_tiyn,
               exported_declaration_id, exported_line_no, function_test
          from declaration_lines
         where declaration_id = @declaration and version = @from;

        insert into declaration_packaging (declaration_id, version, line_no, item_no, kind, mass_grams, methodology_id, tariff_row_id, coefficient, mci_value, fee_tiyn)
        select declaration_id, @version, line_no, item_no, kind, mass_grams, methodology_id, tariff_row_id, coefficient, mci_value, fee_tiyn
          from declaration_packaging
         where declaration_id = @declaration and version = @from;

        insert into row_problems (declaration_id, version, line_no, code, column_name, severity, value, detail, detail2, row_no, reason, reason_by, reason_at)
        select declaration_id, @version, line_no, code, column_name, severity, value, detail, detail2, row_no, reason, reason_by, reason_at
          from row_problems
         where declaration_id = @declaration and version = @from;

        insert into declaration_events (declaration_id, version, event, person_id, on_behalf_of_id, detail)
        values (@declaration, @version, 'CorrectionStarted', @person, @onBehalfOf, jsonb_build_object('from', @from));

        select audit.write(@actor::jsonb, 'declaration.correction_started', 'declaration', @number, jsonb_build_object('version', @version))
        """;

    /// <summary>A draft that equals the last submitted version, its lines under their old numbers.</summary>
    public async Task<CorrectionOutcome> StartAsync(DeclarationKey key, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var text = reason?.Trim() ?? "";
        if (text.Length is 0 or > MostReasonCharacters)
        {
            return new CorrectionOutcome.ReasonNeeded();
        }

        var parameters = new { organisation = key.Organisation, number = key.Number, person = actor.UserId };
        return await db.InTransactionAsync<CorrectionOutcome>(
            async transaction =>
            {
                if (await transaction.QuerySingleOrDefaultAsync<StartedRow>(StartSql, parameters, ct) is not { } started)
                {
                    return await transaction.QuerySingleOrDefaultAsync<WhyNotRow>(WhyNotSql, parameters, ct) switch
                    {
                        null => new CorrectionOutcome.NotFound(),
                        { State: DeclarationState.Draft or DeclarationState.Withdrawn } row => new CorrectionOutcome.NotSubmitted(row.State),
                        var row => new CorrectionOutcome.AlreadyStarted(row.DraftVersion!.Value),
                    };
                }

                await transaction.ExecuteAsync(
                    CopySql,
                    new
                    {
                        declaration = started.DeclarationId, from = started.FromVersion, version = started.Version, revision = started.Revision, number = started.Number,
                        reason = text, person = actor.UserId, onBehalfOf = actor.OnBehalfOfId, actor = actor.ToJson(),
                    },
                    DraftRefresh.LongestStatement,
                    ct);
                return new CorrectionOutcome.Started(started.Version);
            },
            ct);
    }

    // A line that was copied is the same line, whatever was changed in it. Lines of a new file have lost that thread:
    // they match by what they are about, the first with the first, the second with the second.
    private const string DifferenceCte = """
        with old as materialized (
            select l.*, row_number() over (partition by hs_code, unu_key_given, description, document_no, obligation_date order by line_no) as nth
              from declaration_lines l where l.declaration_id = @declaration and l.version = @old
        ), new as materialized (
            select l.*, row_number() over (partition by hs_code, unu_key_given, description, document_no, obligation_date order by line_no) as nth
              from declaration_lines l where l.declaration_id = @declaration and l.version = @new
        ), copied as (
            select old.line_no as old_no, new.line_no as new_no from old join new on new.copied_line_no = old.line_no
        ), alike as (
            select old.line_no as old_no, new.line_no as new_no
              from old join new
                on coalesce(old.hs_code, '') = coalesce(new.hs_code, '') and coalesce(old.unu_key_given, '') = coalesce(new.unu_key_given, '')
               and coalesce(old.description, '') = coalesce(new.description, '') and coalesce(old.document_no, '') = coalesce(new.document_no, '')
               and old.obligation_date = new.obligation_date and old.nth = new.nth
             where new.copied_line_no is null and not exists (select from copied where copied.old_no = old.line_no)
        ), pairs as (
            select old_no, new_no from copied
            union all select old_no, new_no from alike
            union all select line_no, null from old where not exists (select from copied where old_no = line_no) and not exists (select from alike where old_no = line_no)
            union all select null, line_no from new where not exists (select from copied where new_no = line_no) and not exists (select from alike where new_no = line_no)
        ), difference as (
            select coalesce(p.new_no * 2, p.old_no * 2 + 1) as place,
                   case when p.old_no is null then 'Added' when p.new_no is null then 'Removed' else 'Changed' end as change,
                   p.old_no as old_line_no, p.new_no as new_line_no, old.hs_code as old_hs_code, new.hs_code as new_hs_code, old.unu_key as old_unu_key, new.unu_key as new_unu_key,
                   old.category as old_category, new.category as new_category, old.description as old_description, new.description as new_description,
                   old.units as old_units, new.units as new_units, old.mass_grams as old_mass_grams, new.mass_grams as new_mass_grams,
                   old.obligation_date as old_obligation_date, new.obligation_date as new_obligation_date, old.document_no as old_document_no, new.document_no as new_document_no,
                   old.fee_tiyn as old_fee_tiyn, new.fee_tiyn as new_fee_tiyn
              from pairs p
              left join old on old.line_no = p.old_no
              left join new on new.line_no = p.new_no
             where p.old_no is null or p.new_no is null
                or row(old.content_hash, old.unu_key, old.category, old.fee_tiyn, old.coefficient, old.mci_value, old.function_test)
                   is distinct from row(new.content_hash, new.unu_key, new.category, new.fee_tiyn, new.coefficient, new.mci_value, new.function_test)
        )
        """;

    private const string SummarySql = DifferenceCte + """

        select count(*) filter (where change = 'Added')::int as added, count(*) filter (where change = 'Removed')::int as removed, count(*) filter (where change = 'Changed')::int as changed
          from difference
        """;

    private const string RowsSql = DifferenceCte + """

        select change, old_line_no, new_line_no, old_hs_code, new_hs_code, old_unu_key, new_unu_key, old_category, new_category, old_description, new_description,
               old_units, new_units, old_mass_grams, new_mass_grams, old_obligation_date, new_obligation_date, old_document_no, new_document_no, old_fee_tiyn, new_fee_tiyn, place
          from difference
         where place > @after
         order by place
         limit @limit
        """;

    private const string VersionsSql = """
        select d.declaration_id, n.version as new_version, o.version as old_version, n.mass_grams - o.mass_grams as mass_difference_grams, n.fee_tiyn - o.fee_tiyn as fee_difference_tiyn
          from declarations d
          join declaration_versions n on n.declaration_id = d.declaration_id and n.version = @version
          join declaration_versions o on o.declaration_id = d.declaration_id and o.version = n.copied_from
         where d.organisation_id = @organisation and d.number = @number
        """;

    /// <summary>What a version changes against the one it corrects; none for a first version.</summary>
    /// <param name="after">The <see cref="Page{T,TCursor}.Next"/> of the page before, or 0.</param>
    public async Task<Difference?> DifferenceAsync(DeclarationKey key, int version, int after, int pageSize, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<VersionsRow>(VersionsSql, new { organisation = key.Organisation, number = key.Number, version }, ct) is not { } versions)
        {
            return null;
        }

        var size = PageSizes.Of(pageSize);
        var parameters = new { declaration = versions.DeclarationId, old = versions.OldVersion, @new = versions.NewVersion, after, limit = size + 1 };
        var summary = await db.QuerySingleAsync<SummaryRow>(SummarySql, parameters, ct);
        var rows = PageSizes.Cut(await db.QueryAsync<PlacedRow>(RowsSql, parameters, ct), size, row => row.Place);
        return new Difference(
            versions.OldVersion, versions.NewVersion, summary.Added, summary.Removed, summary.Changed, versions.MassDifferenceGrams, versions.FeeDifferenceTiyn,
            new Page<DifferenceRow, int>([.. rows.Rows.Select(row => row.ToRow())], rows.Next));
    }

    private sealed record StartedRow(Guid DeclarationId, string Number, int FromVersion, int Version, long Revision);

    private sealed record WhyNotRow(DeclarationState State, int? DraftVersion);

    private sealed record VersionsRow(Guid DeclarationId, int NewVersion, int OldVersion, long MassDifferenceGrams, long FeeDifferenceTiyn);

    private sealed record SummaryRow(int Added, int Removed, int Changed);

    private sealed record PlacedRow(
        LineChange Change, int? OldLineNo, int? NewLineNo, string? OldHsCode, string? NewHsCode, string? OldUnuKey, string? NewUnuKey, string? OldCategory, string? NewCategory,
        string? OldDescription, string? NewDescription, long? OldUnits, long? NewUnits, long? OldMassGrams, long? NewMassGrams, DateOnly? OldObligationDate, DateOnly? NewObligationDate,
        string? OldDocumentNo, string? NewDocumentNo, long? OldFeeTiyn, long? NewFeeTiyn, int Place)
    {
        public DifferenceRow ToRow() => new(
            Change, OldLineNo, NewLineNo, OldHsCode, NewHsCode, OldUnuKey, NewUnuKey, OldCategory, NewCategory, OldDescription, NewDescription, OldUnits, NewUnits,
            OldMassGrams, NewMassGrams, OldObligationDate, NewObligationDate, OldDocumentNo, NewDocumentNo, OldFeeTiyn, NewFeeTiyn);
    }
}

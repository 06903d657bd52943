using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>Lines declared before of which something can still leave the country.</summary>
public sealed class ExportableLines(Db db)
{
    // What this draft takes already is gone from what is left; what its submitted version took is in the draft again, so it is given back first.
    private const string ListSql = """
        with draft as (
            select declaration_id, draft_version, current_version from declarations where organisation_id = @organisation and number = @number and kind = 'ExportAdjustment'
        ), mine as (
            select l.exported_declaration_id as declaration_id, l.exported_line_no as line_no, sum(case l.version when draft.draft_version then l.mass_grams else -l.mass_grams end)::bigint as grams
              from draft
              join declaration_lines l on l.declaration_id = draft.declaration_id and l.version in (draft.draft_version, draft.current_version) and l.exported_line_no is not null
             group by 1, 2
        )
        select d.number, l.line_no, l.hs_code, l.unu_key, l.category, l.description, l.condition, l.obligation_date, l.units, l.mass_grams,
               l.mass_grams - coalesce(e.exported_grams, 0) - coalesce(mine.grams, 0) as left_grams
          from draft
          join declarations d on d.organisation_id = @organisation and d.kind in ('Period', 'Consignment') and d.current_version is not null
          join declaration_lines l on l.declaration_id = d.declaration_id and l.version = d.current_version and l.mass_grams > 0
          left join exported_lines e on e.declaration_id = l.declaration_id and e.line_no = l.line_no
          left join mine on mine.declaration_id = l.declaration_id and mine.line_no = l.line_no
         where (@declared::text is null or (d.number = @declared and l.line_no = @line))
           and (@afterNumber::text is null or d.number < @afterNumber or (d.number = @afterNumber and l.line_no > @afterLine))
           and (@text::text is null or d.number = upper(@text) or l.hs_code like @text || '%' or l.unu_key like @text || '%'
                or strpos(lower(l.description), lower(@text)) > 0 or strpos(lower(l.document_no), lower(@text)) > 0)
           and (@declared::text is not null or l.mass_grams - coalesce(e.exported_grams, 0) - coalesce(mine.grams, 0) > 0)
         order by d.number desc, l.line_no
         limit @limit
        """;

    /// <summary>The newest declarations first; none for a declaration that is no export.</summary>
    public async Task<Page<ExportableLine, ExportCursor>> ListAsync(DeclarationKey export, string? text, ExportCursor? after, CancellationToken ct)
    {
        var size = PageSizes.Of(0);
        var rows = await db.QueryAsync<ExportableLine>(
            ListSql,
            new
            {
                organisation = export.Organisation, number = export.Number, declared = (string?)null, line = 0,
                text = string.IsNullOrWhiteSpace(text) ? null : text.Trim(), afterNumber = after?.Number, afterLine = after?.LineNo ?? 0, limit = size + 1,
            },
            ct);
        return PageSizes.Cut(rows, size, row => new ExportCursor(row.Number, row.LineNo));
    }

    /// <summary>One line, also when nothing is left of it; none when it is not the organisation's.</summary>
    public async Task<ExportableLine?> FindAsync(DeclarationKey export, string declared, int line, CancellationToken ct)
    {
        var rows = await db.QueryAsync<ExportableLine>(
            ListSql,
            new { organisation = export.Organisation, number = export.Number, declared, line, text = (string?)null, afterNumber = (string?)null, afterLine = 0, limit = 1 },
            ct);
        return rows.Count > 0 ? rows[0] : null;
    }
}

/// <param name="Number">Of the declaration that the line stands in.</param>
/// <param name="LeftGrams">Declared, less what was exported, less what this draft takes.</param>
public sealed record ExportableLine(
    string Number, int LineNo, string? HsCode, string? UnuKey, string? Category, string? Description, string? Condition, DateOnly? ObligationDate, long? Units, long MassGrams, long LeftGrams);

/// <summary>The last line of the page before.</summary>
public readonly record struct ExportCursor(string Number, int LineNo);

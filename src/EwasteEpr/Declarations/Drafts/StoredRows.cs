using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>Rows of a version as their declarant would write them: parked rows as they are, lines from their values.</summary>
internal static class StoredRows
{
    // In the order of the columns.
    internal const string FieldsOfLine = """
        array[coalesce(l.hs_code, ''), coalesce(l.unu_key_given, ''), coalesce(l.description, ''), coalesce(l.units::text, ''),
              coalesce(trim_scale(l.mass_grams / 1000.0)::text, ''),
              coalesce('declared elsewhere ' || l.packaging_document,
                       (select string_agg(p.kind || ':' || trim_scale(p.mass_grams / 1000.0), '; ' order by p.item_no) from declaration_packaging p
                         where p.declaration_id = l.declaration_id and p.version = l.version and p.line_no = l.line_no), ''),
              coalesce(trim_scale(l.battery_grams / 1000.0)::text, ''), coalesce(l.source, ''), coalesce(l.condition, ''),
              coalesce(to_char(l.obligation_date, 'YYYY-MM-DD'), ''), coalesce(l.origin, ''), coalesce(l.document_no, '')]
        """;

    private const string SelectSql = $"""
        select l.line_no, l.row_no, l.upload_no, l.copied_line_no, l.category_changes, l.changed_revision, l.category, false as is_parked, 'Unknown' as decimal_mark,
               {FieldsOfLine} as fields
          from declaration_lines l
         where l.declaration_id = @declaration and l.version = @version and l.line_no = any(@lineNos)
        union all
        select p.line_no, p.row_no, p.upload_no, p.copied_line_no, p.category_changes, p.changed_revision, null, true,
               coalesce((select u.decimal_mark from uploads u where u.declaration_id = p.declaration_id and u.upload_no = p.upload_no), 'Unknown'), p.fields
          from parked_rows p
         where p.declaration_id = @declaration and p.version = @version and p.line_no = any(@lineNos)
         order by line_no
         limit @limit
        """;

    public static Task<IReadOnlyList<StoredRow>> ReadAsync(DbTransaction transaction, Guid declaration, int version, int[] lineNos, CancellationToken ct) =>
        transaction.QueryAsync<StoredRow>(SelectSql, new { declaration, version, lineNos, limit = lineNos.Length }, ct);
}

/// <param name="DecimalMark">What the row's file taught about numbers; a line's own texts need no teaching.</param>
internal sealed record StoredRow(
    int LineNo, int? RowNo, short? UploadNo, int? CopiedLineNo, short CategoryChanges, long ChangedRevision, string? Category, bool IsParked, string DecimalMark, string[] Fields)
{
    public LineFields ToFields() => new(Fields);

    public DecimalMarks Marks => new(Enum.Parse<DecimalMark>(DecimalMark));

    public RowPlace Place => new(LineNo, RowNo, UploadNo, CopiedLineNo, CategoryChanges);
}

using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>Lines of any version, to look at.</summary>
public sealed class LineQueries(Db db)
{
    private const string ListSql = """
        select l.line_no, l.row_no, l.changed_revision, l.hs_code, l.unu_key_given, l.unu_key, l.category, l.description, l.units, l.mass_grams, l.battery_grams,
               l.source, l.condition, l.obligation_date, l.origin, l.document_no, l.methodology_id, l.tariff_row_id, l.tariff_match, l.coefficient, l.mci_value, l.mci_from,
               l.product_fee_tiyn, l.fee_tiyn, e.number as exported_number, l.exported_line_no, l.function_test,
               (select count(*) from row_problems p where p.declaration_id = l.declaration_id and p.version = l.version and p.line_no = l.line_no)::int as problems
          from declarations d
          join declaration_lines l using (declaration_id)
          left join declarations e on e.declaration_id = l.exported_declaration_id
         where d.organisation_id = @organisation and d.number = @number and l.version = @version and l.line_no > @after
           and (@only::int is null or l.line_no = @only)
           and (@category::text is null or coalesce(l.category, '-') = @category)
           and (@text::text is null
                or l.hs_code like @text || '%' or l.unu_key like @text || '%' or strpos(lower(l.description), lower(@text)) > 0 or strpos(lower(l.document_no), lower(@text)) > 0)
           and (not @onlyWithProblems
                or exists (select from row_problems p where p.declaration_id = l.declaration_id and p.version = l.version and p.line_no = l.line_no))
         order by l.line_no
         limit @limit
        """;

    /// <summary>In the order of their numbers.</summary>
    public async Task<Page<LineRow, int>> ListAsync(DeclarationKey key, int version, LineFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var size = PageSizes.Of(filter.PageSize);
        var rows = await db.QueryAsync<LineRow>(ListSql, Parameters(key, version, filter, null, size + 1), ct);
        return PageSizes.Cut(rows, size, row => row.LineNo);
    }

    private const string PackagingSql = """
        select p.line_no, p.item_no::int as item_no, p.kind, p.mass_grams, p.methodology_id, p.tariff_row_id, p.coefficient, p.fee_tiyn
          from declarations d
          join declaration_packaging p using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number and p.version = @version and p.line_no = @lineNo
         order by p.item_no
         limit 100
        """;

    internal const string ProblemsOfLineSql = """
        select p.line_no, p.row_no, p.code, p.column_name as "column", p.severity = 'Error' as is_error, p.value, p.detail, p.detail2, p.reason
          from declarations d
          join row_problems p using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number and p.version = @version and p.line_no = @lineNo
         order by p.severity, p.code, p.column_name, p.value
         limit 100
        """;

    /// <summary>One line with its packaging and problems; none when there is no such line.</summary>
    public async Task<LineDetail?> GetAsync(DeclarationKey key, int version, int lineNo, CancellationToken ct)
    {
        var rows = await db.QueryAsync<LineRow>(ListSql, Parameters(key, version, new LineFilter(), lineNo, 1), ct);
        if (rows.Count == 0)
        {
            return null;
        }

        var parameters = new { organisation = key.Organisation, number = key.Number, version, lineNo };
        return new LineDetail(
            rows[0],
            await db.QueryAsync<PackagingRow>(PackagingSql, parameters, ct),
            await db.QueryAsync<LineProblem>(ProblemsOfLineSql, parameters, ct),
            (await FieldsAsync(key, version, lineNo, ct))!);
    }

    /// <summary>A row that waits to be put right, or none.</summary>
    public async Task<ParkedRow?> GetParkedAsync(DeclarationKey key, int version, int lineNo, CancellationToken ct)
    {
        var row = await StoredAsync(key, version, lineNo, ct);
        var parameters = new { organisation = key.Organisation, number = key.Number, version, lineNo };
        return row is { IsParked: true }
            ? new ParkedRow(lineNo, row.RowNo, row.ChangedRevision, row.ToFields(), await db.QueryAsync<LineProblem>(ProblemsOfLineSql, parameters, ct))
            : null;
    }

    private const string IdSql = "select declaration_id from declarations where organisation_id = @organisation and number = @number";

    private async Task<LineFields?> FieldsAsync(DeclarationKey key, int version, int lineNo, CancellationToken ct) => (await StoredAsync(key, version, lineNo, ct))?.ToFields();

    private Task<StoredRow?> StoredAsync(DeclarationKey key, int version, int lineNo, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var id = await transaction.QuerySingleOrDefaultAsync<Guid?>(IdSql, new { organisation = key.Organisation, number = key.Number }, ct);
            return id is { } declaration ? await StoredRows.ReadAsync(transaction, declaration, version, [lineNo], ct) is [var row, ..] ? row : null : null;
        },
        ct);

    private static object Parameters(DeclarationKey key, int version, LineFilter filter, int? only, int limit) => new
    {
        organisation = key.Organisation,
        number = key.Number,
        version,
        after = only is null ? filter.After : 0,
        only,
        category = filter.Category,
        text = string.IsNullOrWhiteSpace(filter.Text) ? null : filter.Text.Trim(),
        onlyWithProblems = filter.OnlyWithProblems,
        limit,
    };
}

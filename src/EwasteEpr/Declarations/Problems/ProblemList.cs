using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Problems;

/// <summary>All problems of a version in the order of its rows: for programs and for files.</summary>
public sealed class ProblemList(Db db)
{
    private const string ListSql = """
        select p.line_no, p.row_no, p.code, p.column_name as "column", p.severity = 'Error' as is_error, p.value, p.detail, p.detail2, p.reason
          from declarations d
          join row_problems p using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number and p.version = @version and p.line_no > @after
         order by p.line_no, p.code, p.column_name, p.value
         limit @limit
        """;

    /// <param name="after">The last line of the page before; -1 for the first page, which also has what concerns the declaration as a whole.</param>
    /// <returns>At most <paramref name="limit"/> problems; those of one row are never parted, unless one row has more.</returns>
    public async Task<Page<LineProblem, int>> ReadAsync(DeclarationKey key, int version, int after, int limit, CancellationToken ct)
    {
        var rows = await db.QueryAsync<LineProblem>(ListSql, new { organisation = key.Organisation, number = key.Number, version, after, limit = limit + 1 }, ct);
        if (rows.Count <= limit)
        {
            return new Page<LineProblem, int>(rows, null);
        }

        var next = rows[limit].LineNo;
        var whole = rows.TakeWhile(row => row.LineNo < next).ToList();
        return whole.Count > 0 ? new Page<LineProblem, int>(whole, whole[^1].LineNo) : new Page<LineProblem, int>([.. rows.Take(limit)], next);
    }
}

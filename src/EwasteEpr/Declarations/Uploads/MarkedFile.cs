using System.Text;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Uploads;

/// <summary>The declarant's own file back, every row of it, with one more column that says what is wrong; it can be sent again as it is.</summary>
public sealed class MarkedFile(Db db)
{
    private const string FindSql = """
        select u.declaration_id, u.version, u.upload_no, coalesce(u.told_encoding, u.encoding, '') as encoding
          from uploads u
         where u.upload_id = @uploadId and u.organisation_id = @organisation and u.state in ('Done', 'Replaced') and u.kind in ('Csv', 'Xlsx', 'Paste')
        """;

    private const string ProblemsSql = """
        select p.line_no, p.row_no, p.code, p.column_name as "column", p.severity = 'Error' as is_error, p.value, p.detail, p.detail2, p.reason
          from row_problems p
         where p.declaration_id = @DeclarationId and p.version = @Version and p.row_no is not null
           and (exists (select from parked_rows r where r.declaration_id = p.declaration_id and r.version = p.version and r.line_no = p.line_no and r.upload_no = @UploadNo)
             or exists (select from declaration_lines l where l.declaration_id = p.declaration_id and l.version = p.version and l.line_no = p.line_no and l.upload_no = @UploadNo))
         order by p.row_no, p.severity, p.code, p.column_name, p.value
         limit 2000000
        """;

    /// <param name="problemColumn">The name of the column that is added.</param>
    /// <param name="oldNames">Names that an earlier marked file may carry: that column gives way to the new one.</param>
    /// <returns>False when there is no such file of the organisation.</returns>
    public async Task<bool> WriteAsync(OrganisationId organisation, Guid uploadId, Stream to, string problemColumn, IReadOnlyList<string> oldNames, Func<LineProblem, string> sentence, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        if (await db.QuerySingleOrDefaultAsync<FileRow>(FindSql, new { uploadId, organisation }, ct) is not { } file)
        {
            return false;
        }

        var problems = (await db.QueryAsync<LineProblem>(ProblemsSql, file, ct)).ToLookup(problem => problem.RowNo!.Value);
        var hints = new TableHints(Enum.TryParse<TextEncoding>(file.Encoding, out var encoding) ? encoding : null, await ColumnMappings.ReadAsync(db, organisation, ct));
        await using var table = await Table.OpenAsync(await ChunkStore.OpenAsync(db, uploadId, ct), hints, ct);
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 64 * 1024, leaveOpen: true);
        var names = table.Header.Names;
        int[] kept = [.. Enumerable.Range(0, names.Count).Where(i => !oldNames.Contains(names[i], StringComparer.OrdinalIgnoreCase))];
        await WriteRowAsync(writer, [.. kept.Select(i => names[i]), problemColumn], ct);
        var cells = new string[kept.Length + 1];
        while (await table.Rows.ReadAsync(ct))
        {
            for (var i = 0; i < kept.Length; i++)
            {
                cells[i] = Encoding.UTF8.GetString(table.Rows.Field(kept[i]));
            }

            cells[^1] = string.Join(" ", problems[table.Rows.RowNumber].Select(sentence));
            if (cells.Any(cell => cell.Length > 0))
            {
                await WriteRowAsync(writer, cells, ct);
            }
        }

        return true;
    }

    private static Task WriteRowAsync(StreamWriter writer, string[] cells, CancellationToken ct) =>
        writer.WriteAsync((string.Join(';', cells.Select(Quoted)) + "\r\n").AsMemory(), ct);

    /// <summary>The person's own values stay as they are; only the marks of the format are put around them.</summary>
    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(";\"\r\n") < 0 ? cell : '"' + cell.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    private sealed record FileRow(Guid DeclarationId, int Version, short UploadNo, string Encoding);
}

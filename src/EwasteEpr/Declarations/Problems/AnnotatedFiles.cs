using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Problems;

/// <summary>A declarant's own file back, as it stands now after what was put right on the page, with what is wrong beside each row; and the list of problems as CSV.</summary>
public sealed class AnnotatedFiles(Db db)
{
    private const string FileSql = """
        select u.upload_id, u.organisation_id, u.kind, u.file_name, u.encoding, u.told_encoding
          from uploads u
         where u.organisation_id = @organisation and u.upload_id = @uploadId and u.state = 'Done' and u.kind <> 'Copy'
        """;

    /// <summary>Name and kind for the download; none for a file that is not there, was not taken in or has been replaced.</summary>
    public async Task<AnnotatedFile?> FindAsync(OrganisationId organisation, Guid uploadId, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<FileRow>(FileSql, new { organisation, uploadId }, ct) is not { } file)
        {
            return null;
        }

        var isWorkbook = await IsWorkbookAsync(uploadId, ct);
        var stem = Path.GetFileNameWithoutExtension(file.FileName);
        return new AnnotatedFile($"{(stem.Length == 0 ? "list" : stem)}-problems.{(isWorkbook ? "xlsx" : "csv")}", isWorkbook);
    }

    /// <summary>Writes the file with the column of problems; false when there is no such file.</summary>
    public async Task<bool> WriteAsync(OrganisationId organisation, Guid uploadId, ProblemWords words, Stream to, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (await db.QuerySingleOrDefaultAsync<FileRow>(FileSql, new { organisation, uploadId }, ct) is not { } file)
        {
            return false;
        }

        var hints = new TableHints(file.ToldEncoding is null ? null : Enum.Parse<TextEncoding>(file.ToldEncoding), await ColumnMappings.ReadAsync(db, organisation, ct));
        await using var problems = await RowProblemCursor.OpenAsync(db, uploadId, ct);
        await using var current = await CurrentRowCursor.OpenAsync(db, uploadId, ct);
        var marks = new RowMarks(problems, current, words);
        if (await IsWorkbookAsync(uploadId, ct))
        {
            await AnnotatedWorkbook.WriteAsync(() => ChunkStore.OpenAsync(db, uploadId, ct), hints, marks, to, ct);
        }
        else
        {
            var encoding = Enum.TryParse<TextEncoding>(file.Encoding, out var known) ? known : TextEncoding.Utf8;
            await AnnotatedText.WriteAsync(await ChunkStore.OpenAsync(db, uploadId, ct), hints, encoding, marks, to, ct);
        }

        return true;
    }

    private const string ListSql = """
        select p.line_no, p.row_no, p.code, p.column_name as "column", p.severity = 'Error' as is_error, p.value, p.detail, p.detail2, p.reason
          from declarations d
          join row_problems p using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number and p.version = @version
           and (p.line_no, p.code, p.column_name, p.value) > (@line, @code, @column, @value)
         order by p.line_no, p.code, p.column_name, p.value
         limit 5000
        """;

    /// <summary>All problems of a version as CSV in UTF-8 with its mark, so that a spreadsheet reads it.</summary>
    public async Task WriteListAsync(DeclarationKey key, int version, IReadOnlyList<string> header, Func<Drafts.LineProblem, string> sentence, Stream to, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        await using var text = new StreamWriter(to, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 64 * 1024, leaveOpen: true);
        await text.WriteAsync(Row(header));
        var (line, code, column, value) = (-1, "", "", "");
        while (true)
        {
            var page = await db.QueryAsync<Drafts.LineProblem>(ListSql, new { organisation = key.Organisation, number = key.Number, version, line, code, column, value }, ct);
            foreach (var problem in page)
            {
                await text.WriteAsync(Row(
                [
                    Number(problem.RowNo ?? problem.LineNo), Number(problem.LineNo), problem.Code, problem.IsError ? "error" : "warning", problem.Column,
                    SafeText.Of(problem.Value), SafeText.Of(sentence(problem)), SafeText.Of(problem.Reason ?? ""),
                ]));
            }

            if (page.Count < 5000)
            {
                return;
            }

            (line, code, column, value) = (page[^1].LineNo, page[^1].Code, page[^1].Column, page[^1].Value);
        }

        static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

        static string Row(IEnumerable<string> fields)
        {
            var row = new System.Text.StringBuilder();
            foreach (var field in fields)
            {
                SafeText.AppendField(row.Length == 0 ? row : row.Append(';'), field, ';');
            }

            return row.Append("\r\n").ToString();
        }
    }

    private const string StartSql = "select substr(bytes, 1, 4) from upload_chunks where upload_id = @uploadId and chunk_no = 0";

    /// <summary>By its first bytes, never by its name.</summary>
    private async Task<bool> IsWorkbookAsync(Guid uploadId, CancellationToken ct) =>
        (await db.QuerySingleOrDefaultAsync<byte[]>(StartSql, new { uploadId }, ct)).AsSpan().SequenceEqual("PK\u0003\u0004"u8);

    private sealed record FileRow(Guid UploadId, Guid OrganisationId, string Kind, string FileName, string? Encoding, string? ToldEncoding);
}

/// <summary>What a marked file is made of, row by row.</summary>
internal sealed record RowMarks(RowProblemCursor Problems, CurrentRowCursor Current, ProblemWords Words);

/// <param name="Name">For the person's disk.</param>
public sealed record AnnotatedFile(string Name, bool IsWorkbook)
{
    public string ContentType => IsWorkbook ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv";
}

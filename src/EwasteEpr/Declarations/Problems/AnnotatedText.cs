using System.Text;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Problems;

/// <summary>A text table as it came, row by row, with one column more: same separator, same encoding.</summary>
/// <remarks>Where the file's encoding lacks the letters of the sentences (Kazakh in Windows-1251), the whole file becomes UTF-8 rather than garbled.</remarks>
internal static class AnnotatedText
{
    public static async Task WriteAsync(Stream from, TableHints hints, TextEncoding encoding, RowProblemCursor problems, ProblemWords words, Stream to, CancellationToken ct)
    {
        await using var rows = await SeparatedRows.OpenAsync(from, hints.Encoding, ct);
        await using var text = new StreamWriter(to, EncodingFor(encoding, words), 64 * 1024, leaveOpen: true);
        var row = new StringBuilder();
        List<string>? header = null;
        var problemAt = -1;
        while (await rows.ReadAsync(ct))
        {
            row.Clear();
            if (header is null)
            {
                header = HeaderIn(rows, hints);
                problemAt = header is null ? -1 : ProblemColumn.Find(header);
                AppendRow(row, rows, problemAt, header?.Count ?? 0, header is null ? null : words.Column);
            }
            else
            {
                var found = await problems.OfAsync(rows.RowNumber, ct);
                AppendRow(row, rows, problemAt, header.Count, found.Count == 0 ? "" : SafeText.Of(string.Join(" | ", found.Select(words.Sentence))));
            }

            await text.WriteAsync(row, ct);
        }
    }

    private static Encoding EncodingFor(TextEncoding encoding, ProblemWords words) => encoding switch
    {
        TextEncoding.Utf16LittleEndian => new UnicodeEncoding(bigEndian: false, byteOrderMark: true),
        TextEncoding.Utf16BigEndian => new UnicodeEncoding(bigEndian: true, byteOrderMark: true),
        TextEncoding.Windows1251 when !words.NeedsKazakhLetters => CodePagesEncodingProvider.Instance.GetEncoding(1251)!,
        _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: true),
    };

    /// <summary>The same look for the header that reading takes.</summary>
    private static List<string>? HeaderIn(SeparatedRows rows, TableHints hints)
    {
        var names = Enumerable.Range(0, rows.FieldCount).Select(i => Encoding.UTF8.GetString(rows.Field(i))).ToList();
        return TableHeader.From(names, rows.RowNumber, hints.Mapping).Problem() is null ? names : null;
    }

    /// <param name="problem">What goes into the added column; none for a row above the header.</param>
    private static void AppendRow(StringBuilder text, SeparatedRows rows, int problemAt, int columns, string? problem)
    {
        var isEmpty = rows.FieldCount <= 1 && rows.Field(0).IsEmpty;
        if (problemAt < 0 && !rows.HasBrokenQuotes)
        {
            // As the declarant wrote it, to the last quotation mark.
            text.Append(Encoding.UTF8.GetString(rows.Raw).AsSpan().TrimEnd("\r\n"));
        }
        else
        {
            var isFirst = true;
            for (var i = 0; i < rows.FieldCount; i++)
            {
                if (i != problemAt)
                {
                    SafeText.AppendField(isFirst ? text : text.Append(rows.Separator), Encoding.UTF8.GetString(rows.Field(i)), rows.Separator);
                    isFirst = false;
                }
            }
        }

        if (problem is not null && !(isEmpty && problem.Length == 0))
        {
            var written = rows.FieldCount - (problemAt >= 0 && problemAt < rows.FieldCount ? 1 : 0);
            text.Append(rows.Separator, Math.Max(columns - (problemAt >= 0 ? 1 : 0) - written, 0) + 1);
            SafeText.AppendField(text, problem, rows.Separator);
        }

        text.Append("\r\n");
    }
}

using System.Text;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Problems;

/// <summary>A text table as it came, row by row, with one column more: same separator, same encoding.</summary>
/// <remarks>Where the file's encoding lacks the letters of the sentences (Kazakh in Windows-1251), the whole file becomes UTF-8 rather than garbled.</remarks>
internal static class AnnotatedText
{
    public static async Task WriteAsync(Stream from, TableHints hints, TextEncoding encoding, RowMarks marks, Stream to, CancellationToken ct)
    {
        var words = marks.Words;
        await using var rows = await SeparatedRows.OpenAsync(from, hints.Encoding, TableHeader.Sense, ct);
        await using var text = new StreamWriter(to, EncodingFor(encoding, words), 64 * 1024, leaveOpen: true);
        var row = new StringBuilder();
        TableHeader? header = null;
        var problemAt = -1;
        while (await rows.ReadAsync(ct))
        {
            row.Clear();
            if (header is null)
            {
                header = HeaderIn(rows, hints);
                problemAt = header is null ? -1 : ProblemColumn.Find(header.Names);
                AppendRow(row, rows, null, problemAt, header?.Names.Count ?? 0, header is null ? null : words.Column);
            }
            else
            {
                var found = await marks.Problems.OfAsync(rows.RowNumber, ct);
                var current = await marks.Current.OfAsync(rows.RowNumber, ct);
                if (current.IsRemoved && !IsEmpty(rows))
                {
                    continue;
                }

                AppendRow(
                    row, rows, current.Fields is { } fields ? (header, fields) : null, problemAt, header.Names.Count,
                    found.Count == 0 ? "" : SafeText.Of(string.Join(" | ", found.Select(words.Sentence))));
            }

            await text.WriteAsync(row, ct);
        }
    }

    /// <summary>A row without content was never one of ours to leave out.</summary>
    private static bool IsEmpty(SeparatedRows rows)
    {
        for (var i = 0; i < rows.FieldCount; i++)
        {
            if (rows.Field(i).IndexOfAnyExcept(" \t"u8) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private static Encoding EncodingFor(TextEncoding encoding, ProblemWords words) => encoding switch
    {
        TextEncoding.Utf16LittleEndian => new UnicodeEncoding(bigEndian: false, byteOrderMark: true),
        TextEncoding.Utf16BigEndian => new UnicodeEncoding(bigEndian: true, byteOrderMark: true),
        TextEncoding.Windows1251 when !words.NeedsKazakhLetters => CodePagesEncodingProvider.Instance.GetEncoding(1251)!,
        _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: true),
    };

    /// <summary>The same look for the header that reading takes.</summary>
    private static TableHeader? HeaderIn(SeparatedRows rows, TableHints hints)
    {
        var names = Enumerable.Range(0, rows.FieldCount).Select(i => Encoding.UTF8.GetString(rows.Field(i))).ToList();
        return TableHeader.From(names, rows.RowNumber, hints.Mapping) is var header && header.Problem() is null ? header : null;
    }

    /// <param name="now">The row as it stands now, where it is not as it came.</param>
    /// <param name="problem">What goes into the added column; none for a row above the header.</param>
    private static void AppendRow(StringBuilder text, SeparatedRows rows, (TableHeader Header, LineFields Fields)? now, int problemAt, int columns, string? problem)
    {
        var isEmpty = rows.FieldCount <= 1 && rows.Field(0).IsEmpty;
        var fields = rows.FieldCount;
        var changed = now is { } values ? Changes(values.Header, values.Fields) : null;
        if (problemAt < 0 && !rows.HasBrokenQuotes && changed is null)
        {
            // As the declarant wrote it, to the last quotation mark.
            text.Append(Encoding.UTF8.GetString(rows.Raw).AsSpan().TrimEnd("\r\n"));
        }
        else
        {
            var isFirst = true;
            fields = Math.Max(rows.FieldCount, changed is { Count: > 0 } ? changed.Keys.Max() + 1 : 0);
            for (var i = 0; i < fields; i++)
            {
                if (i != problemAt)
                {
                    var field = changed is not null && changed.TryGetValue(i, out var changedTo) ? SafeText.Of(changedTo) : i < rows.FieldCount ? Encoding.UTF8.GetString(rows.Field(i)) : "";
                    SafeText.AppendField(isFirst ? text : text.Append(rows.Separator), field, rows.Separator);
                    isFirst = false;
                }
            }
        }

        if (problem is not null && !(isEmpty && problem.Length == 0))
        {
            var written = fields - (problemAt >= 0 && problemAt < fields ? 1 : 0);
            text.Append(rows.Separator, Math.Max(columns - (problemAt >= 0 ? 1 : 0) - written, 0) + 1);
            SafeText.AppendField(text, problem, rows.Separator);
        }

        text.Append("\r\n");
    }

    /// <summary>By the place of their column. A value without a column of its own has nowhere to stand.</summary>
    private static Dictionary<int, string> Changes(TableHeader header, LineFields fields) =>
        Enumerable.Range(0, Columns.Count).Where(column => header[(Column)column] >= 0).ToDictionary(column => header[(Column)column], column => fields[(Column)column]);
}

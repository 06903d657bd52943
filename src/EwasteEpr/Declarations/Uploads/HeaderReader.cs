using System.Text;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Uploads;

/// <summary>Shows the top of a table whose header was not understood, so that a person can say what its columns mean.</summary>
internal static class HeaderReader
{
    private const int SampleRows = 3;
    private const int MostColumns = 100;

    /// <summary>A person can help with these; the others are the file's own.</summary>
    public static bool CanBeNamed(TableProblemCode code) =>
        code is TableProblemCode.HeaderNotFound or TableProblemCode.NoCodeColumn or TableProblemCode.NoMassColumn or TableProblemCode.ColumnTwice;

    public static async Task<HeaderPreview> ReadAsync(Stream stream, TableHints hints, TableProblem problem, CancellationToken ct)
    {
        await using var rows = await OpenAsync(stream, hints, ct);
        var top = new List<(int Row, List<string> Texts)>();
        while (top.Count < TableLimits.RowsBeforeHeader + SampleRows && await rows.ReadAsync(ct))
        {
            top.Add((rows.RowNumber, Texts(rows)));
        }

        // Titles are short: the header is the fullest of the first rows.
        var at = Enumerable.Range(0, Math.Min(top.Count, TableLimits.RowsBeforeHeader)).MaxBy(i => top[i].Texts.Count(text => text.Length > 0));
        if (top.Count == 0)
        {
            return new HeaderPreview(0, [], [], problem);
        }

        var columns = top[at].Texts
            .Select(name => new HeaderColumn(name, hints.Mapping is not null && hints.Mapping.TryGetValue(name, out var known) ? known : ColumnNames.Find(name)))
            .ToList();
        return new HeaderPreview(top[at].Row, columns, [.. top.Skip(at + 1).Take(SampleRows).Select(row => row.Texts)], problem);
    }

    private static async Task<IRowSource> OpenAsync(Stream stream, TableHints hints, CancellationToken ct)
    {
        var start = new byte[4];
        var count = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
        var whole = new JoinedStream(start.AsMemory(0, count), stream);
        if (!start.AsSpan().StartsWith("PK\u0003\u0004"u8))
        {
            return await SeparatedRows.OpenAsync(whole, hints.Encoding, TableHeader.Sense, ct);
        }

        await using (whole)
        {
            var file = TempFiles.Create(hints.TempFolder);
            await whole.CopyToAsync(file, ct);
            file.Position = 0;
            return await WorkbookRows.OpenAsync(file, TableHeader.Sense, ct);
        }
    }

    private static List<string> Texts(IRowSource rows)
    {
        var texts = new List<string>();
        for (var i = 0; i < Math.Min(rows.FieldCount, MostColumns); i++)
        {
            var text = Encoding.UTF8.GetString(rows.Field(i)).Trim();
            texts.Add(text.Length > TableLimits.ShownCharacters ? text[..TableLimits.ShownCharacters] : text);
        }

        return texts;
    }
}

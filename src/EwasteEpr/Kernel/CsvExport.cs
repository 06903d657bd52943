using System.Buffers;
using System.Globalization;
using System.Text;

namespace EwasteEpr.Kernel;

/// <summary>The one writer of CSV: UTF-8 with a byte order mark (Excel needs it), commas, CRLF, invariant numbers and dates.</summary>
/// <remarks>
/// Text that a spreadsheet would run as a formula (it begins with = + - @, a tab or a line break) gets an apostrophe in front; numbers stay numbers.
/// Streams: memory does not grow with the rows.
/// </remarks>
public static class CsvExport
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n;\t");
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: true);

    public static async Task WriteAsync(Stream target, IReadOnlyList<string> head, IEnumerable<object?[]> rows, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rows);
        await using var writer = new StreamWriter(target, Utf8, bufferSize: 32 * 1024, leaveOpen: true);
        await writer.WriteAsync(Line(head).AsMemory(), ct);
        foreach (var row in rows)
        {
            await writer.WriteAsync(Line(row).AsMemory(), ct);
        }
    }

    /// <summary>Rows that come one by one out of the database.</summary>
    public static async Task WriteAsync(Stream target, IReadOnlyList<string> head, IAsyncEnumerable<object?[]> rows, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rows);
        await using var writer = new StreamWriter(target, Utf8, bufferSize: 32 * 1024, leaveOpen: true);
        await writer.WriteAsync(Line(head).AsMemory(), ct);
        await foreach (var row in rows.WithCancellation(ct))
        {
            await writer.WriteAsync(Line(row).AsMemory(), ct);
        }
    }

    private static string Line(IEnumerable<object?> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    private static string Cell(object? value) => value switch
    {
        null => "",
        string text => Quote(Neutral(text)),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        decimal or double or int or long or short or byte => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ => Quote(Neutral(value.ToString() ?? "")),
    };

    private static string Neutral(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? "'" + text : text;

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(NeedQuotes) >= 0 ? '"' + text.Replace("\"", "\"\"", StringComparison.Ordinal) + '"' : text;
}

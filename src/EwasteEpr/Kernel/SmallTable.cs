using System.Text;
using CsvHelper;

namespace EwasteEpr.Kernel;

/// <summary>A short list that somebody pasted or saved from a spreadsheet: separators are found, nothing is streamed.</summary>
/// <remarks>Lists of points, of an organisation's assets and the like: a few thousand rows at most. Declarations have a reader of their own that streams millions.</remarks>
public sealed class SmallTable
{
    private SmallTable(IReadOnlyList<IReadOnlyList<string>> rows) => Rows = rows;

    /// <summary>Every line that is not empty, the first one as well; cells are trimmed.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }

    /// <returns>None where it is no table or has more rows than allowed.</returns>
    public static SmallTable? Read(string text, int mostRows)
    {
        ArgumentNullException.ThrowIfNull(text);
        var first = text.AsSpan(0, text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? end : text.Length);
        var separator = ',';
        foreach (var one in (ReadOnlySpan<char>)[';', '\t'])
        {
            separator = first.Count(one) > first.Count(separator) ? one : separator;
        }

        try
        {
            // The reader wants a head of its own: a made-up one, so that a list without a head loses no row.
            var width = first.Count(separator) + 1;
            var head = string.Join(separator, Enumerable.Range(0, Math.Max(width, 12)).Select(number => "c" + number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            using var reader = CsvReader.FromText(head + "\n" + text.TrimStart('\uFEFF'), new CsvReaderOptions { Separator = separator });
            reader.ReadHeader();
            var rows = new List<IReadOnlyList<string>>();
            while (reader.Read())
            {
                var cells = Enumerable.Range(0, width).Select(place => reader.GetString(place).Trim()).ToList();
                if (cells.Exists(cell => cell.Length > 0))
                {
                    rows.Add(cells);
                }

                if (rows.Count > mostRows)
                {
                    return null;
                }
            }

            return new SmallTable(rows);
        }
        catch (CsvFormatException)
        {
            return null;
        }
    }

    /// <summary>UTF-8, else Windows-1251, as Excel saves it here.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetString(bytes);
        }
    }
}

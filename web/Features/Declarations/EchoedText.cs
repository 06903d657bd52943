using System.Text;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>A small file as text for the paste box: what was written, or a workbook's rows with tabs between.</summary>
internal static class EchoedText
{
    public static async Task<string?> ReadAsync(EchoStream echo, TextEncoding? encoding, CancellationToken ct)
    {
        if (!echo.IsWhole || echo.Start.Length == 0)
        {
            return null;
        }

        try
        {
            return echo.Start.Span.StartsWith("PK\u0003\u0004"u8) ? await RowsAsync(echo.Start, ct) : await TextAsync(echo.Start, encoding, ct);
        }
        catch (UnreadableTableException)
        {
            // The page already says what is wrong with the file; there is nothing to correct by hand.
            return null;
        }
    }

    private static async Task<string> TextAsync(ReadOnlyMemory<byte> bytes, TextEncoding? encoding, CancellationToken ct)
    {
        await using var clean = new TextInputStream(new MemoryStream(bytes.ToArray()), encoding);
        using var reader = new StreamReader(clean, Encoding.UTF8);
        return await reader.ReadToEndAsync(ct);
    }

    private static async Task<string> RowsAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await using var rows = await WorkbookRows.OpenAsync(new MemoryStream(bytes.ToArray()), TableHeader.Sense, ct);
        var text = new StringBuilder();
        while (await rows.ReadAsync(ct))
        {
            for (var i = 0; i < rows.FieldCount; i++)
            {
                text.Append(i == 0 ? "" : "\t").Append(Encoding.UTF8.GetString(rows.Field(i)).Replace('\t', ' ').Replace('\n', ' ').Replace('\r', ' '));
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}

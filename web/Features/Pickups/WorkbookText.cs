using System.Text;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;

namespace EwasteEpr.Web.Features.Pickups;

/// <summary>A list as it came: text is decoded, a workbook (XLSX) becomes the text that somebody would have copied out of it, read by the guarded reader of workbooks.</summary>
public static class WorkbookText
{
    private const int MostRows = 5_000; // more than a list may have: the list itself says that it is too long

    /// <returns>None where a workbook breaks a limit or is damaged.</returns>
    public static async Task<string?> ReadAsync(IFormFile file, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(file);
        var stream = new MemoryStream();
        await file.CopyToAsync(stream, ct);
        if (!stream.GetBuffer().AsSpan(0, (int)stream.Length).StartsWith("PK\u0003\u0004"u8))
        {
            return SmallTable.Decode(stream.GetBuffer().AsSpan(0, (int)stream.Length));
        }

        try
        {
            stream.Position = 0;
            await using var rows = await WorkbookRows.OpenAsync(stream, ct);
            var text = new StringBuilder();
            while (rows.RowNumber < MostRows && await rows.ReadAsync(ct))
            {
                Append(text, rows);
            }

            return text.ToString();
        }
        catch (UnreadableTableException)
        {
            return null;
        }
    }

    private static void Append(StringBuilder text, WorkbookRows rows)
    {
        for (var i = 0; i < rows.FieldCount; i++)
        {
            var cell = Encoding.UTF8.GetString(rows.Field(i)).ReplaceLineEndings(" ").Replace("\"", "\"\"", StringComparison.Ordinal);
            text.Append(i == 0 ? "" : "\t").Append('"').Append(cell).Append('"');
        }

        text.Append('\n');
    }
}

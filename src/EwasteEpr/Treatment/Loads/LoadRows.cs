using System.Text;
using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Loads;

/// <summary>Rows of a file, read one at a time and sent on as binary COPY: nothing is held, whatever the file's length.</summary>
internal static class LoadRows
{
    private static readonly string[] Columns = ["upload_id", "row_no", "load_no", "day", "category", "grams", "container", "note", "problem", "value"];

    /// <returns>How many rows there were.</returns>
    public static async Task<int> CopyAsync(DbTransaction transaction, Guid upload, IRowSource rows, LoadColumns columns, short year, DateOnly today, CancellationToken ct)
    {
        // A spreadsheet writes semicolons exactly where the comma is the decimal mark; between commas it can only be a group.
        var mark = rows is SeparatedRows text ? text.Separator switch { ';' => DecimalMark.Comma, ',' => DecimalMark.Point, _ => DecimalMark.Unknown } : DecimalMark.Point;
        await using var copy = await CopyStream.BeginAsync(transaction.Connection, "load_upload_rows", Columns, ct);
        var count = 0;
        while (await rows.ReadAsync(ct))
        {
            if (Write(copy, upload, rows, columns, mark, year, today))
            {
                count++;
                await copy.FlushIfFullAsync(ct);
            }
        }

        await copy.CompleteAsync(ct);
        return count;
    }

    private static bool Write(CopyStream copy, Guid upload, IRowSource rows, LoadColumns columns, DecimalMark mark, short year, DateOnly today)
    {
        ReadOnlySpan<byte> Cell(int column) => columns[column] < 0 ? default : rows.Field(columns[column]).Trim((byte)' ');
        var no = Cell(0);
        var dayText = Cell(1);
        var categoryText = Cell(2);
        var massText = Cell(3);
        if (no.IsEmpty && dayText.IsEmpty && massText.IsEmpty)
        {
            return false;
        }

        var day = ReadDay(dayText);
        var grams = ReadGrams(massText, mark);
        var category = CategoryOf(categoryText);
        LoadProblem? problem = no.IsEmpty || no.Length > 40 ? LoadProblem.NumberMissing
            : day is null ? LoadProblem.DayUnread
            : day.Value.Year != year ? LoadProblem.DayOutsideYear
            : day > today ? LoadProblem.DayInFuture
            : category is null ? LoadProblem.CategoryUnknown
            : grams is null ? LoadProblem.MassUnread
            : null;
        copy.StartRow();
        copy.Uuid(upload);
        copy.Int32(rows.RowNumber);
        copy.Text(no.Length > 40 ? Cut(no, 40) : no);
        if (day is { } known)
        {
            copy.Date(known);
        }
        else
        {
            copy.Null();
        }

        copy.TextOrNull(category);
        copy.Int64OrNull(grams);
        TextOrNull(copy, Cut(Cell(4), 40));
        TextOrNull(copy, Cut(Cell(5), 200));
        copy.TextOrNull(problem?.ToString());
        TextOrNull(copy, problem switch
        {
            LoadProblem.NumberMissing => Cut(no, 200),
            LoadProblem.DayUnread or LoadProblem.DayOutsideYear or LoadProblem.DayInFuture => Cut(dayText, 200),
            LoadProblem.CategoryUnknown => Cut(categoryText, 200),
            LoadProblem.MassUnread => Cut(massText, 200),
            _ => default,
        });
        return true;
    }

    private static void TextOrNull(CopyStream copy, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            copy.Null();
        }
        else
        {
            copy.Text(text);
        }
    }

    private static DateOnly? ReadDay(ReadOnlySpan<byte> cell)
    {
        Span<char> text = stackalloc char[32];
        return cell.Length <= 32 && DateInput.TryParse(text[..Encoding.UTF8.GetChars(cell, text)], DateOrder.DayFirst, out var day) == DateProblem.None ? day : null;
    }

    private static long? ReadGrams(ReadOnlySpan<byte> cell, DecimalMark mark)
    {
        Span<char> text = stackalloc char[64];
        return cell.Length <= 64 && NumberInput.TryParse(text[..Encoding.UTF8.GetChars(cell, text)], mark, out var kilograms) == NumberProblem.None
            && kilograms is > 0 and <= 1_000_000_000 && decimal.IsInteger(kilograms * 1000) ? decimal.ToInt64(kilograms * 1000) : null;
    }

    private static string? CategoryOf(ReadOnlySpan<byte> cell) =>
        cell.SequenceEqual("6"u8) ? "6" : cell.SequenceEqual("5"u8) ? "5" : cell.SequenceEqual("1"u8) ? "1" : cell.SequenceEqual("2"u8) ? "2" : cell.SequenceEqual("3"u8) ? "3"
        : cell.SequenceEqual("4a"u8) || cell.SequenceEqual("4A"u8) || cell.SequenceEqual("4а"u8) ? "4a" : cell.SequenceEqual("4b"u8) || cell.SequenceEqual("4B"u8) ? "4b" : null;

    /// <summary>Never in the middle of a character.</summary>
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        while (most > 0 && (text[most] & 0xC0) == 0x80)
        {
            most--;
        }

        return text[..most];
    }
}

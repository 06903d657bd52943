using System.Text;
using CsvHelper;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Reading;

/// <summary>The decimal mark of a text table's mass, battery and packaging numbers, as the first rows show it.</summary>
/// <remarks>
/// <c>1,234</c> alone could be either. A neighbour like <c>12,5</c> tells that the comma is the decimal mark here, and <c>1,240.5</c> that it groups.
/// Neighbours that contradict each other tell nothing: then <c>1,234</c> is refused. <c>default</c> knows nothing.
/// </remarks>
public readonly record struct DecimalMarks(DecimalMark Mass)
{
    public static DecimalMarks From(ReadOnlyMemory<byte> sample, char separator, TableHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        var (comma, point) = (false, false);
        using var rows = CsvReader.Create(sample, new CsvReaderOptions { Separator = separator, HasHeader = false, MaxRecordSize = TableLimits.RowBytes });
        Span<char> text = stackalloc char[64];
        while (rows.Read())
        {
            foreach (var column in (ReadOnlySpan<Column>)[Column.MassKg, Column.BatteryKg])
            {
                var field = header[column] < 0 ? default : rows.GetSpan(header[column]);
                if (field.Length is 0 or > 48)
                {
                    continue;
                }

                var number = text[..Encoding.UTF8.GetChars(field, text)];
                comma |= OnlyAs(number, DecimalMark.Comma, DecimalMark.Point);
                point |= OnlyAs(number, DecimalMark.Point, DecimalMark.Comma);
            }
        }

        return new DecimalMarks(comma == point ? DecimalMark.Unknown : comma ? DecimalMark.Comma : DecimalMark.Point);
    }

    /// <summary>The number is written so that it can be read only under this mark.</summary>
    private static bool OnlyAs(ReadOnlySpan<char> number, DecimalMark mark, DecimalMark other) => mark == DecimalMark.Comma
        ? NumberInput.TryParse(number, out _) == NumberProblem.PointAsGroup
            || (number.Contains(',') && !number.Contains('.') && NumberInput.TryParse(number, out _) == NumberProblem.None && NumberInput.TryParse(number, other, out _) != NumberProblem.None)
        : number.Contains(',') && NumberInput.TryParse(number, mark, out _) == NumberProblem.None && NumberInput.TryParse(number, other, out _) != NumberProblem.None;
}

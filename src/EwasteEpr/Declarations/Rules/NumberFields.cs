using System.Globalization;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Rules;

/// <summary>Numbers of a table, and what its rows teach about how they are written.</summary>
/// <remarks>
/// The first rows may leave open what a mark means. Then <c>1.240</c> is taken as a decimal, as everywhere; if a later row shows
/// that a point groups thousands in this table (<c>1.240,5</c>), what was read before may be a thousand times too small, and the
/// table is refused as a whole rather than believed.
/// </remarks>
internal sealed class NumberFields(DecimalMark mark)
{
    private DecimalMark known = mark;
    private int groupedLookRow;

    public TableProblem? Contradiction { get; private set; }

    /// <summary>A mass in kilograms with at most three decimals.</summary>
    public bool TryGrams(Line line, Column column, ReadOnlySpan<byte> field, out long grams)
    {
        if (FieldText.TryPlainThousandths(field, known, out grams, out var looksGrouped))
        {
            if (looksGrouped)
            {
                NoteLook(line.Row);
            }

            return true;
        }

        return TrySlowly(line, column, field, out grams);
    }

    /// <summary>A whole number of pieces.</summary>
    public bool TryUnits(Line line, ReadOnlySpan<byte> field, out long units)
    {
        if (AsciiDigits.TryParse(field, out var plain))
        {
            units = plain;
            return true;
        }

        units = 0;
        if (!TryNumber(line, Column.Units, field, out var number))
        {
            return false;
        }

        if (!decimal.IsInteger(number))
        {
            line.Add(ProblemCode.UnitsNotWhole, Column.Units);
            return false;
        }

        units = (long)Math.Clamp(number, -1, long.MaxValue);
        return true;
    }

    /// <summary>8.51713E+09: what a spreadsheet makes of a code.</summary>
    public bool IsExponent(ReadOnlySpan<byte> field) => FieldText.Number(field, known, out _) == NumberProblem.Exponent;

    private bool TrySlowly(Line line, Column column, ReadOnlySpan<byte> field, out long grams)
    {
        grams = 0;
        if (!TryNumber(line, column, field, out var number))
        {
            return false;
        }

        if (number is > 1_000_000_000_000m or < -1_000_000_000_000m)
        {
            line.Add(number > 0 ? ProblemCode.MassTooLarge : ProblemCode.MassNotPositive, column, "1000000");
            return false;
        }

        if (!decimal.IsInteger(number * 1000))
        {
            line.Add(ProblemCode.MassTooFine, column, decimal.Round(number, 3, MidpointRounding.AwayFromZero).ToString(CultureInfo.InvariantCulture));
            return false;
        }

        grams = (long)(number * 1000);
        return true;
    }

    private bool TryNumber(Line line, Column column, ReadOnlySpan<byte> field, out decimal number)
    {
        var problem = FieldText.Number(field, known, out number);
        if (problem == NumberProblem.None)
        {
            return true;
        }

        if (problem == NumberProblem.PointAsGroup && known == DecimalMark.Unknown)
        {
            known = DecimalMark.Comma;
            Contradiction = groupedLookRow == 0 ? null
                : new TableProblem(TableProblemCode.MixedDecimalMarks, line.Row, line.Text(column), groupedLookRow.ToString(CultureInfo.InvariantCulture));
        }

        line.Add(CodeOf(problem), column);
        return false;
    }

    private void NoteLook(int row)
    {
        if (groupedLookRow == 0 && known == DecimalMark.Unknown)
        {
            groupedLookRow = row;
        }
    }

    public static ProblemCode CodeOf(NumberProblem problem) => problem switch
    {
        NumberProblem.Ambiguous => ProblemCode.NumberAmbiguous,
        NumberProblem.Exponent => ProblemCode.NumberWithExponent,
        NumberProblem.BadGrouping => ProblemCode.NumberBadlyGrouped,
        NumberProblem.PointAsGroup => ProblemCode.PointGroupsThousands,
        NumberProblem.TooLong => ProblemCode.NumberTooLong,
        _ => ProblemCode.NotANumber,
    };
}

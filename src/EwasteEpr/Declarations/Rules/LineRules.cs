using System.Globalization;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Rules;

/// <summary>One row becomes one line: read, judged by the rules of domain.md section 6, priced.</summary>
/// <remarks>Not for several threads; makes nothing for a row that is as it should be.</remarks>
internal sealed class LineRules
{
    /// <summary>1 000 000 t in one line is a slip of the keyboard.</summary>
    internal const long MostGrams = 1_000_000_000_000;
    private const long MostUnits = 1_000_000_000;

    private readonly QuoteTerms terms;
    private readonly TableHeader header;
    private readonly NumberFields numbers;
    private readonly DateFields dates = new();
    private readonly LineWordsRules words;
    private readonly LinePricing pricing;
    private readonly bool hasWords;

    public LineRules(QuoteTerms terms, TableHeader header, DecimalMarks marks)
    {
        this.terms = terms;
        this.header = header;
        numbers = new NumberFields(marks.Mass);
        words = new LineWordsRules(numbers);
        pricing = new LinePricing(terms);
        hasWords = new[] { Column.Packaging, Column.Source, Column.Condition, Column.Origin, Column.DocumentNo, Column.Description }.Any(column => header[column] >= 0);
    }

    /// <summary>A row that proves earlier readings of this table wrong; see <see cref="NumberFields"/>.</summary>
    public TableProblem? Contradiction => numbers.Contradiction;

    /// <returns>False when the row is empty: then it is no line.</returns>
    public bool Read(IRowSource row, Line line)
    {
        var isLine = ReadRow(row, line);
        if (line.State != LineState.Accepted)
        {
            line.SortProblems();
        }

        return isLine;
    }

    private bool ReadRow(IRowSource row, Line line)
    {
        line.Start(row, header);
        if (IsEmpty(row))
        {
            return false;
        }

        if (row.HasBrokenQuotes)
        {
            line.Add(ProblemCode.QuotesBroken, null, FieldText.Shown(row.Raw));
            return true;
        }

        if (row.FieldCount > header.Names.Count && FirstBeyond(row) is { } beyond)
        {
            line.Add(ProblemCode.MoreFieldsThanHeader, null, beyond, $"{header.Names.Count}", $"{row.FieldCount}");
            return true;
        }

        var hasCode = ReadCodes(line);
        var day = ReadDate(line);
        var isZero = ReadNumbers(line);
        if (hasWords)
        {
            words.Read(line, row.Raw.Length);
        }

        if (isZero && line.State != LineState.Refused && line.PackagingItems.Count == 0)
        {
            line.Add(ProblemCode.AllZero, Column.MassKg);
            return true;
        }

        if (day is not null && hasCode)
        {
            pricing.Choose(line, day.Value);
        }

        pricing.Price(line);
        return true;
    }

    private bool ReadCodes(Line line)
    {
        var hs = line.Field(Column.HsCode);
        var key = line.Field(Column.UnuKey);
        if (hs.IsEmpty && key.IsEmpty)
        {
            line.Add(ProblemCode.NoCode, header[Column.HsCode] >= 0 ? Column.HsCode : Column.UnuKey);
            return false;
        }

        var isRead = true;
        if (!hs.IsEmpty && HsCode.TryParse(hs, out var code))
        {
            line.Hs = code;
        }
        else if (!hs.IsEmpty)
        {
            line.Add(numbers.IsExponent(hs) ? ProblemCode.HsSpoiled : ProblemCode.HsMalformed, Column.HsCode);
            isRead = false;
        }

        if (!key.IsEmpty && UnuKey.TryParse(key, out var given))
        {
            line.GivenKey = given;
        }
        else if (!key.IsEmpty)
        {
            line.Add(ProblemCode.KeyUnknown, Column.UnuKey);
            isRead = false;
        }

        return isRead;
    }

    /// <returns>The day of the obligation, or none when what is written is not one.</returns>
    private DateOnly? ReadDate(Line line)
    {
        var field = line.Field(Column.ObligationDate);
        if (!field.IsEmpty)
        {
            var problem = dates.Read(field, out var day);
            if (problem != DateProblem.None)
            {
                line.Add(problem is DateProblem.Ambiguous or DateProblem.MonthFirst ? ProblemCode.DateAmbiguous : ProblemCode.NotADate, Column.ObligationDate);
                return null;
            }

            line.ObligationDate = day;
            if (day > terms.Today)
            {
                line.Add(ProblemCode.DateInFuture, Column.ObligationDate, terms.Today.ToString("O", CultureInfo.InvariantCulture));
                return null;
            }
        }

        return terms.FixedDay ?? line.ObligationDate ?? terms.DefaultDay;
    }

    /// <returns>The row says zero everywhere: no mass, no pieces.</returns>
    private bool ReadNumbers(Line line)
    {
        var units = line.Field(Column.Units);
        if (!units.IsEmpty && numbers.TryUnits(line, units, out var count))
        {
            line.Units = count;
            if (count is < 0 or > MostUnits)
            {
                line.Add(ProblemCode.UnitsOutOfRange, Column.Units);
            }
        }

        var battery = line.Field(Column.BatteryKg);
        if (!battery.IsEmpty && numbers.TryGrams(line, Column.BatteryKg, battery, out var batteryGrams))
        {
            line.BatteryGrams = batteryGrams;
            if (batteryGrams < 0)
            {
                line.Add(ProblemCode.MassNotPositive, Column.BatteryKg);
            }
        }

        return ReadMass(line) && line.BatteryGrams == 0 && (units.IsEmpty || line.Units == 0);
    }

    /// <returns>The mass is written and it is zero.</returns>
    private bool ReadMass(Line line)
    {
        var mass = line.Field(Column.MassKg);
        if (mass.IsEmpty)
        {
            line.Add(ProblemCode.MassMissing, Column.MassKg);
            if (line.Units > 0)
            {
                line.Add(ProblemCode.UnitsWithoutMass, Column.Units);
            }

            return false;
        }

        if (!numbers.TryGrams(line, Column.MassKg, mass, out var grams))
        {
            return false;
        }

        line.MassGrams = grams;
        line.HasMass = grams > 0;
        if (grams < 0)
        {
            line.Add(ProblemCode.MassNotPositive, Column.MassKg);
        }
        else if (grams > MostGrams)
        {
            line.HasMass = false;
            line.Add(ProblemCode.MassTooLarge, Column.MassKg, "1000000");
        }
        else if (grams == 0 && line.Units > 0)
        {
            line.Add(ProblemCode.UnitsButZeroMass, Column.MassKg);
        }

        if (line.HasMass && line.BatteryGrams > grams)
        {
            line.Add(ProblemCode.BatteryOverMass, Column.BatteryKg, Kilograms(grams));
        }

        return grams == 0;
    }

    /// <summary>A row in which nothing is written is no line: spreadsheets are full of them.</summary>
    private bool IsEmpty(IRowSource row)
    {
        var mass = header[Column.MassKg];
        if (row.Field(mass).Length > 0)
        {
            return false;
        }

        for (var i = 0; i < row.FieldCount; i++)
        {
            if (!FieldText.Trim(row.Field(i)).IsEmpty)
            {
                return false;
            }
        }

        return true;
    }

    private string? FirstBeyond(IRowSource row)
    {
        for (var i = header.Names.Count; i < row.FieldCount; i++)
        {
            if (!FieldText.Trim(row.Field(i)).IsEmpty)
            {
                return FieldText.Shown(row.Field(i));
            }
        }

        return null;
    }

    private static string Kilograms(long grams) => (grams / 1000m).ToString(CultureInfo.InvariantCulture);
}

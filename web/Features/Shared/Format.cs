using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Shared;

/// <summary>Numbers, money, mass and time as the reader's language writes them. In views: <c>@F.Money(total)</c>.</summary>
/// <remarks>
/// Own rules instead of the machine's: kk and ru <c>1 240,5</c>, en <c>1,240.5</c>, no-break spaces in groups and before units,
/// a real minus, one time zone. The same figure must look the same on every machine, in a page and in a printed paper.
/// </remarks>
public sealed class Format
{
    private const char Nbsp = '\u00A0';

    private static readonly NumberFormatInfo Eastern = Numbers(",", Nbsp.ToString());
    private static readonly NumberFormatInfo English = Numbers(".", ",");

    private static readonly Dictionary<string, Format> All = Culture.Codes.ToDictionary(code => code, code => new Format(code), StringComparer.Ordinal);

    private readonly string code;
    private readonly NumberFormatInfo numbers;
    private readonly DateWords dates;

    private Format(string code)
    {
        this.code = code;
        numbers = code == "en" ? English : Eastern;
        dates = DateWords.Of(code);
    }

    public static Format Current => All[Culture.CurrentCode];

    /// <summary>For papers with two languages side by side.</summary>
    public static Format In(string code) => All[code];

    public string Number(long value) => value.ToString("N0", numbers);

    /// <summary>Rounds half away from zero to the decimals asked for.</summary>
    public string Number(decimal value, int decimals) => Rounded(value, decimals).ToString("N" + decimals, numbers);

    /// <summary>As many decimals as the value has, none for show: coefficients, typed values.</summary>
    public string Exact(decimal value)
    {
        var decimals = (value / 1.000000000000000000000000000m).Scale;
        return value.ToString("N" + decimals, numbers);
    }

    /// <summary>For a field: no groups, and where the language's comma would have two readings (999,125), a point.</summary>
    public string Editable(decimal value)
    {
        var text = Exact(value).Replace(numbers.NumberGroupSeparator, "", StringComparison.Ordinal);
        return NumberInput.TryParse(text, out _) == NumberProblem.Ambiguous ? text.Replace(',', '.') : text;
    }

    public string Money(Money amount) => Number(amount.Amount, 2) + Nbsp + Sign(amount);

    /// <summary>Vouchers are whole tenge: <c>2 000 ₸</c>.</summary>
    public string WholeTenge(Money amount) => decimal.IsInteger(amount.Amount) ? Number(amount.Amount, 0) + Nbsp + Sign(amount) : Money(amount);

    /// <summary>Without the sign, for columns whose head has it.</summary>
    public string MoneyBare(Money amount) => Number(amount.Amount, 2);

    /// <summary>Vouchers are whole tenge; an amount with tiyn is still shown whole and true.</summary>
    public string MoneyShort(Money amount) => Number(amount.Amount, decimal.IsInteger(amount.Amount) ? 0 : 2) + Nbsp + Sign(amount);

    public string MoneyMillions(Money amount) => Number(amount.Amount / 1_000_000m, 1) + Nbsp + (code == "en" ? "million" : "млн") + Nbsp + Sign(amount);

    /// <summary>Batches and scales: <c>1 006,200 кг</c>.</summary>
    public string Kilograms(Weight mass) => KilogramsBare(mass) + Nbsp + Unit("kg");

    public string KilogramsBare(Weight mass) => Number(mass.Kilograms, 3);

    /// <summary>Reconciliation: <c>11 842,6 т</c>.</summary>
    public string Tonnes(Weight mass) => TonnesBare(mass) + Nbsp + Unit("t");

    public string TonnesBare(Weight mass) => Number(mass.Tonnes, 1);

    public string Grams(Weight mass) => Number(mass.Grams) + Nbsp + Unit("g");

    /// <summary>For citizens: grams below a kilogram, then kilograms with one decimal at most.</summary>
    public string Mass(Weight mass) =>
        Math.Abs(mass.Grams) < 1000
            ? Grams(mass)
            : Rounded(mass.Kilograms, 1) is var kilograms && decimal.IsInteger(kilograms)
                ? Number(kilograms, 0) + Nbsp + Unit("kg")
                : Number(kilograms, 1) + Nbsp + Unit("kg");

    /// <param name="share">0.461 is 46.1 %.</param>
    /// <param name="decimals">One, unless the page has a reason.</param>
    public string Percent(decimal share, int decimals = 1) => Number(share * 100, decimals) + Nbsp + '%';

    /// <summary>2026 жылғы 17 қараша; 17 ноября 2026 года; 17 November 2026.</summary>
    public string Date(DateOnly day) => dates.Long(day);

    /// <summary>17 қараша; 17 ноября; 17 November.</summary>
    public string DayMonth(DateOnly day) => dates.DayMonth(day);

    /// <summary>For tables: 17.11.2026, in English 17 Nov 2026, because 10/11 means two days.</summary>
    public string DateShort(DateOnly day) => dates.Short(day);

    public string Date(DateTimeOffset instant) => Date(BusinessTime.DayOf(instant));

    /// <summary>Clock of Almaty and Astana.</summary>
    public string Time(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, BusinessTime.Zone).ToString("HH:mm", CultureInfo.InvariantCulture);

    public string DateTime(DateTimeOffset instant) => Date(instant) + ", " + Time(instant);

    /// <summary>7KQ4 M2XD 9V4.</summary>
    public static string Code(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return string.Join(Nbsp, code.Chunk(4).Select(part => new string(part)));
    }

    /// <summary>8517 13 000 0: four, two, three, one.</summary>
    public static string Hs(string digits)
    {
        ArgumentNullException.ThrowIfNull(digits);
        int[] cuts = [0, 4, 6, 9, 10];
        return string.Join(Nbsp, cuts.Zip(cuts.Skip(1)).Where(cut => cut.First < digits.Length).Select(cut => digits[cut.First..Math.Min(cut.Second, digits.Length)]));
    }

    /// <summary>a, b and c.</summary>
    public string Join(IReadOnlyList<string> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var and = code switch { "kk" => " және ", "ru" => " и ", _ => " and " };
        return items.Count < 2 ? string.Concat(items) : string.Join(", ", items.SkipLast(1)) + and + items[^1];
    }

    /// <param name="unit">g, kg or t.</param>
    public string Unit(string unit) => code == "en" ? unit : unit switch { "g" => "г", "kg" => "кг", "t" => "т", _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Not a unit of mass.") };

    /// <summary>Half away from zero, and never a minus before a zero.</summary>
    private static decimal Rounded(decimal value, int decimals) => decimal.Round(value, decimals, MidpointRounding.AwayFromZero) + 0m is var rounded && rounded == 0 ? 0 : rounded;

    private static string Sign(Money amount) => amount.Currency == Currency.Kzt ? "₸" : throw new InvalidOperationException($"No sign for {amount.Currency}.");

    private static NumberFormatInfo Numbers(string point, string group) => new()
    {
        NumberDecimalSeparator = point,
        NumberGroupSeparator = group,
        NegativeSign = "\u2212",
        NumberNegativePattern = 1,
    };
}

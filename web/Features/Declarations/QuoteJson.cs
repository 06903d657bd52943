using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>A quote as the command line and the API write it: mass in kilograms with three decimals, fee in tenge with two, as text, because JSON numbers are doubles to most readers.</summary>
public sealed class QuoteJson(ProblemSentences sentences)
{
    /// <summary>For answers and files, never inside a page: letters stay letters.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = false };

    /// <param name="json">Where to.</param>
    /// <param name="named">The methodology that was asked for, or none.</param>
    /// <param name="outcome">The quote; an unreadable table has no lines and one problem.</param>
    /// <param name="more">Writes further properties.</param>
    public void Write(Utf8JsonWriter json, string? named, QuoteOutcome outcome, Action<Utf8JsonWriter>? more = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        if (outcome is QuoteOutcome.Quoted quote)
        {
            WriteQuote(json, named, quote);
        }
        else if (outcome is QuoteOutcome.Unreadable { Problem: var problem })
        {
            WriteNothing(json, named, problem);
        }

        more?.Invoke(json);
        json.WriteEndObject();
        json.Flush();
    }

    private void WriteQuote(Utf8JsonWriter json, string? named, QuoteOutcome.Quoted quote)
    {
        var totals = quote.Totals;
        WriteHead(json, named ?? (quote.Methodologies.Count == 1 ? quote.Methodologies[0].Code : null), quote.MciValues, totals);
        json.WriteStartArray("by_category");
        foreach (var (category, sum) in totals.ByCategory)
        {
            WriteSum(json, "category", EquipmentCategories.Code(category), sum);
        }

        json.WriteEndArray();
        json.WriteStartArray("by_packaging");
        foreach (var (kind, sum) in totals.ByPackaging)
        {
            WriteSum(json, "kind", kind.ToString().ToLowerInvariant(), sum);
        }

        json.WriteEndArray();
        WriteProblems(json, "problems", quote.Problems, Severity.Error);
        WriteProblems(json, "warnings", quote.Problems, Severity.Warning);
        json.WriteStartArray("notes");
        foreach (var note in sentences.Notes(quote))
        {
            json.WriteStringValue(note);
        }

        json.WriteEndArray();
    }

    private void WriteNothing(Utf8JsonWriter json, string? named, TableProblem problem)
    {
        WriteHead(json, named, [], new QuoteTotals());
        json.WriteStartArray("by_category");
        json.WriteEndArray();
        json.WriteStartArray("by_packaging");
        json.WriteEndArray();
        json.WriteStartArray("problems");
        json.WriteStartObject();
        json.WriteNumber("row", problem.Row);
        json.WriteString("code", problem.PublicCode);
        json.WriteString("column", "");
        json.WriteString("value", problem.Value);
        json.WriteString("message", sentences.Of(problem));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("warnings");
        json.WriteEndArray();
        json.WriteStartArray("notes");
        json.WriteEndArray();
    }

    private static void WriteHead(Utf8JsonWriter json, string? methodology, IReadOnlyList<MciValue> mci, QuoteTotals totals)
    {
        json.WriteString("methodology", methodology);
        if (mci.Count == 1)
        {
            json.WriteNumber("mci", Plain(mci[0].ValueKzt));
        }
        else
        {
            json.WriteNull("mci");
        }

        json.WriteStartArray("mci_values");
        foreach (var value in mci)
        {
            json.WriteNumberValue(Plain(value.ValueKzt));
        }

        json.WriteEndArray();
        json.WriteNumber("lines", totals.Lines);
        json.WriteNumber("priced", totals.Priced);
        json.WriteNumber("refused", totals.Refused);
        json.WriteString("mass_kg", Decimals(totals.MassGrams, 3));
        json.WriteString("fee_kzt", Decimals(totals.FeeTiyn, 2));
    }

    private void WriteProblems(Utf8JsonWriter json, string name, ProblemSpool problems, Severity severity)
    {
        json.WriteStartArray(name);
        foreach (var problem in problems.Read())
        {
            if (problem.Severity == severity)
            {
                json.WriteStartObject();
                json.WriteNumber("row", problem.Row);
                json.WriteString("code", problem.PublicCode);
                json.WriteString("column", problem.Column is { } column ? Columns.Code(column) : "");
                json.WriteString("value", problem.Value);
                json.WriteString("message", sentences.Of(problem));
                json.WriteEndObject();
                if (json.BytesPending > 64 * 1024)
                {
                    json.Flush();
                }
            }
        }

        json.WriteEndArray();
    }

    private static void WriteSum(Utf8JsonWriter json, string name, string value, Sum sum)
    {
        json.WriteStartObject();
        json.WriteString(name, value);
        json.WriteNumber("lines", sum.Lines);
        json.WriteString("mass_kg", Decimals(sum.MassGrams, 3));
        json.WriteString("fee_kzt", Decimals(sum.FeeTiyn, 2));
        json.WriteEndObject();
    }

    /// <summary>A whole number of the smallest unit with a point in its place: exact however large.</summary>
    public static string Decimals(Int128 units, int decimals)
    {
        var digits = units.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        return digits[..^decimals] + "." + digits[^decimals..];
    }

    /// <summary>2405, not 2405.00.</summary>
    internal static decimal Plain(decimal value) => value / 1.000000000000000000000000000m;
}

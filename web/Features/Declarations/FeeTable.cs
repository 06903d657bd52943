using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>A quote for people at a terminal.</summary>
public sealed class FeeTable(string language, ProblemSentences sentences)
{
    private const int MostProblems = 50;

    private readonly Format format = Format.In(language);
    private readonly CalculatorWords words = new(language);

    public async Task WriteAsync(TextWriter text, QuoteOutcome.Quoted quote)
    {
        ArgumentNullException.ThrowIfNull(quote);
        var totals = quote.Totals;
        List<string[]> rows = [[words["Cli.Category"], words["Cli.Lines"], words["Cli.Mass"], words["Cli.Fee"]]];
        rows.AddRange(totals.ByCategory.Select(part => Row(EquipmentCategories.Code(part.Category), part.Sum.Lines, part.Sum.MassGrams, part.Sum.FeeTiyn)));
        rows.AddRange(totals.ByPackaging.Select(part => Row(words["Packaging." + part.Kind], part.Sum.Lines, part.Sum.MassGrams, part.Sum.FeeTiyn)));
        rows.Add(Row(words["Cli.Total"], totals.Priced, totals.MassGrams, totals.FeeTiyn));
        var widths = Enumerable.Range(0, 4).Select(i => rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in rows)
        {
            await text.WriteLineAsync(row[0].PadRight(widths[0]) + "  " + string.Join("  ", row.Skip(1).Select((cell, i) => cell.PadLeft(widths[i + 1]))));
        }

        await text.WriteLineAsync();
        await text.WriteLineAsync(string.Format(Culture.Format(language), words["Cli.Counts"], format.Number(totals.Lines), format.Number(totals.Priced), format.Number(totals.Refused), format.Number(totals.Warned)));
        foreach (var problem in quote.Problems.Read().OrderBy(problem => problem.Severity).Take(MostProblems))
        {
            await text.WriteLineAsync($"{problem.Row,7}  {problem.PublicCode,-10}  {sentences.Of(problem)}");
        }

        if (quote.Problems.Count > MostProblems)
        {
            await text.WriteLineAsync(string.Format(Culture.Format(language), words["Cli.More"], format.Number(quote.Problems.Count - MostProblems)));
        }
    }

    private string[] Row(string name, long lines, Int128 grams, Int128 tiyn) =>
        [name, format.Number(lines), format.Number((decimal)grams / 1000m, 3), format.Number((decimal)tiyn / 100m, 2)];
}

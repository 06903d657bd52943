using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Features.Shared.Charts;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>The mass flow of the country: what lay there at the beginning and what was collected, where it lies now and what it became.</summary>
public static class MatrixFlow
{
    private static readonly Measure[] Middle = [Measure.AtRecyclers, Measure.InBatches, Measure.FractionsInStock, Measure.InTransit, Measure.AtPoints, Measure.WeighingDifference];

    /// <returns>None where there is nothing to draw, or where a difference is negative: a width cannot show that, the table does.</returns>
    public static FlowChart? Of(MatrixView view, IStringLocalizer<ReconciliationText> text, IStringLocalizer<SharedText> shared, Format format)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(shared);
        ArgumentNullException.ThrowIfNull(format);
        if (view.At.Region is not null || view.IsByRegion || view.Lines.Count == 0)
        {
            return null;
        }

        var lines = view.Lines;
        long Came(MatrixLine line) => Grams(line, Measure.Collected) + Grams(line, Measure.OpeningStock) + Measures.Stocks.Sum(stock => Before(line, stock));
        FlowNode Node(string name, Func<MatrixLine, long> grams) =>
            new(name, lines.Sum(line => Tonnes(grams(line))), format.Number(lines.Sum(line => Tonnes(grams(line))), 1), [.. lines.Select(line => Tonnes(grams(line)))]);
        var places = new List<FlowNode> { Node(text["M.Treated"], line => line.Treated.Amount ?? 0) };
        places.AddRange(Middle.Select(measure => Node(text["M." + measure], line => Grams(line, measure))));
        List<FlowNode> results = [.. Measures.Results.Select(measure => Node(text["M." + measure], line => Grams(line, measure)))];
        if (places.Concat(results).Any(node => node.Parts.Any(part => part < 0)) || lines.Sum(Came) <= 0)
        {
            return null;
        }

        var treatedShare = lines.Sum(line => line.Treated.Amount ?? 0) / (decimal)lines.Sum(Came);
        return new FlowChart
        {
            Id = "flow",
            Title = text["Flow.Title", format.Percent(treatedShare), view.At.Year],
            ValueHead = format.Unit("t"),
            SourcesHead = text["Flow.Head"],
            Sources = [.. lines.Select(line => new FlowSource(line.Key, shared["Category." + line.Key], Tonnes(Came(line)), format.Number(Tonnes(Came(line)), 1), IsMissing(line)))],
            Places = [.. places.Where((node, place) => place == 0 || node.Value > 0)],
            Results = results,
            ResultsOf = 0,
        };
    }

    /// <summary>What was imported has no way through the ledger: it says how much, and nothing of where it went.</summary>
    private static bool IsMissing(MatrixLine line) => line.Of(Measure.Collected).Basis != FigureBasis.Recorded;

    private static long Grams(MatrixLine line, Measure measure) => line.Of(measure) is { Basis: FigureBasis.Recorded, Amount: { } amount } ? amount : 0;

    /// <summary>What lay there when the period began: the end less what moved in it.</summary>
    private static long Before(MatrixLine line, Measure stock) =>
        line.Set.Of(stock, line.At.Category, line.At.Quarter > 1 ? line.At with { Quarter = line.At.Quarter - 1 } : line.At.SameOfLastYear() with { Quarter = 0 }).Amount ?? 0;

    private static decimal Tonnes(long grams) => grams / 1_000_000m;
}

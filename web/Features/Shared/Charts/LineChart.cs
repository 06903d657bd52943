using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Shared.Charts;

/// <summary>One to three lines over the same periods, told apart by dash and by a label at the end. The axis begins at 0; a gap in the data is a gap in the line.</summary>
public sealed record LineChart : Chart
{
    private const int PlotTop = 14;
    private const int PlotBottom = 150;
    private const int PlotRight = 270;

    private static readonly string?[] Dashes = [null, "6 4", "2 3"];

    /// <summary>The periods, as the axis writes them.</summary>
    public required IReadOnlyList<string> Periods { get; init; }

    public required IReadOnlyList<Line> Lines { get; init; }

    protected override int Height => 178;

    protected override void Check()
    {
        if (Lines.Count is < 1 or > 3)
        {
            throw new InvalidOperationException($"{Lines.Count} lines cannot be told apart: one to three.");
        }

        foreach (var line in Lines)
        {
            if (line.Points.Count != Periods.Count)
            {
                throw new InvalidOperationException($"\"{line.Name}\" has {line.Points.Count} points for {Periods.Count} periods.");
            }

            foreach (var point in line.Points.OfType<LinePoint>())
            {
                CheckPart(line.Name, point.Value, category: null);
            }
        }
    }

    protected override IEnumerable<IHtmlContent> Draw(IStringLocalizer<SharedText> text, Format format)
    {
        yield return new Element("path", "m-quiet").Set("d", $"M0 {PlotBottom}h{PlotRight}").Set("stroke-width", "1");
        var largest = Lines.SelectMany(line => line.Points).OfType<LinePoint>().Select(point => point.Value).DefaultIfEmpty().Max();
        var labels = new List<decimal>();
        for (var i = 0; i < Lines.Count; i++)
        {
            foreach (var run in Runs(Lines[i].Points))
            {
                yield return Stroke(run, largest, Dashes[i]);
            }

            if (Last(Lines[i].Points) is var last && last >= 0)
            {
                var y = Free(Y(Lines[i].Points[last]!.Value, largest), labels);
                yield return Words(PlotRight + 8, y + 4, Lines[i].Points[last]!.Text, "v");
                yield return Words(PlotRight + 8, y + 18, Lines[i].Name, "s");
            }
        }

        yield return Words(0, PlotBottom + 20, Periods[0], "s");
        if (Periods.Count > 1)
        {
            yield return Words(PlotRight, PlotBottom + 20, Periods[^1], "s").Set("text-anchor", "end");
        }
    }

    protected override IEnumerable<IHtmlContent> Table(IStringLocalizer<SharedText> text, Format format)
    {
        ArgumentNullException.ThrowIfNull(text);
        yield return Head(text, [.. Lines.Select(line => Lines.Count == 1 ? ValueHead : $"{line.Name}, {ValueHead}")]);
        yield return new Element("tbody").Add(Periods.Select((period, index) => Row(new HtmlContentBuilder().Append(period), [.. Lines.Select(line => line.Points[index]?.Text ?? text["Missing"].Value)])));
    }

    private Element Stroke(List<(int Index, LinePoint Point)> run, decimal largest, string? dash) => run.Count == 1
        ? new Element("circle", "m-dot").Set("cx", N(X(run[0].Index))).Set("cy", N(Y(run[0].Point.Value, largest))).Set("r", "2.5")
        : new Element("polyline", "m-line-stroke").Set("points", string.Join(' ', run.Select(one => $"{N(X(one.Index))},{N(Y(one.Point.Value, largest))}")))
            .Set("stroke-dasharray", dash).Set("vector-effect", "non-scaling-stroke");

    private decimal X(int index) => Periods.Count == 1 ? PlotRight / 2m : (decimal)PlotRight * index / (Periods.Count - 1);

    private static decimal Y(decimal value, decimal largest) => largest == 0 ? PlotBottom : PlotBottom - ((PlotBottom - PlotTop) * value / largest);

    /// <summary>Labels at the ends keep 30 units apart.</summary>
    private static decimal Free(decimal wanted, List<decimal> taken)
    {
        var y = Math.Min(wanted, PlotBottom - 18);
        while (taken.Exists(other => Math.Abs(other - y) < 30))
        {
            y = y > 30 ? y - 30 : taken.Max() + 30;
        }

        taken.Add(y);
        return y;
    }

    private static int Last(IReadOnlyList<LinePoint?> points)
    {
        for (var i = points.Count - 1; i >= 0; i--)
        {
            if (points[i] is not null)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The stretches without a gap.</summary>
    private static IEnumerable<List<(int Index, LinePoint Point)>> Runs(IReadOnlyList<LinePoint?> points)
    {
        var run = new List<(int, LinePoint)>();
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i] is { } point)
            {
                run.Add((i, point));
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }
}

/// <param name="Points">One for each period; none where there are no data.</param>
public sealed record Line(string Name, IReadOnlyList<LinePoint?> Points);

public sealed record LinePoint(decimal Value, string Text);

using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Shared.Charts;

/// <summary>Mass in three columns of nodes, joined by ribbons in the colours of the categories; one scale for all. What flows in flows out, or nothing is drawn.</summary>
public sealed record FlowChart : Chart
{
    private const int Top = 34;
    private const int Gap = 16;
    private const int NodeWidth = 12;
    private const decimal LeastRibbon = 0.5m;

    private static readonly int[] Columns = [310, 650, 960];

    /// <summary>Where each category comes in, on the left, in the order of the categories.</summary>
    public required IReadOnlyList<FlowSource> Sources { get; init; }

    /// <summary>The middle column; what has results of its own goes on to the right.</summary>
    public required IReadOnlyList<FlowNode> Places { get; init; }

    /// <summary>What became of the mass of one place, on the right.</summary>
    public required IReadOnlyList<FlowNode> Results { get; init; }

    /// <summary>Which of the places the results come from.</summary>
    public required int ResultsOf { get; init; }

    public required string SourcesHead { get; init; }

    protected override int DrawnWidth => 1232;

    protected override int Height => (int)Math.Ceiling(Math.Max(Bottom(Sources.Select(source => Math.Max(0, source.Value))), Math.Max(Bottom(Places.Select(place => place.Value)), Bottom(Results.Select(result => result.Value)))) + 24);

    private decimal Scale => 330m / Math.Max(1, Sources.Sum(source => Math.Max(0, source.Value)));

    protected override void Check()
    {
        for (var i = 0; i < Sources.Count; i++)
        {
            var source = Sources[i];
            CheckPart(source.Name, source.Value, source.Category);
            var at = i;
            CheckSum(source.Name, Places.Sum(place => place.Parts[at]), source.Value);
            CheckSum(source.Name, Results.Sum(result => result.Parts[at]), Places[ResultsOf].Parts[at]);
        }

        foreach (var node in Places.Concat(Results))
        {
            CheckSum(node.Name, node.Parts.Sum(), node.Value);
            foreach (var part in node.Parts)
            {
                CheckPart(node.Name, part, category: null);
            }
        }
    }

    protected override IEnumerable<IHtmlContent> Draw(IStringLocalizer<SharedText> text, Format format)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (left, middle, right) = (Tops(Sources.Select(source => source.Value)), Tops(Places.Select(place => place.Value)), Tops(Results.Select(result => result.Value)));
        foreach (var ribbon in Ribbons(left, middle).Concat(RibbonsOfResults(middle, right)))
        {
            yield return ribbon;
        }

        yield return Words(Columns[0] + NodeWidth, Top - 12, SourcesHead).Set("text-anchor", "end");
        for (var i = 0; i < Sources.Count; i++)
        {
            var source = Sources[i];
            yield return source.IsMissing
                ? Rect(Columns[0], left[i], NodeWidth, 14).Class("m-missing-node")
                : Rect(Columns[0], left[i], NodeWidth, Drawn(source.Value)).Class("m-fill").Class("m-cat-" + source.Category);
            yield return Words(Columns[0] - 12, left[i] + (Drawn(source.Value) / 2) + 5, $"{source.Category} {source.Name}  {(source.IsMissing ? text["Missing"].Value : source.Text)}", source.IsMissing ? "s" : null).Set("text-anchor", "end");
        }

        foreach (var (nodes, tops, x) in new[] { (Places, middle, Columns[1]), (Results, right, Columns[2]) })
        {
            for (var i = 0; i < nodes.Count; i++)
            {
                yield return Rect(x, tops[i], NodeWidth, Drawn(nodes[i].Value)).Class("m-tick");
                yield return Words(x + NodeWidth + 10, tops[i] + (Drawn(nodes[i].Value) / 2) + 5, $"{nodes[i].Name}  {nodes[i].Text}");
            }
        }
    }

    protected override IEnumerable<IHtmlContent> Table(IStringLocalizer<SharedText> text, Format format)
    {
        ArgumentNullException.ThrowIfNull(text);
        yield return Head(text, ValueHead);
        yield return new Element("tbody")
            .Add(Sources.Select(source => Row(Name(source.Name, source.Category), source.IsMissing ? text["Missing"].Value : source.Text)))
            .Add(Places.Select(place => Row(new HtmlContentBuilder().Append(place.Name), place.Text)))
            .Add(Results.Select(result => Row(new HtmlContentBuilder().Append(result.Name), result.Text)));
    }

    private decimal Drawn(decimal value) => Math.Max(LeastRibbon, value * Scale);

    private decimal Bottom(IEnumerable<decimal> values) => values.Aggregate((decimal)Top, (y, value) => y + Math.Max(14, Drawn(value)) + Gap);

    private decimal[] Tops(IEnumerable<decimal> values)
    {
        var y = (decimal)Top;
        return [.. values.Select(value =>
        {
            var top = y;
            y += Math.Max(14, Drawn(value)) + Gap;
            return top;
        })];
    }

    private IEnumerable<IHtmlContent> Ribbons(decimal[] left, decimal[] middle)
    {
        var (from, to) = ((decimal[])left.Clone(), (decimal[])middle.Clone());
        for (var place = 0; place < Places.Count; place++)
        {
            for (var i = 0; i < Sources.Count; i++)
            {
                if (Places[place].Parts[i] > 0)
                {
                    yield return Ribbon(Columns[0] + NodeWidth, from[i], Columns[1], to[place], Drawn(Places[place].Parts[i]), Sources[i].Category);
                    from[i] += Places[place].Parts[i] * Scale;
                    to[place] += Places[place].Parts[i] * Scale;
                }
            }
        }
    }

    private IEnumerable<IHtmlContent> RibbonsOfResults(decimal[] middle, decimal[] right)
    {
        var (from, to) = (middle[ResultsOf], (decimal[])right.Clone());
        for (var result = 0; result < Results.Count; result++)
        {
            for (var i = 0; i < Sources.Count; i++)
            {
                if (Results[result].Parts[i] > 0)
                {
                    yield return Ribbon(Columns[1] + NodeWidth, from, Columns[2], to[result], Drawn(Results[result].Parts[i]), Sources[i].Category);
                    from += Results[result].Parts[i] * Scale;
                    to[result] += Results[result].Parts[i] * Scale;
                }
            }
        }
    }

    /// <summary>Two cubic curves with the control points half way.</summary>
    private static Element Ribbon(decimal x1, decimal y1, decimal x2, decimal y2, decimal height, string category)
    {
        var half = (x1 + x2) / 2;
        return new Element("path", "m-ribbon").Class("m-cat-" + category).Set(
            "d", $"M{N(x1)} {N(y1)}C{N(half)} {N(y1)} {N(half)} {N(y2)} {N(x2)} {N(y2)}V{N(y2 + height)}C{N(half)} {N(y2 + height)} {N(half)} {N(y1 + height)} {N(x1)} {N(y1 + height)}Z");
    }
}

/// <param name="IsMissing">Nothing is known: a dashed empty node with the word, never a thin line.</param>
public sealed record FlowSource(string Category, string Name, decimal Value, string Text, bool IsMissing = false);

/// <param name="Parts">By category, in the order of the sources.</param>
public sealed record FlowNode(string Name, decimal Value, string Text, IReadOnlyList<decimal> Parts);

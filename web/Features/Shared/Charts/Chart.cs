using System.Globalization;
using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Shared.Charts;

/// <summary>A figure drawn by the server: the title states the finding, the same data stand in a table and, where there is one, in a CSV.</summary>
/// <remarks>
/// The drawing is 360 units wide, the width of a phone, so that its text stays readable there; wider pages enlarge it to 480 px at most.
/// Sums are asserted before anything is drawn: a chart that lies is a bug, not a picture.
/// </remarks>
public abstract record Chart
{
    protected const int Width = 360;

    /// <summary>Tells figures of one page apart.</summary>
    public required string Id { get; init; }

    /// <summary>The finding, as a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>What is counted, with its unit: head of the number column.</summary>
    public required string ValueHead { get; init; }

    /// <summary>What the rows are: head of the name column.</summary>
    public string? NameHead { get; init; }

    public string? CsvHref { get; init; }

    public IHtmlContent Render(IStringLocalizer<SharedText> text, Format format)
    {
        ArgumentNullException.ThrowIfNull(text);
        Check();
        var table = new Element("table", "m-t").Set("id", Id + "-data").Add(Table(text, format));
        var drawing = new Element("svg").Set("viewBox", $"0 0 {DrawnWidth} {Height}").Set("role", "img").Set("aria-label", $"{Title}. {text["Chart.Table"]}")
            .Add(new Element("g").Set("aria-hidden", "true").Add(Draw(text, format)));
        return new Element("figure", DrawnWidth == Width ? "m-fig" : "m-fig m-fig--wide").Set("id", Id)
            .Add(new Element("figcaption").Set("id", Id + "-title").Text(Title))
            .Add(DrawnWidth == Width ? drawing : new Element("div", "m-tw").Set("tabindex", "0").Set("role", "region").Set("aria-labelledby", Id + "-title").Add(drawing))
            .Add(IsTableALegend ? table : new Element("details", "m-details").Add(new Element("summary").Text(text["Chart.Table"])).Add(table))
            .Add(CsvHref is null ? null : new Element("p", "m-links").Add(new Element("a").Set("href", CsvHref).Text(text["Chart.Download"])));
    }

    protected abstract int Height { get; }

    /// <summary>Wider than a phone only for what a phone can scroll sideways.</summary>
    protected virtual int DrawnWidth => Width;

    /// <summary>The table names the colours, so it must be seen.</summary>
    protected virtual bool IsTableALegend => false;

    /// <exception cref="InvalidOperationException">The data contradict themselves.</exception>
    protected abstract void Check();

    protected abstract IEnumerable<IHtmlContent> Draw(IStringLocalizer<SharedText> text, Format format);

    protected abstract IEnumerable<IHtmlContent> Table(IStringLocalizer<SharedText> text, Format format);

    protected static string N(decimal value) => decimal.Round(value, 2, MidpointRounding.AwayFromZero).ToString("0.##", CultureInfo.InvariantCulture);

    protected static Element Rect(decimal x, decimal y, decimal width, decimal height) =>
        new Element("rect").Set("x", N(x)).Set("y", N(y)).Set("width", N(width)).Set("height", N(height));

    protected static Element Words(decimal x, decimal y, string words, string? classes = null) =>
        new Element("text", classes).Set("x", N(x)).Set("y", N(y)).Text(words);

    protected static Element WordsToTheRight(decimal y, string words) => Words(Width, y, words, "v").Set("text-anchor", "end");

    protected Element Head(IStringLocalizer<SharedText> text, params string[] columns) =>
        new Element("thead").Add(new Element("tr")
            .Add(new Element("th").Set("scope", "col").Text(NameHead ?? text["Chart.Name"]))
            .Add(columns.Select(column => new Element("th", "r").Set("scope", "col").Text(column))));

    protected static Element Row(IHtmlContent name, params string[] values) =>
        new Element("tr").Add(new Element("th").Set("scope", "row").Add(name)).Add(values.Select(value => new Element("td", "r").Text(value)));

    protected static IHtmlContent Name(string name, string? category) => category is null
        ? new HtmlContentBuilder().Append(name)
        : new Element("span", "m-chip m-cat-" + category).Add(new Element("i").Text(category)).Add(new Element("b").Text(name));

    /// <exception cref="InvalidOperationException">Negative, or no such category.</exception>
    protected static void CheckPart(string name, decimal value, string? category)
    {
        if (value < 0)
        {
            throw new InvalidOperationException($"\"{name}\" is negative: a length cannot show that.");
        }

        if (category is not null && !Categories.All.Contains(category, StringComparer.Ordinal))
        {
            throw new InvalidOperationException($"\"{category}\" is not a category.");
        }
    }

    protected static void CheckSum(string what, decimal sum, decimal stated)
    {
        if (sum != stated)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{what}: the parts are {sum} and the total says {stated}."));
        }
    }
}

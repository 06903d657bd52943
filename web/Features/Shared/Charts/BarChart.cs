using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Shared.Charts;

/// <summary>One bar a row, name above it, value beside it; the longest fills the width.</summary>
public sealed record BarChart : Chart
{
    private const int RowHeight = 44;
    private const int BarWidth = 262;

    public required IReadOnlyList<Bar> Rows { get; init; }

    /// <summary>Where the page states a total, the bars must add up to it.</summary>
    public Total? Total { get; init; }

    protected override int Height => Rows.Count * RowHeight;

    protected override void Check()
    {
        foreach (var row in Rows)
        {
            CheckPart(row.Name, row.Value, row.Category);
        }

        if (Total is { } total)
        {
            CheckSum(Title, Rows.Sum(row => row.Value), total.Value);
        }
    }

    protected override IEnumerable<IHtmlContent> Draw(IStringLocalizer<SharedText> text, Format format)
    {
        var largest = Rows.Select(row => row.Value).DefaultIfEmpty().Max();
        for (var i = 0; i < Rows.Count; i++)
        {
            var row = Rows[i];
            var top = i * RowHeight;
            yield return Words(0, top + 15, row.Category is null ? row.Name : $"{row.Category}  {row.Name}");
            yield return Rect(0, top + 22, largest == 0 ? 0 : BarWidth * row.Value / largest, 12).Class("m-fill").Class(row.Category is null ? null : "m-cat-" + row.Category);
            yield return WordsToTheRight(top + 33, row.Text);
        }
    }

    protected override IEnumerable<IHtmlContent> Table(IStringLocalizer<SharedText> text, Format format)
    {
        ArgumentNullException.ThrowIfNull(text);
        yield return Head(text, ValueHead);
        yield return new Element("tbody").Add(Rows.Select(row => Row(Name(row.Name, row.Category), row.Text)));
        if (Total is { } total)
        {
            yield return new Element("tfoot").Add(Row(new HtmlContentBuilder().Append(text["Chart.Total"]), total.Text));
        }
    }
}

/// <param name="Text">The value as the page writes it.</param>
/// <param name="Category">One of the seven, for its colour and code.</param>
public sealed record Bar(string Name, decimal Value, string Text, string? Category = null);

public readonly record struct Total(decimal Value, string Text);

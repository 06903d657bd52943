using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Shared.Charts;

/// <summary>Bars of parts in a fixed order. Two bars that must balance stand between two ink brackets of the same length.</summary>
public sealed record StackedBarChart : Chart
{
    private const int RowHeight = 62;

    public required IReadOnlyList<Stack> Stacks { get; init; }

    /// <summary>Both sides of a balance: the figure is drawn only if all bars are equal.</summary>
    public bool MustBalance { get; init; }

    protected override int Height => Stacks.Count * RowHeight;

    protected override bool IsTableALegend => true;

    protected override void Check()
    {
        foreach (var stack in Stacks)
        {
            foreach (var part in stack.Parts)
            {
                CheckPart(part.Name, part.Value, part.Category);
            }

            CheckSum(stack.Name, stack.Parts.Sum(part => part.Value), stack.Total.Value);
            if (MustBalance)
            {
                CheckSum(Title, stack.Total.Value, Stacks[0].Total.Value);
            }
        }
    }

    protected override IEnumerable<IHtmlContent> Draw(IStringLocalizer<SharedText> text, Format format)
    {
        yield return Hatch();
        var largest = Stacks.Select(stack => stack.Total.Value).DefaultIfEmpty().Max();
        for (var i = 0; i < Stacks.Count; i++)
        {
            var stack = Stacks[i];
            var top = i * RowHeight;
            yield return Words(0, top + 15, stack.Name);
            yield return WordsToTheRight(top + 15, stack.Total.Text);
            var x = 0m;
            for (var j = 0; j < stack.Parts.Count; j++)
            {
                var width = largest == 0 ? 0 : Width * stack.Parts[j].Value / largest;
                yield return Part(stack.Parts[j], j, x, top + 24, width);
                x += width;
            }

            if (MustBalance)
            {
                yield return new Element("path", "m-ink").Set("d", $"M1 {top + 20}v28M{N(x - 1)} {top + 20}v28").Set("stroke-width", "2");
            }
        }
    }

    protected override IEnumerable<IHtmlContent> Table(IStringLocalizer<SharedText> text, Format format)
    {
        ArgumentNullException.ThrowIfNull(text);
        yield return Head(text, ValueHead);
        foreach (var stack in Stacks)
        {
            yield return new Element("tbody")
                .Add(Stacks.Count == 1 ? [] : [new Element("tr").Add(new Element("th").Set("scope", "rowgroup").Set("colspan", "2").Add(new Element("b").Text(stack.Name)))])
                .Add(stack.Parts.Select((part, index) => Row(Swatch(part, index), part.Text)))
                .Add(Row(new HtmlContentBuilder().Append(text["Chart.Total"]), stack.Total.Text).Class("sum"));
        }
    }

    /// <summary>Two white units between filled parts; what is not confirmed is hatched in an outline.</summary>
    private Element Part(StackPart part, int index, decimal x, decimal y, decimal width)
    {
        var drawn = Math.Max(0, width - 2);
        return part.IsUnconfirmed
            ? Rect(x + 1, y + 1, Math.Max(0, drawn - 1), 18).Class("m-outline").Set("fill", $"url(#{Id}-hatch)")
            : Rect(x, y, drawn, 20).Class("m-fill").Class(ColourOf(part, index));
    }

    private static IHtmlContent Swatch(StackPart part, int index) => part.Category is not null && !part.IsUnconfirmed
        ? Name(part.Name, part.Category)
        : new Element("span", "m-chip").Class(ColourOf(part, index)).Add(new Element("i", part.IsUnconfirmed ? "m-hatched" : null).Text((index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture))).Add(new Element("b").Text(part.Name));

    private static string ColourOf(StackPart part, int index) => part.Category is not null ? "m-cat-" + part.Category : "m-part-" + (index % 4);

    private Element Hatch() => new Element("defs").Add(new Element("pattern").Set("id", Id + "-hatch").Set("width", "7").Set("height", "7").Set("patternUnits", "userSpaceOnUse").Set("patternTransform", "rotate(45)")
        .Add(new Element("path", "m-quiet").Set("d", "M0 0v7").Set("stroke-width", "3")));
}

/// <param name="Total">What the page says the bar is in all; its parts must add up to it.</param>
public sealed record Stack(string Name, IReadOnlyList<StackPart> Parts, Total Total);

/// <param name="IsUnconfirmed">Counted but not proven: hatched.</param>
public sealed record StackPart(string Name, decimal Value, string Text, string? Category = null, bool IsUnconfirmed = false);

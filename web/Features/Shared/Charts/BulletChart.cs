using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Shared.Charts;

/// <summary>How far each row is on the way to its target: a track, a bar, an ink tick. Below the target: the stop colour, the octagon and the word. No target known: no tick.</summary>
public sealed record BulletChart : Chart
{
    private const int RowHeight = 44;
    private const int TrackWidth = 262;

    /// <summary>What the whole track stands for, 100 for percent.</summary>
    public required decimal TrackValue { get; init; }

    public required IReadOnlyList<Bullet> Rows { get; init; }

    protected override int Height => Rows.Count * RowHeight;

    protected override void Check()
    {
        foreach (var row in Rows)
        {
            CheckPart(row.Name, row.Value, row.Category);
            if (row.Target is { } target && (target.Value < 0 || target.Value > TrackValue))
            {
                throw new InvalidOperationException($"The target of \"{row.Name}\" lies outside the track.");
            }
        }
    }

    protected override IEnumerable<IHtmlContent> Draw(IStringLocalizer<SharedText> text, Format format)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < Rows.Count; i++)
        {
            var row = Rows[i];
            var top = i * RowHeight;
            yield return Words(0, top + 15, row.Category is null ? row.Name : $"{row.Category}  {row.Name}");
            if (row.IsBelow)
            {
                yield return new Element("g", "m-stop").Set("transform", $"translate({Width - 12} {top + 4})").Add(Element.Raw(Glyphs.Inside(StatusKind.Stopped)));
                yield return Words(Width - 18, top + 15, text["Chart.BelowTarget"], "s m-stop-text").Set("text-anchor", "end");
            }

            yield return Rect(0, top + 24, TrackWidth, 7).Class("m-track");
            // Rates above 100 % are possible: the bar ends at the track, the number tells the truth.
            yield return Rect(0, top + 24, TrackWidth * Math.Min(row.Value, TrackValue) / TrackValue, 7).Class(row.IsBelow ? "m-stop-fill" : "m-fill");
            if (row.Target is { } target)
            {
                yield return Rect((TrackWidth * target.Value / TrackValue) - 1.25m, top + 19, 2.5m, 17).Class("m-tick");
            }

            yield return WordsToTheRight(top + 33, row.Text);
        }
    }

    protected override IEnumerable<IHtmlContent> Table(IStringLocalizer<SharedText> text, Format format)
    {
        ArgumentNullException.ThrowIfNull(text);
        yield return Head(text, ValueHead, text["Chart.Target"]);
        yield return new Element("tbody").Add(Rows.Select(row => Row(Name(row.Name, row.Category), row.Text, row.Target?.Text ?? text["Missing"].Value)));
    }
}

public sealed record Bullet(string Name, decimal Value, string Text, Total? Target = null, string? Category = null)
{
    public bool IsBelow => Target is { } target && Value < target.Value;
}

using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.DropOffs;

/// <summary>From the least to the most on a line that begins at nothing: the estimate before travel.</summary>
public static class RangeFigure
{
    private const decimal Width = 328;
    private const decimal Apart = 64; // two figures beside each other need so much

    public static IHtmlContent Of(Money low, Money high, string label, Format format)
    {
        ArgumentNullException.ThrowIfNull(format);
        var whole = Math.Max(1_000m, decimal.Ceiling(high.Amount * 1.5m / 1_000) * 1_000);
        var (from, to) = (low.Amount / whole * Width, high.Amount / whole * Width);
        var picture = new Element("svg").Set("viewBox", "0 0 328 56").Set("role", "img").Set("aria-label", label)
            .Add(new Element("path", "m-range-base").Set("d", "M0 14h328"))
            .Add(new Element("rect", "m-range").Set("x", Text(from)).Set("y", "8").Set("width", Text(to - from)).Set("height", "12"))
            .Add(new Element("path", "m-range-tick").Set("d", $"M{Text(from)} 2v24M{Text(to)} 2v24"));
        if (to - from > Apart)
        {
            picture.Add(Words(from, low, format));
        }

        return new Element("figure", "m-fig m-after").Add(picture.Add(Words(to, high, format)));
    }

    private static Element Words(decimal at, Money money, Format format) =>
        new Element("text").Set("x", Text(at)).Set("y", "48").Set("text-anchor", "middle").Add(Element.Raw(format.Number(money.Amount, 0)));

    private static string Text(decimal value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}

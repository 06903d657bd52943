using EwasteEpr.Web.Features.Shared.Components;
using EwasteEpr.Web.Hosting.Printing;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>"We are registered", to print on a box or to put on a page. It proves nothing by itself, so it says where to ask.</summary>
internal static class RegisterBadge
{
    private const int NameLength = 34;

    public static string Svg(string name, string what, string since, string ask, string address)
    {
        var shown = name.Length <= NameLength ? name : string.Concat(name.AsSpan(0, NameLength - 1), "…");
        var picture = new Element("svg").Set("xmlns", "http://www.w3.org/2000/svg").Set("viewBox", "0 0 420 128").Set("width", "420").Set("height", "128").Set("role", "img").Set("aria-label", $"{name}. {what}. {since}")
            .Add(new Element("rect").Set("x", "1").Set("y", "1").Set("width", "418").Set("height", "126").Set("rx", "6").Set("fill", "#fff").Set("stroke", "#0b5563").Set("stroke-width", "2"))
            .Add(new Element("rect").Set("x", "1").Set("y", "1").Set("width", "8").Set("height", "126").Set("fill", "#0b5563"))
            .Add(Words(24, 34, 18, "#0b5563", what, "700"))
            .Add(Words(24, 60, 15, "#111", shown, "400"))
            .Add(Words(24, 82, 14, "#444", since, "400"))
            .Add(Words(24, 110, 12, "#444", ask, "400"));
        // The code's own picture is a whole drawing: it stands in ours at its place.
        var code = QrPicture.Svg(address).Replace("<svg ", "<svg x=\"308\" y=\"14\" width=\"100\" height=\"100\" ", StringComparison.Ordinal);
        var text = Element.ToHtml(picture);
        return string.Concat(text.AsSpan(0, text.LastIndexOf("</svg>", StringComparison.Ordinal)), code, "</svg>");
    }

    private static Element Words(int x, int y, int size, string colour, string words, string weight) =>
        new Element("text").Set("x", $"{x}").Set("y", $"{y}").Set("font-family", "Golos Text, Segoe UI, Arial, sans-serif").Set("font-size", $"{size}").Set("font-weight", weight).Set("fill", colour).Text(words);
}

using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>To the pages before and after, with or without numbers.</summary>
public sealed record Pagination
{
    private const string Back = "M7.500 1 2 6.500 7.500 12M2 6.500h13";
    private const string Forth = "M7.500 1 13 6.500 7.500 12M13 6.500H0";

    public IReadOnlyList<PageLink?>? Items { get; init; }

    public PageArrow? Previous { get; init; }

    public PageArrow? Next { get; init; }

    public string? LandmarkLabel { get; init; }

    public string? Classes { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    private bool IsBlock => Items is null && (Next is not null || Previous is not null);

    public IHtmlContent Render() =>
        new Element("nav", "govuk-pagination").Class(IsBlock, "govuk-pagination--block").Class(Classes)
            .Set("aria-label", string.IsNullOrEmpty(LandmarkLabel) ? "Pagination" : LandmarkLabel).SetAll(Attributes)
            .Add(Arrow(Previous, "prev", "Previous"))
            .Add(Items is null ? null : new Element("ul", "govuk-pagination__list").Add(Items.OfType<PageLink>().Where(item => item.Ellipsis || item.Number is not null).Select(One)))
            .Add(Arrow(Next, "next", "Next"));

    private static Element One(PageLink item)
    {
        var place = new Element("li", "govuk-pagination__item").Class(item.Current, "govuk-pagination__item--current").Class(item.Ellipsis, "govuk-pagination__item--ellipsis");
        return item.Ellipsis ? place.Text("⋯") : place.Add(new Element("a", "govuk-link govuk-pagination__link").Set("href", item.Href ?? "")
            .Set("aria-label", item.VisuallyHiddenText ?? "Page " + item.Number).Set("aria-current", item.Current ? "page" : null).SetAll(item.Attributes).Text(item.Number));
    }

    private Element? Arrow(PageArrow? link, string side, string word)
    {
        if (string.IsNullOrEmpty(link?.Href))
        {
            return null;
        }

        var title = new Element("span", "govuk-pagination__link-title").Class(IsBlock && string.IsNullOrEmpty(link.LabelText), "govuk-pagination__link-title--decorated");
        title = link.IsEmpty ? title.Text(word).Add(new Element("span", "govuk-visually-hidden").Text(" page")) : link.Into(title);
        var hasLabel = IsBlock && !string.IsNullOrEmpty(link.LabelText);
        return new Element("div", "govuk-pagination__" + side).Add(new Element("a", "govuk-link govuk-pagination__link").Set("href", link.Href).Set("rel", side).SetAll(link.Attributes)
            .Add(IsBlock || side == "prev" ? Icon(side) : null)
            .Add(title)
            .Add(hasLabel ? new Element("span", "govuk-visually-hidden").Text(":") : null)
            .Add(hasLabel ? new Element("span", "govuk-pagination__link-label").Text(link.LabelText) : null)
            .Add(!IsBlock && side == "next" ? Icon(side) : null));
    }

    private static Element Icon(string side) =>
        new Element("svg", "govuk-pagination__icon govuk-pagination__icon--" + side).Set("xmlns", "http://www.w3.org/2000/svg").Set("height", "13").Set("width", "15")
            .Set("aria-hidden", "true").Set("focusable", "false").Set("viewBox", "0 0 15 13")
            .Add(new Element("path").Set("d", side == "prev" ? Back : Forth).Set("fill", "none").Set("stroke", "currentColor").Set("stroke-width", "2"));
}

public sealed record PageLink
{
    public string? Number { get; init; }

    public string? Href { get; init; }

    public bool Current { get; init; }

    public bool Ellipsis { get; init; }

    public string? VisuallyHiddenText { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}

public sealed record PageArrow : Wording
{
    public string? Href { get; init; }

    public string? LabelText { get; init; }
}

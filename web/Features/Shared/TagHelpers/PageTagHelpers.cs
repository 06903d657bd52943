using System.Globalization;
using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Shared.TagHelpers;

/// <summary><c>&lt;m-button&gt;Send&lt;/m-button&gt;</c>: a second click within a second sends nothing. With href it is a link.</summary>
[HtmlTargetElement("m-button")]
public sealed class ButtonTagHelper : TagHelper
{
    public string? Href { get; set; }

    public string? Name { get; set; }

    public string? Value { get; set; }

    public string? Type { get; set; }

    public bool Secondary { get; set; }

    public bool Disabled { get; set; }

    [HtmlAttributeName("class")]
    public string? Classes { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var text = Element.ToHtml(await output.GetChildContentAsync()).Trim();
        var rest = output.Attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value?.ToString() ?? "", StringComparer.Ordinal);
        output.TagName = null;
        output.Attributes.Clear();
        output.Content.SetHtmlContent(new Button
        {
            Html = text,
            Href = Href,
            Name = Name,
            Value = Value,
            Type = Type,
            Disabled = Disabled,
            PreventDoubleClick = Href is null ? true : null,
            Classes = Field.Join(Secondary ? "govuk-button--secondary" : null, Classes),
            Attributes = rest,
        }.Render());
    }
}

/// <summary><c>&lt;m-errors /&gt;</c>: what ModelState holds, on top of the page, with links into the fields; nothing when all is well.</summary>
[HtmlTargetElement("m-errors", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ErrorsTagHelper(IStringLocalizer<SharedText> shared) : TagHelper
{
    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = null;
        var errors = ViewContext.ViewData.ModelState
            .SelectMany(entry => (entry.Value?.Errors ?? []).Select(error => new SummaryError { Text = FieldTagHelper.SentenceOf(error, shared), Href = entry.Key.Length == 0 ? null : "#" + FieldTagHelper.IdOf(entry.Key) }))
            .ToList();
        if (errors.Count > 0)
        {
            output.Content.SetHtmlContent(new ErrorSummary { TitleText = shared["ErrorSummary"], ErrorList = errors }.Render());
        }
    }
}

/// <summary><c>&lt;m-fieldset legend="..."&gt;fields&lt;/m-fieldset&gt;</c></summary>
[HtmlTargetElement("m-fieldset")]
public sealed class FieldsetTagHelper : TagHelper
{
    public string Legend { get; set; } = "";

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var content = await output.GetChildContentAsync();
        output.TagName = null;
        output.Content.SetHtmlContent(new Fieldset { Legend = new Legend { Text = Legend, Classes = "m-legend" } }.Render(content));
    }
}

/// <summary><c>&lt;m-banner success="true"&gt;Saved&lt;/m-banner&gt;</c></summary>
[HtmlTargetElement("m-banner")]
public sealed class BannerTagHelper(IStringLocalizer<SharedText> shared) : TagHelper
{
    public bool Success { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var content = Element.ToHtml(await output.GetChildContentAsync()).Trim();
        output.TagName = null;
        output.Content.SetHtmlContent(new NotificationBanner
        {
            Type = Success ? "success" : null,
            TitleText = shared[Success ? "Banner.Done" : "Banner.Important"],
            Html = "<p class=\"govuk-notification-banner__heading\">" + content + "</p>",
        }.Render());
    }
}

/// <summary><c>&lt;m-pager page="2" size="50" total="1234" /&gt;</c>: keeps the query, changes <c>page</c>; nothing when all fits on one page.</summary>
[HtmlTargetElement("m-pager", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PagerTagHelper(IStringLocalizer<SharedText> shared) : TagHelper
{
    public int Page { get; set; } = 1;

    public int Size { get; set; } = 50;

    public long Total { get; set; }

    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    private int Last => (int)((Total + Size - 1) / Size);

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = null;
        if (Last > 1)
        {
            output.Content.SetHtmlContent(new Pagination
            {
                LandmarkLabel = shared["Pages"],
                Previous = Page > 1 ? new PageArrow { Href = Address(Page - 1), Text = shared["Pages.Before"] } : null,
                Next = Page < Last ? new PageArrow { Href = Address(Page + 1), Text = shared["Pages.After"] } : null,
                Items = Numbers().ToList(),
            }.Render());
        }
    }

    /// <summary>First, last, the neighbours of this page, and a gap where some are left out.</summary>
    private IEnumerable<PageLink> Numbers()
    {
        var shown = new SortedSet<int>(new[] { 1, Page - 1, Page, Page + 1, Last }.Where(number => number >= 1 && number <= Last));
        var before = 0;
        foreach (var number in shown)
        {
            if (number > before + 1)
            {
                yield return new PageLink { Ellipsis = true };
            }

            before = number;
            yield return new PageLink { Number = Format.Current.Number(number), Href = Address(number), Current = number == Page, VisuallyHiddenText = shared["Pages.One", number] };
        }
    }

    private string Address(int page)
    {
        var request = ViewContext.HttpContext.Request;
        var query = request.Query.Where(pair => pair.Key != "page").SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value)));
        return QueryHelpers.AddQueryString(request.PathBase + request.Path, query.Append(KeyValuePair.Create<string, string?>("page", page.ToString(CultureInfo.InvariantCulture))));
    }
}

using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Mvc.TagHelpers;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Shared.TagHelpers;

/// <summary><c>&lt;m-chip category="4a" named="true" /&gt;</c>: the bar in the category's colour, its code and, if asked, its name.</summary>
[HtmlTargetElement("m-chip", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ChipTagHelper(IStringLocalizer<SharedText> shared) : TagHelper
{
    public string Category { get; set; } = "";

    public bool Named { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!Categories.All.Contains(Category, StringComparer.Ordinal))
        {
            throw new InvalidOperationException($"\"{Category}\" is not one of the seven categories.");
        }

        var name = shared["Category." + Category].Value;
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "m-chip m-cat-" + Category);
        if (!Named)
        {
            output.Attributes.SetAttribute("title", name);
        }

        output.Content.AppendHtml(new Element("i").Text(Category));
        output.Content.AppendHtml(Named ? new Element("b").Text(name) : new Element("span", "govuk-visually-hidden").Text(name));
    }
}

/// <summary><c>&lt;m-illus lead="Illustrative tariff, not the law."&gt;text&lt;/m-illus&gt;</c>: the copper hatched band; what is not law never looks like law.</summary>
[HtmlTargetElement("m-illus")]
public sealed class IllustrativeTagHelper : TagHelper
{
    public string? Lead { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var text = await output.GetChildContentAsync();
        output.TagName = "p";
        output.AddClass("m-illus", System.Text.Encodings.Web.HtmlEncoder.Default);
        var inside = new Element("span");
        output.Content.SetHtmlContent(string.IsNullOrEmpty(Lead) ? inside.Add(text) : inside.Add(new Element("b").Text(Lead)).Text(" ").Add(text));
    }
}

/// <summary><c>&lt;td m-missing&gt;word&lt;/td&gt;</c>: a word on hatching; never 0, never an empty cell. Without a word: "missing".</summary>
[HtmlTargetElement("td", Attributes = "m-missing")]
public sealed class MissingTagHelper(IStringLocalizer<SharedText> shared) : TagHelper
{
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Attributes.RemoveAll("m-missing");
        output.AddClass("miss", System.Text.Encodings.Web.HtmlEncoder.Default);
        var word = await output.GetChildContentAsync();
        if (word.IsEmptyOrWhiteSpace)
        {
            output.Content.SetContent(shared["Missing"]);
        }
    }
}

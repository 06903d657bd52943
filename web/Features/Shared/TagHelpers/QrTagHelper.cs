using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace EwasteEpr.Web.Features.Shared.TagHelpers;

/// <summary><c>&lt;m-qr text="@address" label="@T["..."]" /&gt;</c>: 30 mm on paper, level Q.</summary>
[HtmlTargetElement("m-qr", TagStructure = TagStructure.WithoutEndTag)]
public sealed class QrTagHelper : TagHelper
{
    public string Text { get; set; } = "";

    /// <summary>What a reader without the picture is told.</summary>
    public string Label { get; set; } = "";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "m-qr");
        output.Attributes.SetAttribute("role", "img");
        output.Attributes.SetAttribute("aria-label", Label);
        output.Content.SetHtmlContent(QrPicture.Svg(Text));
    }
}

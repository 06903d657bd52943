using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace EwasteEpr.Web.Features.Shared.TagHelpers;

/// <summary><c>&lt;m-status kind="Done"&gt;word&lt;/m-status&gt;</c>: a shape and a word; remove the colour and it still reads.</summary>
[HtmlTargetElement("m-status")]
public sealed class StatusTagHelper : TagHelper
{
    public StatusKind Kind { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = "span";
        output.Attributes.SetAttribute("class", "m-st m-st--" + Glyphs.Suffix(Kind));
        output.PreContent.AppendHtml(Glyphs.Of(Kind));
    }
}

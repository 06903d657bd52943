using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Shared.TagHelpers;

/// <summary>
/// <c>&lt;m-radios for="Source"&gt;&lt;m-choice value="import"&gt;From abroad&lt;m-when&gt;more fields&lt;/m-when&gt;&lt;/m-choice&gt;&lt;m-or /&gt;...&lt;/m-radios&gt;</c>;
/// <c>m-checkboxes</c> alike. A bool is a checkbox of its own: <c>&lt;m-checkboxes for="Agreed"&gt;&lt;m-choice value="true"&gt;...</c>.
/// </summary>
[HtmlTargetElement("m-radios")]
[HtmlTargetElement("m-checkboxes")]
public sealed class ChoicesTagHelper(IStringLocalizer<SharedText> shared) : FieldTagHelper(shared)
{
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        var items = new List<Choice?>();
        context.Items[typeof(ChoicesTagHelper)] = items;
        await output.GetChildContentAsync();
        Choices choices = context.TagName == "m-radios"
            ? new Radios { Value = Typed }
            : new Checkboxes { Values = TypedValues() };
        Replace(output, (choices with
        {
            IdPrefix = Id,
            Name = Name,
            Items = items,
            Fieldset = MakeFieldset(),
            Hint = MakeHint(),
            ErrorMessage = MakeError(),
            Classes = Classes,
            Attributes = Rest(output),
        }).Render());
    }

    private List<string> TypedValues()
    {
        if (ViewContext.ViewData.ModelState.TryGetValue(Name, out var entry) && entry.RawValue is not null)
        {
            return entry.RawValue is string[] several ? [.. several] : [entry.AttemptedValue ?? ""];
        }

        return For.Model is string one ? [one] : For.Model is System.Collections.IEnumerable many ? [.. many.Cast<object>().Select(value => value.ToString() ?? "")] : Typed is { } single ? [single] : [];
    }
}

[HtmlTargetElement("m-choice")]
public sealed class ChoiceTagHelper : TagHelper
{
    public string Value { get; set; } = "";

    public string? Hint { get; set; }

    public bool Disabled { get; set; }

    /// <summary>"None of these": takes the other ticks away.</summary>
    public bool Exclusive { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        var further = new Further();
        context.Items[typeof(Further)] = further;
        var label = Element.ToHtml(await output.GetChildContentAsync()).Trim();
        ((List<Choice?>)context.Items[typeof(ChoicesTagHelper)]).Add(new Choice
        {
            Value = Value,
            Html = label,
            Hint = string.IsNullOrEmpty(Hint) ? null : new Hint { Text = Hint },
            Disabled = Disabled,
            Behaviour = Exclusive ? "exclusive" : null,
            Conditional = further.Html is null ? null : new Wording { Html = further.Html },
        });
        output.SuppressOutput();
    }
}

/// <summary>What an answer opens.</summary>
[HtmlTargetElement("m-when")]
public sealed class WhenTagHelper : TagHelper
{
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        ((Further)context.Items[typeof(Further)]).Html = Element.ToHtml(await output.GetChildContentAsync());
        output.SuppressOutput();
    }
}

/// <summary>"or" between answers.</summary>
[HtmlTargetElement("m-or", TagStructure = TagStructure.WithoutEndTag)]
public sealed class OrTagHelper(IStringLocalizer<SharedText> shared) : TagHelper
{
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        ((List<Choice?>)context.Items[typeof(ChoicesTagHelper)]).Add(new Choice { Divider = shared["Or"] });
        output.SuppressOutput();
    }
}

internal sealed class Further
{
    public string? Html { get; set; }
}

using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Shared.TagHelpers;

/// <summary>What every control takes from its model: name, label ([Display] Name), hint ([Display] Description), what was typed, what is wrong with it.</summary>
/// <remarks>Labels and hints in attributes win over the model. What was typed is shown as it was typed, also when it could not be read.</remarks>
public abstract class FieldTagHelper(IStringLocalizer<SharedText> shared) : TagHelper
{
    [HtmlAttributeName("for")]
    public ModelExpression For { get; set; } = null!;

    public string? Label { get; set; }

    public string? Hint { get; set; }

    /// <summary>For example <c>govuk-label--l</c>, or one of our own headings.</summary>
    public string? LabelClass { get; set; }

    /// <summary>The question is the page's h1.</summary>
    public bool IsPageHeading { get; set; }

    [HtmlAttributeName("class")]
    public string? Classes { get; set; }

    public bool Disabled { get; set; }

    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    protected IStringLocalizer<SharedText> Shared => shared;

    protected string Name => ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name);

    protected string Id => IdOf(Name);

    protected string? Typed => TypedAs(Name) ?? WrittenOf(For.Model);

    public static string IdOf(string name) => TagBuilder.CreateSanitizedId(name, "_");

    protected string? TypedAs(string name) =>
        ViewContext.ViewData.ModelState.TryGetValue(name, out var entry) && entry.RawValue is not null ? entry.AttemptedValue : null;

    protected Label MakeLabel() => new() { Text = LabelText, Classes = LabelClass, IsPageHeading = IsPageHeading };

    protected Fieldset MakeFieldset() => new() { Legend = new Legend { Text = LabelText, Classes = LabelClass ?? "m-legend", IsPageHeading = IsPageHeading } };

    protected Hint? MakeHint() => (Hint ?? For.Metadata.Description) is { Length: > 0 } text ? new Hint { Text = text } : null;

    protected ErrorMessage? MakeError() =>
        ViewContext.ViewData.ModelState.TryGetValue(Name, out var entry) && entry.Errors.Count > 0
            ? new ErrorMessage { Text = string.Join(" ", entry.Errors.Select(error => SentenceOf(error, shared)).Distinct(StringComparer.Ordinal)), VisuallyHiddenText = shared["ErrorPrefix"] }
            : null;

    /// <summary>A binder that threw left no sentence; the reader still gets one.</summary>
    internal static string SentenceOf(ModelError error, IStringLocalizer<SharedText> shared) => error.ErrorMessage.Length > 0 ? error.ErrorMessage : shared["InvalidValue"];

    /// <summary>What else the view wrote on the tag goes to the control.</summary>
    protected static Dictionary<string, string> Rest(TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.Attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value?.ToString() ?? "", StringComparer.Ordinal);
    }

    protected static void Replace(TagHelperOutput output, Microsoft.AspNetCore.Html.IHtmlContent content)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = null;
        output.Attributes.Clear();
        output.Content.SetHtmlContent(content);
    }

    private string LabelText => Label ?? For.Metadata.GetDisplayName();

    /// <summary>A model's value as its own parser reads it back.</summary>
    private static string? WrittenOf(object? value) => value switch
    {
        null => null,
        decimal number => Format.Current.Editable(number),
        int number => Format.Current.Editable(number),
        long number => Format.Current.Editable(number),
        DateOnly day => day.ToString("dd.MM.yyyy", System.Globalization.CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        Enum named => named.ToString(),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };
}

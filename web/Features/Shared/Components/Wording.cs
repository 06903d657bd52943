using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>Words of a component: plain text, or HTML that our own view wrote.</summary>
public record Wording
{
    public string? Text { get; init; }

    public string? Html { get; init; }

    public string? Classes { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public bool IsEmpty => string.IsNullOrEmpty(Text) && string.IsNullOrEmpty(Html);

    public static Wording? Of(string? text) => string.IsNullOrEmpty(text) ? null : new Wording { Text = text };

    internal Element Into(Element element) => string.IsNullOrEmpty(Html) ? element.Text(Text) : element.Add(Element.Raw(Html));

    internal IHtmlContent Content() => string.IsNullOrEmpty(Html) ? new HtmlContentBuilder().Append(Text ?? "") : Element.Raw(Html);
}

/// <summary>The label of one control.</summary>
public sealed record Label : Wording
{
    public string? For { get; init; }

    /// <summary>The question is the page's title.</summary>
    public bool IsPageHeading { get; init; }

    public IHtmlContent? Render()
    {
        if (IsEmpty)
        {
            return null;
        }

        var label = Into(new Element("label", "govuk-label").Class(Classes).Set("for", For).SetAll(Attributes));
        return IsPageHeading ? new Element("h1", "govuk-label-wrapper").Add(label) : label;
    }
}

/// <summary>A quiet sentence under a label.</summary>
public sealed record Hint : Wording
{
    public string? Id { get; init; }

    public IHtmlContent Render() => Into(new Element("div", "govuk-hint").Class(Classes).Set("id", Id).SetAll(Attributes));
}

/// <summary>What is wrong with a control, with the word "error" for those who only hear the page.</summary>
public sealed record ErrorMessage : Wording
{
    public string? Id { get; init; }

    public string VisuallyHiddenText { get; init; } = "Error";

    public IHtmlContent Render()
    {
        var message = new Element("p", "govuk-error-message").Class(Classes).Set("id", Id).SetAll(Attributes);
        if (VisuallyHiddenText.Length > 0)
        {
            message.Add(new Element("span", "govuk-visually-hidden").Text(VisuallyHiddenText + ":")).Text(" ");
        }

        return Into(message);
    }
}

/// <summary>What stands around a control.</summary>
public sealed record FormGroup
{
    public string? Classes { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public Wording? BeforeInput { get; init; }

    public Wording? AfterInput { get; init; }

    public Wording? BeforeInputs { get; init; }

    public Wording? AfterInputs { get; init; }
}

/// <summary>A group of controls with one question.</summary>
public sealed record Fieldset
{
    public Legend? Legend { get; init; }

    public string? Classes { get; init; }

    public string? Role { get; init; }

    public string? DescribedBy { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public string? Html { get; init; }

    public IHtmlContent Render() => Render(Html is null ? null : Element.Raw(Html));

    internal IHtmlContent Render(IHtmlContent? content)
    {
        var group = new Element("fieldset", "govuk-fieldset").Class(Classes).Set("role", Role)
            .Set("aria-describedby", string.IsNullOrEmpty(DescribedBy) ? null : DescribedBy).SetAll(Attributes);
        if (Legend is { IsEmpty: false } question)
        {
            var legend = new Element("legend", "govuk-fieldset__legend").Class(question.Classes);
            group.Add(question.IsPageHeading ? legend.Add(question.Into(new Element("h1", "govuk-fieldset__heading"))) : question.Into(legend));
        }

        return group.Add(content);
    }
}

public sealed record Legend : Wording
{
    public bool IsPageHeading { get; init; }
}

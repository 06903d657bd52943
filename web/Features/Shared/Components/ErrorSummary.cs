using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>What is wrong with the page's form, on top, with links to the fields; takes the focus.</summary>
public sealed record ErrorSummary
{
    public string? TitleText { get; init; }

    public string? TitleHtml { get; init; }

    public string? DescriptionText { get; init; }

    public string? DescriptionHtml { get; init; }

    public IReadOnlyList<SummaryError> ErrorList { get; init; } = [];

    public bool? DisableAutoFocus { get; init; }

    public string? Classes { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public IHtmlContent Render()
    {
        var body = new Element("div", "govuk-error-summary__body");
        var description = new Wording { Text = DescriptionText, Html = DescriptionHtml };
        if (!description.IsEmpty)
        {
            body.Add(description.Into(new Element("p")));
        }

        if (ErrorList.Count > 0)
        {
            body.Add(new Element("ul", "govuk-list govuk-error-summary__list").Add(ErrorList.Select(error => new Element("li")
                .Add(string.IsNullOrEmpty(error.Href) ? error.Content() : error.Into(new Element("a").Set("href", error.Href).SetAll(error.Attributes))))));
        }

        return new Element("div", "govuk-error-summary").Class(Classes)
            .Set("data-disable-auto-focus", DisableAutoFocus is { } off ? (off ? "true" : "false") : null).SetAll(Attributes).Set("data-module", "govuk-error-summary")
            .Add(new Element("div").Set("role", "alert")
                .Add(new Wording { Text = TitleText, Html = TitleHtml }.Into(new Element("h2", "govuk-error-summary__title")))
                .Add(body));
    }
}

public sealed record SummaryError : Wording
{
    public string? Href { get; init; }
}

/// <summary>Something happened, or should be known, on this page.</summary>
public sealed record NotificationBanner : Wording
{
    /// <summary>"success" or nothing.</summary>
    public string? Type { get; init; }

    public string? Role { get; init; }

    public string? TitleText { get; init; }

    public string? TitleHtml { get; init; }

    public string? TitleId { get; init; }

    public string? TitleHeadingLevel { get; init; }

    public bool? DisableAutoFocus { get; init; }

    public IHtmlContent Render()
    {
        var success = Type == "success";
        var titleId = string.IsNullOrEmpty(TitleId) ? "govuk-notification-banner-title" : TitleId;
        var title = new Wording { Html = TitleHtml, Text = string.IsNullOrEmpty(TitleText) ? (success ? "Success" : "Important") : TitleText };
        var content = new Element("div", "govuk-notification-banner__content");
        content.Add(!string.IsNullOrEmpty(Html) ? Element.Raw(Html) : string.IsNullOrEmpty(Text) ? null : new Element("p", "govuk-notification-banner__heading").Text(Text));
        return new Element("div", "govuk-notification-banner").Class(success, "govuk-notification-banner--success").Class(Classes)
            .Set("role", !string.IsNullOrEmpty(Role) ? Role : success ? "alert" : "region").Set("aria-labelledby", titleId).Set("data-module", "govuk-notification-banner")
            .Set("data-disable-auto-focus", DisableAutoFocus is { } off ? (off ? "true" : "false") : null).SetAll(Attributes)
            .Add(new Element("div", "govuk-notification-banner__header")
                .Add(title.Into(new Element("h" + (string.IsNullOrEmpty(TitleHeadingLevel) ? "2" : TitleHeadingLevel), "govuk-notification-banner__title").Set("id", titleId))))
            .Add(content);
    }
}

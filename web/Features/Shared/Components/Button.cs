using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>A button, or a link that looks like one.</summary>
public sealed record Button : Wording
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Value { get; init; }

    public string? Type { get; init; }

    public string? Href { get; init; }

    public bool Disabled { get; init; }

    /// <summary>A second click within a second sends nothing.</summary>
    public bool? PreventDoubleClick { get; init; }

    public IHtmlContent Render()
    {
        var button = string.IsNullOrEmpty(Href)
            ? new Element("button").Set("type", string.IsNullOrEmpty(Type) ? "submit" : Type)
                .Set("value", string.IsNullOrEmpty(Value) ? null : Value).Set("name", string.IsNullOrEmpty(Name) ? null : Name)
                .Flag("disabled", Disabled).Set("aria-disabled", Disabled ? "true" : null)
                .Set("data-prevent-double-click", PreventDoubleClick is { } prevent ? (prevent ? "true" : "false") : null)
            : new Element("a").Set("href", Href).Set("role", "button").Set("draggable", "false");
        return Into(button.Class("govuk-button").Class(Classes).Set("data-module", "govuk-button").SetAll(Attributes).Set("id", Id));
    }
}

/// <summary>A small word for a state. Our pages prefer <c>m-status</c>, which has a shape besides.</summary>
public sealed record Tag : Wording
{
    public IHtmlContent Render() => Into(new Element("strong", "govuk-tag").Class(Classes).SetAll(Attributes));
}

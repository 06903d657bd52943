using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>A password, with a button that shows it.</summary>
public sealed record PasswordInput : Field
{
    public string? Value { get; init; }

    public string? Autocomplete { get; init; }

    public string? ShowPasswordText { get; init; }

    public string? HidePasswordText { get; init; }

    public string? ShowPasswordAriaLabelText { get; init; }

    public string? HidePasswordAriaLabelText { get; init; }

    public string? PasswordShownAnnouncementText { get; init; }

    public string? PasswordHiddenAnnouncementText { get; init; }

    public Wording? Button { get; init; }

    public override IHtmlContent Render() => new Input
    {
        Id = EffectiveId,
        Name = Name,
        Type = "password",
        Spellcheck = false,
        Autocapitalize = "none",
        Autocomplete = string.IsNullOrEmpty(Autocomplete) ? "current-password" : Autocomplete,
        Value = Value,
        Disabled = Disabled,
        DescribedBy = DescribedBy,
        Label = Label,
        Hint = Hint,
        ErrorMessage = ErrorMessage,
        Attributes = Attributes,
        Classes = Join("govuk-password-input__input govuk-js-password-input-input", Classes),
        InputWrapper = new Wording { Classes = "govuk-password-input__wrapper" },
        FormGroup = new FormGroup
        {
            Classes = Join("govuk-password-input", FormGroup?.Classes),
            Attributes = GroupAttributes(),
            BeforeInput = FormGroup?.BeforeInput,
            AfterInput = new Wording { Html = Element.ToHtml(Toggle()) + Element.ToHtml(FormGroup?.AfterInput?.Content()) },
        },
    }.Render();

    protected override Element Control(string? describedBy) => throw new InvalidOperationException("A password is rendered by an input.");

    private Dictionary<string, string> GroupAttributes()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { ["data-module"] = "govuk-password-input" };
        (string Key, string? Text)[] words =
        [
            ("show-password", ShowPasswordText), ("hide-password", HidePasswordText),
            ("show-password-aria-label", ShowPasswordAriaLabelText), ("hide-password-aria-label", HidePasswordAriaLabelText),
            ("password-shown-announcement", PasswordShownAnnouncementText), ("password-hidden-announcement", PasswordHiddenAnnouncementText),
        ];
        foreach (var (key, text) in words.Where(word => word.Text is not null))
        {
            all["data-i18n." + key] = text!;
        }

        foreach (var (key, value) in FormGroup?.Attributes ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            all[key] = value;
        }

        return all;
    }

    private Element Toggle() =>
        new Element("button", "govuk-button govuk-button--secondary govuk-password-input__toggle govuk-js-password-input-toggle").Class(Button?.Classes)
            .Set("type", "button").Set("data-module", "govuk-button").Set("aria-controls", EffectiveId)
            .Set("aria-label", ShowPasswordAriaLabelText ?? "Show password").Flag("hidden").Text(ShowPasswordText ?? "Show");
}

using System.Globalization;
using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>Several lines of text with a limit: the reader is told how much is left while writing, without a script how much there may be.</summary>
public sealed record CharacterCount : Field
{
    public string? Value { get; init; }

    public int Rows { get; init; } = 5;

    public bool? Spellcheck { get; init; }

    public required int Maxlength { get; init; }

    public int? Threshold { get; init; }

    /// <summary>With %{count} where the limit goes.</summary>
    public string TextareaDescriptionText { get; init; } = "You can enter up to %{count} characters";

    public IReadOnlyDictionary<string, string>? CharactersUnderLimitText { get; init; }

    public string? CharactersAtLimitText { get; init; }

    public IReadOnlyDictionary<string, string>? CharactersOverLimitText { get; init; }

    public override IHtmlContent Render() => new Textarea
    {
        Id = EffectiveId,
        Name = Name,
        Rows = Rows,
        Value = Value,
        Spellcheck = Spellcheck,
        Label = Label,
        Hint = Hint,
        ErrorMessage = ErrorMessage,
        Attributes = Attributes,
        DescribedBy = EffectiveId + "-info",
        Classes = Join("govuk-js-character-count", Classes),
        FormGroup = new FormGroup
        {
            Classes = Join("govuk-character-count", FormGroup?.Classes),
            Attributes = GroupAttributes(),
            BeforeInput = FormGroup?.BeforeInput,
            AfterInput = new Wording { Html = Element.ToHtml(Limit()) + Element.ToHtml(FormGroup?.AfterInput?.Content()) },
        },
    }.Render();

    protected override Element Control(string? describedBy) => throw new InvalidOperationException("A counted text is rendered by a textarea.");

    private IHtmlContent Limit() => new Hint
    {
        Id = EffectiveId + "-info",
        Classes = "govuk-character-count__message",
        Text = TextareaDescriptionText.Replace("%{count}", Maxlength.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
    }.Render();

    private Dictionary<string, string> GroupAttributes()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { ["data-module"] = "govuk-character-count" };
        Put("data-maxlength", Maxlength.ToString(CultureInfo.InvariantCulture));
        Put("data-threshold", Threshold?.ToString(CultureInfo.InvariantCulture));
        Put("data-i18n.characters-at-limit", CharactersAtLimitText);
        PutForms("characters-under-limit", CharactersUnderLimitText);
        PutForms("characters-over-limit", CharactersOverLimitText);
        foreach (var (key, value) in FormGroup?.Attributes ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            all[key] = value;
        }

        return all;

        void Put(string key, string? value)
        {
            if (value is not null)
            {
                all[key] = value;
            }
        }

        void PutForms(string key, IReadOnlyDictionary<string, string>? forms)
        {
            foreach (var (form, text) in forms ?? new Dictionary<string, string>(StringComparer.Ordinal))
            {
                all[$"data-i18n.{key}.{form}"] = text;
            }
        }
    }
}

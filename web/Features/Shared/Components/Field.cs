using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>A control with label, hint and error: what input, textarea, select and file upload share.</summary>
public abstract record Field
{
    public string? Id { get; init; }

    public string Name { get; init; } = "";

    public string? DescribedBy { get; init; }

    public Label? Label { get; init; }

    public Hint? Hint { get; init; }

    public ErrorMessage? ErrorMessage { get; init; }

    public FormGroup? FormGroup { get; init; }

    public string? Classes { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public bool Disabled { get; init; }

    protected string EffectiveId => string.IsNullOrEmpty(Id) ? Name : Id;

    public virtual IHtmlContent Render()
    {
        var described = DescribedBy;
        var group = Group(ErrorMessage, FormGroup).Add((Label is null ? null : Label with { For = EffectiveId })?.Render());
        var notes = new HtmlContentBuilder();
        AddNotes(notes, EffectiveId, Hint, ErrorMessage, ref described);
        return AddControl(group.Add(notes), described);
    }

    /// <summary>The control itself, between what comes before and after it.</summary>
    protected virtual Element AddControl(Element group, string? describedBy) =>
        group.Add(FormGroup?.BeforeInput?.Content()).Add(Control(describedBy)).Add(FormGroup?.AfterInput?.Content());

    protected abstract Element Control(string? describedBy);

    internal static Element Group(ErrorMessage? error, FormGroup? group) =>
        new Element("div", "govuk-form-group").Class(error is not null, "govuk-form-group--error").Class(group?.Classes).SetAll(group?.Attributes);

    /// <summary>Hint and error, each named in what describes the control.</summary>
    internal static void AddNotes(IHtmlContentBuilder notes, string id, Hint? hint, ErrorMessage? error, ref string? describedBy)
    {
        if (hint is not null)
        {
            notes.AppendHtml((hint with { Id = id + "-hint" }).Render());
            describedBy = Join(describedBy, id + "-hint");
        }

        if (error is not null)
        {
            notes.AppendHtml((error with { Id = id + "-error" }).Render());
            describedBy = Join(describedBy, id + "-error");
        }
    }

    internal static string? Join(string? left, string? right) =>
        string.IsNullOrEmpty(left) ? (string.IsNullOrEmpty(right) ? null : right) : string.IsNullOrEmpty(right) ? left : left + " " + right;
}

/// <summary>One line of text.</summary>
public record Input : Field
{
    public string Type { get; init; } = "text";

    public string? Value { get; init; }

    public bool? Spellcheck { get; init; }

    public string? Autocomplete { get; init; }

    public string? Autocapitalize { get; init; }

    public string? Pattern { get; init; }

    public string? Inputmode { get; init; }

    public Wording? Prefix { get; init; }

    public Wording? Suffix { get; init; }

    public Wording? InputWrapper { get; init; }

    protected override Element AddControl(Element group, string? describedBy)
    {
        if (Prefix is null && Suffix is null && FormGroup?.BeforeInput is null && FormGroup?.AfterInput is null)
        {
            return group.Add(Control(describedBy));
        }

        var wrapper = new Element("div", "govuk-input__wrapper").Class(InputWrapper?.Classes).SetAll(InputWrapper?.Attributes)
            .Add(FormGroup?.BeforeInput?.Content()).Add(Affix(Prefix, "prefix")).Add(Control(describedBy)).Add(Affix(Suffix, "suffix")).Add(FormGroup?.AfterInput?.Content());
        return group.Add(wrapper);
    }

    protected override Element Control(string? describedBy) =>
        new Element("input", "govuk-input").Class(Classes).Class(ErrorMessage is not null, "govuk-input--error")
            .Set("id", EffectiveId).Set("name", Name).Set("type", Type)
            .Set("spellcheck", Spellcheck is { } check ? (check ? "true" : "false") : null)
            .Set("value", Value).Flag("disabled", Disabled).Set("aria-describedby", describedBy)
            .Set("autocomplete", Autocomplete).Set("autocapitalize", Autocapitalize).Set("pattern", Pattern).Set("inputmode", Inputmode)
            .SetAll(Attributes);

    private static Element? Affix(Wording? affix, string side) => affix is not { IsEmpty: false } ? null :
        affix.Into(new Element("div", "govuk-input__" + side).Class(affix.Classes).Set("aria-hidden", "true").SetAll(affix.Attributes));
}

/// <summary>Several lines of text.</summary>
public sealed record Textarea : Field
{
    public string? Value { get; init; }

    public int Rows { get; init; } = 5;

    public bool? Spellcheck { get; init; }

    public string? Autocomplete { get; init; }

    protected override Element Control(string? describedBy) =>
        new Element("textarea", "govuk-textarea").Class(ErrorMessage is not null, "govuk-textarea--error").Class(Classes)
            .Set("id", EffectiveId).Set("name", Name).Set("rows", Rows.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Set("spellcheck", Spellcheck is { } check ? (check ? "true" : "false") : null).Flag("disabled", Disabled)
            .Set("aria-describedby", describedBy).Set("autocomplete", Autocomplete).SetAll(Attributes)
            // A browser drops one line break behind the tag: without this one it would be the reader's own.
            .Text(Value?.StartsWith('\n') == true ? "\n" + Value : Value);
}

/// <summary>One of a long list.</summary>
public sealed record Select : Field
{
    public string? Value { get; init; }

    public IReadOnlyList<Option?> Items { get; init; } = [];

    protected override Element Control(string? describedBy) =>
        new Element("select", "govuk-select").Class(Classes).Class(ErrorMessage is not null, "govuk-select--error")
            .Set("id", EffectiveId).Set("name", Name).Flag("disabled", Disabled).Set("aria-describedby", describedBy).SetAll(Attributes)
            .Add(Items.OfType<Option>().Select(One));

    private Element One(Option item) =>
        new Element("option").Set("value", item.Value)
            .Flag("selected", item.Selected == true || (!string.IsNullOrEmpty(Value) && Value == (item.Value ?? item.Text) && item.Selected != false))
            .Flag("disabled", item.Disabled).SetAll(item.Attributes).Text(item.Text);
}

public sealed record Option
{
    public string? Value { get; init; }

    public string? Text { get; init; }

    public bool? Selected { get; init; }

    public bool Disabled { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}

/// <summary>A file, with a field to drop it on where there is a script.</summary>
public sealed record FileUpload : Field
{
    public bool Multiple { get; init; }

    public bool Javascript { get; init; }

    public string? WrapperClasses { get; init; }

    public IReadOnlyDictionary<string, string>? WrapperAttributes { get; init; }

    public string? ChooseFilesButtonText { get; init; }

    public string? NoFileChosenText { get; init; }

    public string? DropInstructionText { get; init; }

    public string? EnteredDropZoneText { get; init; }

    public string? LeftDropZoneText { get; init; }

    protected override Element Control(string? describedBy)
    {
        var input = new Element("input", "govuk-file-upload").Class(Classes).Class(ErrorMessage is not null, "govuk-file-upload--error")
            .Set("id", EffectiveId).Set("name", Name).Set("type", "file").Flag("disabled", Disabled).Flag("multiple", Multiple)
            .Set("aria-describedby", describedBy).SetAll(Attributes);
        return !Javascript ? input : new Element("div", "govuk-file-upload-wrapper").Class(WrapperClasses).Set("data-module", "govuk-file-upload")
            .Set("data-i18n.choose-files-button", ChooseFilesButtonText).Set("data-i18n.no-file-chosen", NoFileChosenText)
            .Set("data-i18n.drop-instruction", DropInstructionText).Set("data-i18n.entered-drop-zone", EnteredDropZoneText)
            .Set("data-i18n.left-drop-zone", LeftDropZoneText).SetAll(WrapperAttributes).Add(input);
    }
}

using EwasteEpr.Web.Features.Shared.Components;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Shared.TagHelpers;

/// <summary><c>&lt;m-input for="Mass" suffix="кг" inputmode="decimal" class="govuk-input--width-5" /&gt;</c></summary>
[HtmlTargetElement("m-input", TagStructure = TagStructure.WithoutEndTag)]
public sealed class InputTagHelper(IStringLocalizer<SharedText> shared) : FieldTagHelper(shared)
{
    public string Type { get; set; } = "text";

    public string? Inputmode { get; set; }

    public string? Autocomplete { get; set; }

    public string? Prefix { get; set; }

    public string? Suffix { get; set; }

    public bool? Spellcheck { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output) => Replace(output, new Input
    {
        Id = Id,
        Name = Name,
        Type = Type,
        Value = Typed,
        Label = MakeLabel(),
        Hint = MakeHint(),
        ErrorMessage = MakeError(),
        Classes = Classes,
        Disabled = Disabled,
        Inputmode = Inputmode,
        Autocomplete = Autocomplete,
        Spellcheck = Spellcheck,
        Prefix = Wording.Of(Prefix),
        Suffix = Wording.Of(Suffix),
        Attributes = Rest(output),
    }.Render());
}

/// <summary><c>&lt;m-textarea for="Lines" rows="12" max-length="2000" /&gt;</c>; with a limit it counts.</summary>
[HtmlTargetElement("m-textarea", TagStructure = TagStructure.WithoutEndTag)]
public sealed class TextareaTagHelper(IStringLocalizer<SharedText> shared) : FieldTagHelper(shared)
{
    private static readonly string[] PluralForms = ["one", "few", "many", "other"];

    public int Rows { get; set; } = 5;

    public int? MaxLength { get; set; }

    public bool? Spellcheck { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output) => Replace(output, MaxLength is { } most ? Counted(most, output).Render() : Plain(output).Render());

    private Textarea Plain(TagHelperOutput output) => new()
    {
        Id = Id, Name = Name, Value = Typed, Rows = Rows, Spellcheck = Spellcheck, Label = MakeLabel(), Hint = MakeHint(), ErrorMessage = MakeError(), Classes = Classes, Disabled = Disabled, Attributes = Rest(output),
    };

    private CharacterCount Counted(int most, TagHelperOutput output) => new()
    {
        Id = Id, Name = Name, Value = Typed, Rows = Rows, Spellcheck = Spellcheck, Label = MakeLabel(), Hint = MakeHint(), ErrorMessage = MakeError(), Classes = Classes, Attributes = Rest(output),
        Maxlength = most,
        TextareaDescriptionText = Shared["Count.Most"],
        CharactersAtLimitText = Shared["Count.None"],
        CharactersUnderLimitText = Forms("Count.Left"),
        CharactersOverLimitText = Forms("Count.Over"),
    };

    /// <summary>The script chooses the form itself, so it gets all that the language has.</summary>
    private Dictionary<string, string> Forms(string key) => PluralForms
        .Select(form => (form, text: Shared[$"{key}.{form}"]))
        .Select(pair => (pair.form, text: pair.text.ResourceNotFound ? Shared[$"{key}.other"] : pair.text))
        .Where(pair => !pair.text.ResourceNotFound)
        .ToDictionary(pair => pair.form, pair => pair.text.Value, StringComparer.Ordinal);
}

/// <summary><c>&lt;m-password for="Password" autocomplete="new-password" /&gt;</c>; never filled in again.</summary>
[HtmlTargetElement("m-password", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PasswordTagHelper(IStringLocalizer<SharedText> shared) : FieldTagHelper(shared)
{
    public string? Autocomplete { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output) => Replace(output, new PasswordInput
    {
        Id = Id,
        Name = Name,
        Label = MakeLabel(),
        Hint = MakeHint(),
        ErrorMessage = MakeError(),
        Classes = Classes,
        Disabled = Disabled,
        Autocomplete = Autocomplete,
        Attributes = Rest(output),
        ShowPasswordText = Shared["Password.Show"],
        HidePasswordText = Shared["Password.Hide"],
        ShowPasswordAriaLabelText = Shared["Password.ShowLabel"],
        HidePasswordAriaLabelText = Shared["Password.HideLabel"],
        PasswordShownAnnouncementText = Shared["Password.Shown"],
        PasswordHiddenAnnouncementText = Shared["Password.Hidden"],
    }.Render());
}

/// <summary><c>&lt;m-file for="File" accept=".csv,.xlsx" /&gt;</c>; may be dropped on where there is a script.</summary>
[HtmlTargetElement("m-file", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FileTagHelper(IStringLocalizer<SharedText> shared) : FieldTagHelper(shared)
{
    public bool Multiple { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output) => Replace(output, new FileUpload
    {
        Id = Id,
        Name = Name,
        Label = MakeLabel(),
        Hint = MakeHint(),
        ErrorMessage = MakeError(),
        Classes = Classes,
        Disabled = Disabled,
        Multiple = Multiple,
        Attributes = Rest(output),
        Javascript = true,
        ChooseFilesButtonText = Shared["File.Choose"],
        NoFileChosenText = Shared["File.None"],
        DropInstructionText = Shared["File.Drop"],
        EnteredDropZoneText = Shared["File.Entered"],
        LeftDropZoneText = Shared["File.Left"],
    }.Render());
}

/// <summary><c>&lt;m-select for="Region" items="Model.Regions" /&gt;</c></summary>
[HtmlTargetElement("m-select", TagStructure = TagStructure.WithoutEndTag)]
public sealed class SelectTagHelper(IStringLocalizer<SharedText> shared) : FieldTagHelper(shared)
{
    public IEnumerable<Microsoft.AspNetCore.Mvc.Rendering.SelectListItem> Items { get; set; } = [];

    public override void Process(TagHelperContext context, TagHelperOutput output) => Replace(output, new Select
    {
        Id = Id,
        Name = Name,
        Value = Typed,
        Items = [.. Items.Select(item => new Option { Value = item.Value ?? "", Text = item.Text, Selected = item.Selected ? true : null, Disabled = item.Disabled })],
        Label = MakeLabel(),
        Hint = MakeHint(),
        ErrorMessage = MakeError(),
        Classes = Classes,
        Disabled = Disabled,
        Attributes = Rest(output),
    }.Render());
}

/// <summary><c>&lt;m-date for="On" /&gt;</c>: day, month, year.</summary>
[HtmlTargetElement("m-date", TagStructure = TagStructure.WithoutEndTag)]
public sealed class DateTagHelper(IStringLocalizer<SharedText> shared) : FieldTagHelper(shared)
{
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var day = For.Model as DateOnly?;
        Replace(output, new DateFields
        {
            Id = Id + "-date", // the plain id is the first part's, so that the error summary leads into a field
            NamePrefix = Name,
            Fieldset = MakeFieldset(),
            Hint = MakeHint(),
            ErrorMessage = MakeError(),
            Classes = Classes,
            Attributes = Rest(output),
            Items = [Part("Day", Id, day?.Day), Part("Month", Id + "-Month", day?.Month), Part("Year", Id + "-Year", day?.Year)],
        }.Render());
    }

    private DatePart Part(string part, string id, int? value) => new()
    {
        Name = part,
        Id = id,
        Label = Shared["Date." + part],
        Value = TypedAs($"{Name}.{part}") ?? value?.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}

using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>A day in three fields: kinder than a calendar for a day one knows by heart.</summary>
public sealed record DateFields
{
    public string Id { get; init; } = "";

    public string? NamePrefix { get; init; }

    public Fieldset? Fieldset { get; init; }

    public Hint? Hint { get; init; }

    public ErrorMessage? ErrorMessage { get; init; }

    public FormGroup? FormGroup { get; init; }

    public string? Classes { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public IReadOnlyList<DatePart> Items { get; init; } = [];

    public IHtmlContent Render()
    {
        var inner = new HtmlContentBuilder();
        var describedBy = string.IsNullOrEmpty(Fieldset?.DescribedBy) ? null : Fieldset.DescribedBy;
        Field.AddNotes(inner, Id, Hint, ErrorMessage, ref describedBy);
        IReadOnlyList<DatePart> parts = Items.Count > 0 ? Items : [new() { Name = "day" }, new() { Name = "month" }, new() { Name = "year" }];
        var anyHasError = parts.Any(part => part.ShowsError);
        inner.AppendHtml(new Element("div", "govuk-date-input").Class(Classes).SetAll(Attributes).Set("id", Id.Length > 0 ? Id : null)
            .Add(FormGroup?.BeforeInputs?.Content())
            .Add(parts.Select(part => One(part, anyHasError)))
            .Add(FormGroup?.AfterInputs?.Content()));
        return Field.Group(ErrorMessage, FormGroup).Add(Fieldset is null ? inner : (Fieldset with { DescribedBy = describedBy, Role = "group", Html = null }).Render(inner));
    }

    private Element One(DatePart part, bool anyHasError)
    {
        var isRed = part.Classes?.Contains("govuk-input--error", StringComparison.Ordinal) != true && (part.Error ?? (ErrorMessage is not null && !anyHasError));
        var hasWidth = part.Classes?.Contains("govuk-input--width-", StringComparison.Ordinal) == true;
        var classes = Field.Join("govuk-date-input__input", isRed ? "govuk-input--error" : null);
        classes = Field.Join(classes, hasWidth ? null : part.Name is "year" or "Year" ? "govuk-input--width-4" : "govuk-input--width-2");
        return new Element("div", "govuk-date-input__item").Add(new Input
        {
            Label = new Label { Text = part.Label ?? char.ToUpperInvariant(part.Name[0]) + part.Name[1..], Classes = "govuk-date-input__label" },
            Id = part.Id ?? Id + "-" + part.Name,
            Name = (string.IsNullOrEmpty(NamePrefix) ? "" : NamePrefix + (part.Name is "Day" or "Month" or "Year" ? "." : "-")) + part.Name,
            Classes = Field.Join(classes, part.Classes),
            Value = part.Value,
            Inputmode = string.IsNullOrEmpty(part.Inputmode) ? "numeric" : part.Inputmode,
            Autocomplete = part.Autocomplete,
            Pattern = part.Pattern,
            Attributes = part.Attributes,
        }.Render());
    }
}

/// <summary>Day, month or year.</summary>
public sealed record DatePart
{
    public string Name { get; init; } = "";

    public string? Id { get; init; }

    public string? Label { get; init; }

    public string? Value { get; init; }

    public string? Classes { get; init; }

    public string? Inputmode { get; init; }

    public string? Autocomplete { get; init; }

    public string? Pattern { get; init; }

    /// <summary>This part is wrong; when none says so and the whole has an error, all are.</summary>
    public bool? Error { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    internal bool ShowsError => Error == true || Classes?.Contains("govuk-input--error", StringComparison.Ordinal) == true;
}

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>One line to type into, drawn by <c>_Field</c> with its label, hint and error.</summary>
public sealed record Field(string Name, string Label)
{
    public string? Hint { get; init; }

    public string? Value { get; init; }

    public string Type { get; init; } = "text";

    public string? AutoComplete { get; init; }

    public string? InputMode { get; init; }

    /// <summary>A govuk width class: govuk-input--width-10.</summary>
    public string? Width { get; init; }

    public bool IsPassword => Type == "password";
}

/// <summary>Several of a list may be chosen, or one: checkboxes, radios or a drop-down, drawn by <c>_Choices</c> and <c>_Select</c>.</summary>
public sealed record Choices(string Name, string Legend, IReadOnlyList<Choice> Items)
{
    public string? Hint { get; init; }

    public bool IsOne { get; init; }
}

public sealed record Choice(string Value, string Text, bool IsChosen = false, string? Hint = null);

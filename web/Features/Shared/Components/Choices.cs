using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>Radios and checkboxes: a list of answers, some of which open a further question.</summary>
public abstract record Choices
{
    public string? IdPrefix { get; init; }

    public string Name { get; init; } = "";

    public Fieldset? Fieldset { get; init; }

    public Hint? Hint { get; init; }

    public ErrorMessage? ErrorMessage { get; init; }

    public FormGroup? FormGroup { get; init; }

    public string? Classes { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public IReadOnlyList<Choice?> Items { get; init; } = [];

    private string Prefix => string.IsNullOrEmpty(IdPrefix) ? Name : IdPrefix;

    /// <summary>"radios" or "checkboxes".</summary>
    protected abstract string Block { get; }

    protected abstract string InputType { get; }

    protected abstract bool IsChosen(Choice item);

    /// <summary>What describes each answer where no fieldset can carry it.</summary>
    protected virtual string? DescribesItems(string? describedBy) => null;

    protected virtual string? OuterDescribedBy => null;

    public IHtmlContent Render()
    {
        var group = Field.Group(ErrorMessage, FormGroup);
        var inner = new HtmlContentBuilder();
        var describedBy = string.IsNullOrEmpty(Fieldset?.DescribedBy) ? OuterDescribedBy : Fieldset.DescribedBy;
        Field.AddNotes(inner, Prefix, Hint, ErrorMessage, ref describedBy);
        inner.AppendHtml(List(Fieldset is null ? DescribesItems(describedBy) : null));
        return group.Add(Fieldset is null ? inner : (Fieldset with { DescribedBy = describedBy, Html = null }).Render(inner));
    }

    private Element List(string? itemsDescribedBy)
    {
        var list = new Element("div", "govuk-" + Block).Class(Classes).SetAll(Attributes).Set("data-module", "govuk-" + Block).Add(FormGroup?.BeforeInputs?.Content());
        for (var i = 0; i < Items.Count; i++)
        {
            if (Items[i] is { } item)
            {
                AddItem(list, item, item.Id ?? Prefix + (i == 0 ? "" : "-" + (i + 1)), itemsDescribedBy);
            }
        }

        return list.Add(FormGroup?.AfterInputs?.Content());
    }

    private void AddItem(Element list, Choice item, string id, string? describedBy)
    {
        if (item.Divider is not null)
        {
            list.Add(new Element("div", $"govuk-{Block}__divider").Text(item.Divider));
            return;
        }

        var hintId = item.Hint is { IsEmpty: false } ? id + "-item-hint" : null;
        var opens = !string.IsNullOrEmpty(item.Conditional?.Html);
        var isChosen = item.Checked == true || (IsChosen(item) && item.Checked != false);
        list.Add(new Element("div", $"govuk-{Block}__item")
            .Add(new Element("input", $"govuk-{Block}__input").Set("id", id).Set("name", item.Name ?? Name).Set("type", InputType).Set("value", item.Value ?? "")
                .Flag("checked", isChosen).Flag("disabled", item.Disabled).Set("data-aria-controls", opens ? "conditional-" + id : null)
                .Set("data-behaviour", item.Behaviour).Set("aria-describedby", Field.Join(describedBy, hintId)).SetAll(item.Attributes))
            .Add(new Label { For = id, Text = item.Text, Html = item.Html, Classes = Field.Join($"govuk-{Block}__label", item.Label?.Classes), Attributes = item.Label?.Attributes }.Render())
            .Add(hintId is null ? null : (item.Hint! with { Id = hintId, Classes = Field.Join($"govuk-{Block}__hint", item.Hint!.Classes) }).Render()));
        if (opens)
        {
            list.Add(new Element("div", $"govuk-{Block}__conditional").Class(!isChosen, $"govuk-{Block}__conditional--hidden").Set("id", "conditional-" + id).Add(Element.Raw(item.Conditional!.Html!)));
        }
    }
}

/// <summary>One answer.</summary>
public sealed record Choice
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Value { get; init; }

    public string? Text { get; init; }

    public string? Html { get; init; }

    public Wording? Label { get; init; }

    public Hint? Hint { get; init; }

    /// <summary>"or" between answers.</summary>
    public string? Divider { get; init; }

    public bool? Checked { get; init; }

    public bool Disabled { get; init; }

    /// <summary>"exclusive": none of these.</summary>
    public string? Behaviour { get; init; }

    public Wording? Conditional { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}

/// <summary>One of a few answers.</summary>
public sealed record Radios : Choices
{
    public string? Value { get; init; }

    protected override string Block => "radios";

    protected override string InputType => "radio";

    protected override bool IsChosen(Choice item) => !string.IsNullOrEmpty(Value) && item?.Value == Value;
}

/// <summary>Any number of a few answers.</summary>
public sealed record Checkboxes : Choices
{
    public string? DescribedBy { get; init; }

    public IReadOnlyList<string>? Values { get; init; }

    protected override string Block => "checkboxes";

    protected override string InputType => "checkbox";

    protected override string? OuterDescribedBy => DescribedBy;

    protected override bool IsChosen(Choice item) => Values is not null && Values.Contains(item?.Value, StringComparer.Ordinal);

    protected override string? DescribesItems(string? describedBy) => describedBy;
}

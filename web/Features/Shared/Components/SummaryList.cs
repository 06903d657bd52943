using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>Names and values, each with what can be done about it.</summary>
public sealed record SummaryList
{
    public IReadOnlyList<SummaryRow?> Rows { get; init; } = [];

    public string? Classes { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public IHtmlContent Render()
    {
        var rows = Rows.OfType<SummaryRow>().ToList();
        var anyHasActions = rows.Exists(row => row.Actions?.Items.Count > 0);
        return new Element("dl", "govuk-summary-list").Class(Classes).SetAll(Attributes).Add(rows.Select(row =>
        {
            var actions = row.Actions?.Items ?? [];
            return new Element("div", "govuk-summary-list__row").Class(anyHasActions && actions.Count == 0 && row.Actions is not { HasItems: true }, "govuk-summary-list__row--no-actions").Class(row.Classes)
                .Add((row.Key ?? new Wording()).Into(new Element("dt", "govuk-summary-list__key").Class(row.Key?.Classes)))
                .Add((row.Value ?? new Wording()).Into(new Element("dd", "govuk-summary-list__value").Class(row.Value?.Classes)))
                .Add(actions.Count == 0 ? null : new Element("dd", "govuk-summary-list__actions").Class(row.Actions!.Classes).Add(Links(actions)));
        }));
    }

    private static Element Links(IReadOnlyList<SummaryAction> actions) => actions.Count == 1
        ? actions[0].Render()
        : new Element("ul", "govuk-summary-list__actions-list").Add(actions.Select(action => new Element("li", "govuk-summary-list__actions-list-item").Add(action.Render())));
}

public sealed record SummaryRow
{
    public Wording? Key { get; init; }

    public Wording? Value { get; init; }

    public SummaryActions? Actions { get; init; }

    public string? Classes { get; init; }
}

public sealed record SummaryActions
{
    private readonly IReadOnlyList<SummaryAction>? items;

    public IReadOnlyList<SummaryAction> Items
    {
        get => items ?? [];
        init => items = value;
    }

    public string? Classes { get; init; }

    /// <summary>A list was given, though it may be empty.</summary>
    internal bool HasItems => items is not null;
}

public sealed record SummaryAction : Wording
{
    public string? Href { get; init; }

    /// <summary>What is changed, for those who only hear the link.</summary>
    public string? VisuallyHiddenText { get; init; }

    internal Element Render()
    {
        var link = Into(new Element("a", "govuk-link").Class(Classes).Set("href", Href ?? "").SetAll(Attributes));
        return string.IsNullOrEmpty(VisuallyHiddenText) ? link : link.Add(new Element("span", "govuk-visually-hidden").Text(" " + VisuallyHiddenText));
    }
}

/// <summary>What is to be done, each with its state.</summary>
public sealed record TaskList
{
    public string? IdPrefix { get; init; }

    public IReadOnlyList<TaskItem?> Items { get; init; } = [];

    public string? Classes { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public IHtmlContent Render() =>
        new Element("ul", "govuk-task-list").Class(Classes).SetAll(Attributes).Add(Items.Select((item, index) => (item, index)).Where(pair => pair.item is not null).Select(pair => One(pair.item!, pair.index + 1)));

    private Element One(TaskItem item, int number)
    {
        var prefix = string.IsNullOrEmpty(IdPrefix) ? "task-list" : IdPrefix;
        var hintId = item.Hint is null ? null : $"{prefix}-{number}-hint";
        var statusId = $"{prefix}-{number}-status";
        var title = item.Title ?? new Wording();
        var isLink = !string.IsNullOrEmpty(item.Href);
        return new Element("li", "govuk-task-list__item").Class(isLink, "govuk-task-list__item--with-link").Class(item.Classes)
            .Add(new Element("div", "govuk-task-list__name-and-hint")
                .Add(title.Into(isLink
                    ? new Element("a", "govuk-link govuk-task-list__link").Class(title.Classes).Set("href", item.Href).Set("aria-describedby", Field.Join(hintId, statusId))
                    : new Element("div").Class(title.Classes)))
                .Add(item.Hint?.Into(new Element("div", "govuk-task-list__hint").Set("id", hintId))))
            .Add(new Element("div", "govuk-task-list__status").Class(item.Status?.Classes).Set("id", statusId)
                .Add(item.Status?.Tag?.Render() ?? item.Status?.Content()));
    }
}

public sealed record TaskItem
{
    public Wording? Title { get; init; }

    public Wording? Hint { get; init; }

    public TaskStatus? Status { get; init; }

    public string? Href { get; init; }

    public string? Classes { get; init; }
}

public sealed record TaskStatus : Wording
{
    public Tag? Tag { get; init; }
}

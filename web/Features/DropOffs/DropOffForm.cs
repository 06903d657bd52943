using EwasteEpr.TakeBack.DropOffs;

namespace EwasteEpr.Web.Features.DropOffs;

/// <summary>A thing as the address of the page carries it: <c>0306~Broken~Wiped~1</c>. So going back, another language and no script lose nothing.</summary>
public sealed record ChosenItem(string UnuKey, HeldCondition Condition, DataChoice Data, bool ForReuse)
{
    public NewItem ToItem() => new(UnuKey, Condition, Data, ForReuse);

    public override string ToString() => $"{UnuKey}~{Condition}~{Data}~{(ForReuse ? 1 : 0)}";

    /// <returns>Null for what is none; it was written by hand.</returns>
    public static ChosenItem? Parse(string? text) =>
        text?.Split('~') is [{ Length: 4 } key, var condition, var data, var reuse]
        && Enum.TryParse<HeldCondition>(condition, out var state) && Enum.IsDefined(state) && Enum.TryParse<DataChoice>(data, out var choice) && Enum.IsDefined(choice)
            ? new ChosenItem(key, state, choice, reuse == "1")
            : null;
}

/// <summary>What the three screens ask, all of it in the address.</summary>
/// <param name="I">Things that are answered.</param>
/// <param name="Item">The thing that is being asked about.</param>
/// <param name="Go">The button: find, about, point or more.</param>
public sealed record DropOffQuery(string[]? I, string? Item, string? Q, string? Go, HeldCondition? Condition, DataChoice? Data, bool Reuse, string? Town)
{
    public IReadOnlyList<ChosenItem> Chosen => [.. (I ?? []).Select(ChosenItem.Parse).OfType<ChosenItem>().Take(DropOffService.MostItems)];

    /// <summary>The address of a screen with these things.</summary>
    public static string Address(string language, IEnumerable<ChosenItem> items, string more) =>
        $"/{language}/drop-off/new?" + string.Concat(items.Select(item => $"i={Uri.EscapeDataString(item.ToString())}&")) + more;
}

/// <param name="Visit">The drop-off's id, made when the page was shown: sent twice, it is one.</param>
public sealed record GetCodeForm(Guid Visit, string[]? I, string? Town, string? Point, bool IsOwner)
{
    public IReadOnlyList<ChosenItem> Chosen => [.. (I ?? []).Select(ChosenItem.Parse).OfType<ChosenItem>().Take(DropOffService.MostItems)];
}

public sealed record PhoneForm(string? Phone, bool News, string? Code);

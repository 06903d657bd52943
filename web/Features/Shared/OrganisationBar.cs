namespace EwasteEpr.Web.Features.Shared;

/// <summary>Under the header of a working page: whose it is and its parts. Put it in <c>@section OrganisationBar</c>.</summary>
/// <param name="Name">The organisation.</param>
/// <param name="Number">Its number with the word before it, ready to show.</param>
/// <param name="Links">The parts of its room, in order.</param>
public sealed record OrganisationBar(string Name, string Number, IReadOnlyList<BarLink> Links)
{
    /// <summary>As many as stand in one line beside the name at 1280 px in Kazakh, the longest of the three languages.</summary>
    private const int MostInOneLine = 6;

    /// <summary>The bar has a second line, for the parts of the group one is in.</summary>
    public bool IsGrouped => Links.Count > MostInOneLine && Groups.Any(group => group.Links.Count > 1);

    /// <summary>Parts that belong together, in the order in which the first of each comes; a part without a group stands alone.</summary>
    public IReadOnlyList<BarGroup> Groups { get; } =
        [.. Links.GroupBy(link => link.Group.Length == 0 ? link.Href : link.Group, StringComparer.Ordinal).Select(group => new BarGroup(group.Key, [.. group]))];
}

/// <param name="Group">A key of <see cref="SharedText"/> after <c>Bar.</c>; empty for a part that stands alone.</param>
public sealed record BarLink(string Text, string Href, bool IsCurrent, string Group = "");

/// <param name="Key">Of its name, as in <see cref="BarLink.Group"/>.</param>
public sealed record BarGroup(string Key, IReadOnlyList<BarLink> Links)
{
    public bool IsCurrent => Links.Any(link => link.IsCurrent);

    /// <summary>One part needs no name above it.</summary>
    public bool IsSingle => Links.Count == 1;
}

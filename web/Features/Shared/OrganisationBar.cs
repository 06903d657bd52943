namespace EwasteEpr.Web.Features.Shared;

/// <summary>Under the header of a working page: whose it is and its parts. Put it in <c>@section OrganisationBar</c>.</summary>
/// <param name="Name">The organisation.</param>
/// <param name="Number">Its number with the word before it, ready to show.</param>
/// <param name="Links">The parts of its room.</param>
public sealed record OrganisationBar(string Name, string Number, IReadOnlyList<BarLink> Links);

public sealed record BarLink(string Text, string Href, bool IsCurrent);

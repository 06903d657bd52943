using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using Microsoft.AspNetCore.WebUtilities;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Filters of the lines, all in the address.</summary>
public sealed record LinesQuery(int? Version = null, string? Category = null, string? Q = null, int? After = null, string? Size = null)
{
    public int PageSize => Size == "200" ? 200 : 50;

    public LineFilter ToFilter() => new(string.IsNullOrEmpty(Category) ? null : Category, Q is { Length: > 100 } ? Q[..100] : Q, false, After ?? 0, PageSize);

    public string Address(string path, int? after = null, string? size = null) => QueryHelpers.AddQueryString(
        path,
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["version"] = Version?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["category"] = Category,
            ["q"] = Q,
            ["size"] = size ?? Size,
            ["after"] = after?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        }.Where(pair => !string.IsNullOrEmpty(pair.Value)));
}

/// <param name="Form">None where nothing can be changed.</param>
/// <param name="Opened">The line that says why.</param>
public sealed record LinesPage(DeclarationDetail Declaration, LinesQuery Query, Page<LineRow, int> Lines, LineForm? Form, Explanation? Opened)
{
    public bool IsDraft => Declaration.Version.State == VersionState.Draft && Declaration.DraftVersion == Declaration.Version.Version;
}

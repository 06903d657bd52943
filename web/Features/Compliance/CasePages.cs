using EwasteEpr.Compliance;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Compliance;

/// <summary>What stands in the address of the list.</summary>
public sealed record CaseQuery(string? Rule, string? State, string? Region, string? Q, Guid? After)
{
    public bool IsFiltered => !string.IsNullOrEmpty(Rule) || !string.IsNullOrEmpty(State) || !string.IsNullOrEmpty(Region) || !string.IsNullOrEmpty(Q);

    public CaseFilter For(IReadOnlyList<string>? regions) => new(Rule, State, Region, Q, After, regions);

    public string Address(string path, Guid? after = null)
    {
        var query = QueryString.Empty;
        foreach (var (name, value) in new[] { ("rule", Rule), ("state", State), ("region", Region), ("q", Q), ("after", after?.ToString("D")) })
        {
            query = string.IsNullOrEmpty(value) ? query : query.Add(name, value);
        }

        return path + query;
    }
}

public sealed record CaseListPage(CaseQuery Query, IReadOnlyList<CaseRow> Rows, Guid? Next, IReadOnlyList<RuleCount> Counts, IReadOnlyList<Region> Regions, bool IsOperator, bool IsInspector);

/// <param name="Form">A key for the form that opens something, so that a second click opens nothing.</param>
public sealed record CasePage(CaseDetails Details, CaseViewer Viewer, string Home, Guid Form)
{
    public CaseRow Case => Details.Case;
}

public enum CaseViewer
{
    Operator,

    /// <summary>Of the region of the case.</summary>
    Inspector,

    /// <summary>Reads and changes nothing.</summary>
    Reader,
    Organisation,
}

public sealed record OwnCasesPage(OrganisationAccess Organisation, IReadOnlyList<CaseRow> Rows);

public sealed record ExtractsPage(IReadOnlyList<ExtractRow> Extracts, IReadOnlyList<GapRow> Gaps, string? Source);

public sealed record ExtractPage(string Number, IReadOnlyList<ExtractRefusalRow> Refusals);

internal static class CaseWords
{
    public static StatusKind Shape(string state) => state switch
    {
        nameof(CaseState.Open) => StatusKind.Waiting,
        nameof(CaseState.Notified) => StatusKind.NeedsReason,
        nameof(CaseState.Answered) => StatusKind.InWork,
        nameof(CaseState.Resolved) => StatusKind.Done,
        _ => StatusKind.Stopped,
    };
}

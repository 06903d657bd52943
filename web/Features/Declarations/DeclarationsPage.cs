using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using Microsoft.AspNetCore.WebUtilities;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>The filters of the list, all in its address. What is not understood filters nothing.</summary>
public sealed record DeclarationsQuery(string? Kind = null, string? State = null, string? Year = null, string? Q = null, Guid? After = null, string? Size = null)
{
    public bool IsFiltered => Kind is { Length: > 0 } || State is { Length: > 0 } || Year is { Length: > 0 } || Q is { Length: > 0 };

    public int PageSize => Size == "200" ? 200 : 50;

    public DeclarationFilter ToFilter() => new(
        Enum.TryParse<DeclarationKind>(Kind, out var kind) && Enum.IsDefined(kind) ? kind : null,
        Enum.TryParse<DeclarationState>(State, out var state) && Enum.IsDefined(state) ? state : null,
        Period.TryParse(Year, out var period) && period.Quarter is null ? period.Year : null,
        Q is { Length: > 100 } ? Q[..100] : Q,
        After,
        PageSize);

    public string Address(string path, Guid? after = null, string? size = null) => QueryHelpers.AddQueryString(
        path,
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["kind"] = Kind,
            ["state"] = State,
            ["year"] = Year,
            ["q"] = Q,
            ["size"] = size ?? Size,
            ["after"] = after?.ToString(),
        }.Where(pair => !string.IsNullOrEmpty(pair.Value)));
}

public sealed record DeclarationsPage(DeclarationsQuery Query, Page<DeclarationListItem, Guid> List, DeclarationSum Sum)
{
    public static IReadOnlyList<string> CsvHead { get; } =
        ["number", "kind", "state", "period_from", "period_until", "document_no", "version", "lines", "mass_kg", "fee_kzt", "submitted_at", "updated_at"];

    public static object?[] CsvRow(DeclarationListItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return
        [
            item.Number, item.Kind.ToString(), item.State.ToString(), item.PeriodFrom, item.PeriodUntil?.AddDays(-1), item.DocumentNo, item.Version, item.Lines,
            item.MassGrams / 1000m, item.FeeTiyn / 100m, item.SubmittedAt, item.UpdatedAt,
        ];
    }
}

/// <summary>One declaration and what is to be done with it.</summary>
public sealed record TasksPage(DeclarationDetail Declaration, IReadOnlyList<UploadProgress> Uploads, OrganisationAccess Organisation)
{
    public bool MayPrepare => Organisation.Has(OrganisationRole.Preparer);

    public bool MaySign => Organisation.Has(OrganisationRole.Signatory);

    public bool IsDraft => Declaration.DraftVersion is not null;

    public UploadProgress? Running => Uploads.FirstOrDefault(upload => upload.UploadId == Declaration.BusyUploadId);
}

public sealed record HistoryPage(DeclarationDetail Declaration, IReadOnlyList<DeclarationVersion> Versions, IReadOnlyList<DeclarationEvent> Events, IReadOnlyDictionary<Guid, string> People);

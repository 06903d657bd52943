using EwasteEpr.Reconciliation.Sheets;

namespace EwasteEpr.Web.Features.Reconciliation;

public sealed class SheetForm
{
    public string? Csv { get; set; }

    public string? FileName { get; set; }

    public string? Source { get; set; }

    public string? Version { get; set; }

    public bool IsIllustrative { get; set; }

    /// <summary>The second button: propose what was shown.</summary>
    public bool Propose { get; set; }
}

/// <param name="Kind">None: all kinds, to choose from.</param>
public sealed record SheetsPage(SheetKind? Kind, IReadOnlyList<SheetListed> List, SheetReading? Reading, SheetForm Form, string? Done, bool MayPropose);

public sealed record SheetPage(SheetKind Kind, SheetListed Sheet, IReadOnlyList<SheetRowListed> Rows, int? Next, string? Done, bool MayApply, bool IsOwn);

public sealed record HistoryPage(int? Year, IReadOnlyList<HistoryRow> Rows, HistoryRow? Next);

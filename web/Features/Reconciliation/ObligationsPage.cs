using EwasteEpr.Reconciliation.Obligations;

namespace EwasteEpr.Web.Features.Reconciliation;

public sealed class MemberForm
{
    public string? Slug { get; set; }

    public DateOnly? From { get; set; }

    public DateOnly? Until { get; set; }

    public string? Document { get; set; }
}

public sealed class RunForm
{
    public string? Category { get; set; }

    public ObligationBasis Basis { get; set; } = ObligationBasis.MarketShare;

    public decimal? Share { get; set; }

    public long? TotalKg { get; set; }

    public int? ReferenceYear { get; set; }

    public string? Act { get; set; }
}

public sealed class ObligationForms
{
    public MemberForm Member { get; set; } = new();

    public RunForm Run { get; set; } = new();
}

/// <param name="OwnShare">r, as two people entered it in the settings; none: not known.</param>
/// <param name="ShortfallPrice">Tenge a missing kilogram; none: no bill is made.</param>
public sealed record ObligationsPage(
    int Year, int ThisYear, IReadOnlyList<RunRow> Runs, IReadOnlyList<ShareRow> Shares, IReadOnlyList<OwnSystemRow> Members, ObligationForms Forms, string? Done, Guid Person, bool MayPropose, bool MayPublish, string? OwnShare, string? ShortfallPrice);

public sealed record OwnObligationPage(int Year, int ThisYear, IReadOnlyList<ShareRow> Shares, IReadOnlyList<OwnSystemRow> Memberships, IReadOnlyList<OwnPlaced> Placed);

using EwasteEpr.Evidence.Payouts;
using EwasteEpr.Organisations;

namespace EwasteEpr.Web.Features.Evidence;

public sealed record PayoutsPage(
    IReadOnlyList<StageRunRow> Runs, IReadOnlyList<StageTariffRow> Tariffs, IReadOnlyList<PayoutRow> Open, FundFigures Fund, Guid Me, TariffForm Tariff, DateOnly Month, string? Said);

public sealed record RunPage(StageRunRow Run, IReadOnlyList<PayoutRow> Payouts, IReadOnlyList<StageLineRow> Lines, Guid Me, string? Said);

/// <summary>What one organisation earned by stages, and what was paid of it.</summary>
public sealed record EarningsPage(OrganisationAccess Access, IReadOnlyList<PayoutRow> Payouts, IReadOnlyList<StageLineRow> Lines);

public sealed class TariffForm
{
    public PaidStage Stage { get; set; } = PaidStage.Collection;

    public string? Mci { get; set; }

    public DateOnly? From { get; set; }

    public string? Basis { get; set; }

    public IReadOnlyList<string>? Channels { get; set; }
}

using EwasteEpr.Payments.Invoicing;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>The lines of an invoice or a credit note, each with its "Why?".</summary>
/// <param name="Here">The page; opening a line adds <c>why</c>.</param>
/// <param name="Priced">Where the priced lines of the declaration stand.</param>
/// <param name="SinceVersion">A difference to this version; none: all of it.</param>
public sealed record FeeLinesModel(IReadOnlyList<FeeLine> Lines, string Caption, string Here, string? Why, string Priced, int Version, int? SinceVersion, long AmountTiyn);

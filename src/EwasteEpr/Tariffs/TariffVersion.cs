namespace EwasteEpr.Tariffs;

/// <summary>A methodology with its rows: what <see cref="TariffTable"/> is made of.</summary>
/// <param name="IsSuperseded">A successor of the same first day took its place: it prices nothing new unless it is named, and stays readable.</param>
public sealed record TariffVersion(Methodology Methodology, IReadOnlyList<TariffRow> Rows, bool IsSuperseded = false);

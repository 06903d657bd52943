namespace EwasteEpr.Tariffs;

/// <summary>A methodology with its rows: what <see cref="TariffTable"/> is made of.</summary>
public sealed record TariffVersion(Methodology Methodology, IReadOnlyList<TariffRow> Rows);

namespace EwasteEpr.Ledger;

/// <summary>What an account counts: tiyn, or grams of one reporting category. Two units never meet in one transfer.</summary>
/// <remarks>The codes are the rows of <c>ledger.units</c>. <c>default</c> is no unit and throws when read.</remarks>
public readonly record struct LedgerUnit
{
    private readonly string? code;

    private LedgerUnit(string code) => this.code = code;

    public static LedgerUnit Tenge { get; } = new("KZT");

    public string Code => code ?? throw new InvalidOperationException("Not a unit.");

    /// <param name="category">A reporting category: 1, 2, 3, 4a, 4b, 5 or 6 (domain.md, section 5).</param>
    /// <exception cref="ArgumentOutOfRangeException">No such category.</exception>
    public static LedgerUnit MassOf(string category) => category is "1" or "2" or "3" or "4a" or "4b" or "5" or "6"
        ? new("mass:" + category)
        : throw new ArgumentOutOfRangeException(nameof(category), category, "Categories are 1, 2, 3, 4a, 4b, 5 and 6.");

    public override string ToString() => code ?? "";
}

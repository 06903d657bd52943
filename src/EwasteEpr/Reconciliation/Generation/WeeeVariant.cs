namespace EwasteEpr.Reconciliation.Generation;

/// <summary>How a continuous lifetime becomes shares of whole years. Published figures differ by this choice, so it is always named.</summary>
/// <remarks>F(x) = 1 - exp(-(x / scale)^shape) and f its density; d is the age in years, 0 in the year of placing on the market. domain.md, section 10.</remarks>
public enum WeeeVariant
{
    /// <summary>F(d) - F(d-1) for d of 1 and more; nothing in the first year. As ODYM does.</summary>
    A,

    /// <summary>f(d + 0.5): the density in the middle of each year, as the official tool does. The default. The shares need not add up to 1.</summary>
    B,

    /// <summary>F(d+1) - F(d): what exactly falls into each year of age.</summary>
    C,
}

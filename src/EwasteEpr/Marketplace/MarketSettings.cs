using System.Globalization;
using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>The operator's settings of the marketplace; what is not known is not applied, and pages say so.</summary>
public static class MarketSettings
{
    private const string ValueSql = "select value from app.settings where key = @key";

    /// <summary>While the length is not known no protest period runs.</summary>
    public static async Task<int> ProtestDaysAsync(DbTransaction transaction, CancellationToken ct) => (int)(await NumberAsync(transaction, "market.protest_days", ct) ?? 0);

    /// <returns>Percent below the median, and a floor in tiyn per tonne; none where not set.</returns>
    public static async Task<(decimal? Percent, long? FloorTiyn)> LowPriceAsync(DbTransaction transaction, CancellationToken ct) =>
        (await NumberAsync(transaction, "market.low_price_percent", ct), await NumberAsync(transaction, "market.low_price_floor", ct) is { } tenge ? Money.Round(tenge).Tiyn : null);

    private static async Task<decimal?> NumberAsync(DbTransaction transaction, string key, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return decimal.TryParse(await transaction.QuerySingleOrDefaultAsync<string>(ValueSql, new { key }, ct), NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}

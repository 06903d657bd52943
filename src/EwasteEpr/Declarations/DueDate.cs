using System.Globalization;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations;

/// <summary>By when a period is to be declared, as the operator has set it; none while the law's answer is not known.</summary>
public static class DueDate
{
    /// <summary>A number of days: 20 means the twentieth day after the period's last.</summary>
    public const string SettingKey = "declarations.due_date";

    private const string SettingSql = "select value from app.settings where key = 'declarations.due_date'";

    public static async Task<DateOnly?> OfAsync(Db db, Period period, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        return Of(await db.QuerySingleOrDefaultAsync<string>(SettingSql, null, ct), period);
    }

    /// <returns>The last day on which it is still in time.</returns>
    public static DateOnly? Of(string? setting, Period period) =>
        int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 366
            ? period.Days.Until!.Value.AddDays(days - 1)
            : null;
}

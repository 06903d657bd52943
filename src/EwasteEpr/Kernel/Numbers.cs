using System.Globalization;

namespace EwasteEpr.Kernel;

/// <summary>The numbers that have no gaps. All others come from sequences.</summary>
public static class Numbers
{
    private const string NextSql = "select year, number from app.next_number(@series)";

    /// <summary>Takes the next number of the year in Asia/Almaty; a rollback gives it back.</summary>
    /// <remarks>Everybody else who wants one waits until the transaction ends: make it the last statement of a short one.</remarks>
    public static async Task<DocumentNumber> NextAsync(DbTransaction transaction, NumberSeries series, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var row = await transaction.QuerySingleAsync<NumberRow>(NextSql, new { series = series.ToString() }, ct);
        return new DocumentNumber(series, row.Year, row.Number);
    }

    private sealed record NumberRow(int Year, long Number);
}

/// <summary>Documents whose numbers law and bookkeeping want without gaps.</summary>
public enum NumberSeries
{
    Invoice,
    CreditNote,
    Certificate,
}

/// <summary>A number as it is printed: <c>INV-2026-000123</c>.</summary>
public readonly record struct DocumentNumber(NumberSeries Series, int Year, long Number)
{
    public override string ToString()
    {
        var prefix = Series switch { NumberSeries.Invoice => "INV", NumberSeries.CreditNote => "CRN", _ => "CRT" };
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}-{Year}-{Number:000000}");
    }
}

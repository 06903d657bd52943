using EwasteEpr.Kernel;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Payments.Statements;

namespace EwasteEpr.Web.Features.Payments;

/// <param name="Last">The last day that is in it.</param>
public sealed record StatementPage(Statement Statement, DateOnly Last, InvoiceOwner Owner, IReadOnlyList<PositionPart> Position, string Here, string Documents, StatementQuery Query, DateOnly Today, bool IsOperators)
{
    public static IReadOnlyList<string> CsvHead { get; } = ["day", "kind", "document", "debit_kzt", "credit_kzt", "balance_kzt"];

    /// <summary>Opening, every entry with the balance after it, closing.</summary>
    public static IEnumerable<object?[]> CsvRows(Statement statement, DateOnly last)
    {
        ArgumentNullException.ThrowIfNull(statement);
        yield return [statement.Days.From, "opening", "", null, null, statement.OpeningTiyn / 100m];
        var balance = statement.OpeningTiyn;
        foreach (var entry in statement.Entries)
        {
            balance += entry.Tiyn;
            yield return [entry.BusinessOn, entry.Kind, entry.Document, entry.Tiyn < 0 ? -entry.Tiyn / 100m : null, entry.Tiyn > 0 ? entry.Tiyn / 100m : null, balance / 100m];
        }

        yield return [last, "closing", "", statement.DebitTiyn / 100m, statement.CreditTiyn / 100m, statement.ClosingTiyn / 100m];
    }
}

/// <summary>First and last day, as people say it; nothing means this year so far.</summary>
public sealed record StatementQuery(string? From = null, string? To = null)
{
    public DateRange Days(DateOnly today)
    {
        var from = Day(From) ?? new DateOnly(today.Year, 1, 1);
        var last = Day(To) ?? today;
        return last >= from ? new DateRange(from, last.AddDays(1)) : new DateRange(from, from.AddDays(1));
    }

    private static DateOnly? Day(string? text) => DateInput.TryParse(text, out var day) == DateProblem.None && day.Year is > 1999 and < 2199 ? day : null;
}

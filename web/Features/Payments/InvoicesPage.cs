using EwasteEpr.Declarations;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Invoicing;
using Microsoft.AspNetCore.WebUtilities;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>The filters of a list of invoices, all in its address. What is not understood filters nothing.</summary>
public sealed record InvoicesQuery(string? State = null, string? Q = null, string? From = null, string? To = null, Guid? After = null, string? Size = null)
{
    public const string Overdue = nameof(Overdue);

    public bool IsFiltered => State is { Length: > 0 } || Q is { Length: > 0 } || From is { Length: > 0 } || To is { Length: > 0 };

    public int PageSize => Size == "200" ? 200 : 50;

    public InvoiceFilter ToFilter() => new(
        Enum.TryParse<InvoiceState>(State, out var state) && Enum.IsDefined(state) ? state : null,
        State == Overdue,
        Q is { Length: > 100 } ? Q[..100] : Q,
        Day(From),
        Day(To)?.AddDays(1),
        After,
        PageSize);

    public string Address(string path, Guid? after = null, string? size = null) => QueryHelpers.AddQueryString(
        path,
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["state"] = State,
            ["q"] = Q,
            ["from"] = From,
            ["to"] = To,
            ["size"] = size ?? Size,
            ["after"] = after?.ToString(),
        }.Where(pair => !string.IsNullOrEmpty(pair.Value)));

    private static DateOnly? Day(string? text) => DateInput.TryParse(text, out var day) == DateProblem.None && day.Year is > 1999 and < 2200 ? day : null;
}

/// <param name="Position">Of the organisation; none on the operator's list.</param>
public sealed record InvoicesPage(
    InvoicesQuery Query, Page<InvoiceRow, Guid> List, InvoiceSums Sum, string Here, MoneyPosition? Position, IReadOnlyList<CreditNoteItem> CreditNotes, BillingState? Billing)
{
    public bool IsOperators => Position is null;

    public static IReadOnlyList<string> CsvHead { get; } =
    [
        "number", "organisation", "declaration", "version", "issued_on", "due_on", "settled_on", "state", "days_overdue",
        "amount_kzt", "credited_kzt", "paid_kzt", "open_kzt", "payment_reference", "esf_status",
    ];

    public static object?[] CsvRow(InvoiceRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return
        [
            row.Number, row.NameRu, row.Declaration, row.Version, row.IssuedOn, row.DueOn, row.SettledOn, row.State.ToString(), row.DaysOverdue,
            row.AmountTiyn / 100m, row.CreditedTiyn / 100m, row.AllocatedTiyn / 100m, row.OpenTiyn / 100m, row.PaymentReference, row.EsfStatus,
        ];
    }
}

/// <summary>One invoice with what the reader may do with it.</summary>
/// <param name="Why">The line that explains itself, or "open".</param>
public sealed record InvoicePage(Invoice Invoice, PaymentTerms Terms, string? Why, string Here, string Declaration, bool IsOperators, bool MayChangePayer, PayerForm Form)
{
    public bool CardFirst => Terms.CardMax is { } most && Invoice.Row.OpenTiyn <= most.Tiyn;

    public Money? Interest => Terms.Interest is { } rule && Invoice.Row.IsOverdue ? rule.On(Invoice.Open, Invoice.Row.DaysOverdue) : null;
}

public sealed record PayerForm(string? Who, string? Name, string? Bin, string? Address);

public sealed record CreditNotePage(CreditNote Note, string Here, string Declaration, string Invoices);

using System.Globalization;
using System.Text.Json;
using EwasteEpr.Payments.Invoicing;

namespace EwasteEpr.Web.Features.Payments;

/// <param name="Next">Pass it as after; none on the last page.</param>
public sealed record InvoicesAnswer(IReadOnlyList<InvoiceAnswer> Invoices, Guid? Next);

/// <summary>An invoice as it stands. Amounts are tenge.</summary>
/// <param name="Programme">official, or illustrative: a rehearsal that nobody has to pay.</param>
/// <param name="DueOn">None where no rule is known.</param>
/// <param name="PaymentReference">What a bank transfer has to name.</param>
public sealed record InvoiceAnswer(
    string Number, string Declaration, int Version, string Programme, string State, int DaysOverdue, DateOnly IssuedOn, DateOnly? DueOn, DateOnly? SettledOn,
    string Amount, string Credited, string Paid, string Open, string Currency, string PaymentReference)
{
    internal static InvoiceAnswer Of(InvoiceRow row) => new(
        row.Number, row.Declaration, row.Version, Snake(row.Programme), Snake(row.State.ToString()), row.DaysOverdue, row.IssuedOn, row.DueOn, row.SettledOn,
        Tenge(row.AmountTiyn), Tenge(row.CreditedTiyn), Tenge(row.AllocatedTiyn), Tenge(row.OpenTiyn), "KZT", row.PaymentReference);

    internal static InvoiceState? StateOf(string? name) => Enum.GetValues<InvoiceState>().Select(state => (InvoiceState?)state).FirstOrDefault(state => Snake(state.ToString()!) == name);

    internal static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    internal static string Tenge(long tiyn) => (tiyn / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}

public sealed record InvoiceDetailAnswer(InvoiceAnswer Invoice, PayerAnswer Payer, IReadOnlyList<InvoiceLineAnswer> Lines, IReadOnlyList<InvoiceStepAnswer> Steps)
{
    internal static InvoiceDetailAnswer Of(Invoice invoice) => new(
        InvoiceAnswer.Of(invoice.Row),
        new PayerAnswer(invoice.Payer.NameKk, invoice.Payer.NameRu, invoice.Payer.Bin),
        [.. invoice.Lines.Select(InvoiceLineAnswer.Of)],
        [.. invoice.Steps.Select(step => new InvoiceStepAnswer(step.On, InvoiceAnswer.Snake(step.What), step.Document, InvoiceAnswer.Tenge(step.AmountTiyn)))]);
}

/// <param name="Bin">None for a sole trader: the number is personal.</param>
public sealed record PayerAnswer(string NameKk, string NameRu, string? Bin);

/// <summary>Lines of the declaration with one category (or packaging), coefficient and MCI.</summary>
public sealed record InvoiceLineAnswer(string Category, string? Packaging, string? Coefficient, string? Mci, int Lines, string MassKg, string Amount)
{
    internal static InvoiceLineAnswer Of(FeeLine line) => new(
        line.Category, line.Packaging, Decimal(line.Coefficient), Decimal(line.MciValue), line.Lines, (line.MassGrams / 1000m).ToString("0.###", CultureInfo.InvariantCulture), InvoiceAnswer.Tenge(line.AmountTiyn));

    private static string? Decimal(decimal? value) => value?.ToString("0.########", CultureInfo.InvariantCulture);
}

/// <param name="What">allocation, set_off, taken_back or credit_note.</param>
public sealed record InvoiceStepAnswer(DateOnly On, string What, string Document, string Amount);

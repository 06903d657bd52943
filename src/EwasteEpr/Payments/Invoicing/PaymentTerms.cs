using System.Globalization;
using System.Text.Json;
using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Invoicing;

/// <summary>What the operator has settled about money, as it stands now. What nobody knows is none, and a paper prints "–".</summary>
/// <param name="Interest">Percent a year, and only where its act is known too.</param>
/// <param name="CardMax">Above it the bank transfer comes first.</param>
/// <param name="ReminderDays">Days after the due date, negative before it.</param>
public sealed record PaymentTerms(InvoiceTerms Printed, int? InvoiceDays, InterestRule? Interest, Money? CardMax, IReadOnlyList<int> ReminderDays)
{
    private const string AllSql = "select key, value, basis from app.settings where value is not null and (key like 'payments.%' or key = 'fee.interest') order by key limit 100";

    public static async Task<PaymentTerms> ReadAsync(Db db, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        var settings = (await db.QueryAsync<SettingRow>(AllSql, null, ct)).ToDictionary(row => row.Key, StringComparer.Ordinal);
        string? Text(string name) => settings.GetValueOrDefault("payments." + name)?.Value;
        decimal? Number(string key) => settings.GetValueOrDefault(key) is { } row ? decimal.Parse(row.Value, CultureInfo.InvariantCulture) : null;
        return new PaymentTerms(
            new InvoiceTerms(
                Text("beneficiary"), Text("beneficiary_bin"), Text("iik"), Text("bik"), Text("bank"), Text("kbe"), Text("knp"), Text("contract"),
                Text("vat_treatment"), settings.GetValueOrDefault("payments.vat_treatment")?.Basis),
            Number("payments.invoice_days") is { } days and <= 3650 ? decimal.ToInt32(days) : null,
            settings.GetValueOrDefault("fee.interest") is { Basis: { } basis } ? new InterestRule(Number("fee.interest")!.Value, basis) : null,
            Number("payments.card_max") is { } most and <= 1_000_000_000_000m ? Money.Round(most) : null,
            [.. (Text("reminders") ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries)
                .Select(word => int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step) ? step : (int?)null)
                .OfType<int>().Where(step => Math.Abs(step) <= 3650).Distinct().Order()]);
    }

    private sealed record SettingRow(string Key, string Value, string? Basis);
}

/// <summary>What an invoice carries from the day of its issue on, whatever the operator changes later.</summary>
public sealed record InvoiceTerms(
    string? Beneficiary, string? BeneficiaryBin, string? Iik, string? Bik, string? Bank, string? Kbe, string? Knp, string? Contract, string? VatTreatment, string? VatBasis)
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Without these nobody could pay: no invoice is issued.</summary>
    public IReadOnlyList<string> Missing =>
    [
        .. new (string Key, string? Value)[] { ("payments.beneficiary", Beneficiary), ("payments.beneficiary_bin", BeneficiaryBin), ("payments.iik", Iik), ("payments.bik", Bik), ("payments.kbe", Kbe), ("payments.knp", Knp) }
            .Where(one => one.Value is null).Select(one => one.Key),
    ];

    public string ToJson() => JsonSerializer.Serialize(this, Snake);

    public static InvoiceTerms FromJson(string json) => JsonSerializer.Deserialize<InvoiceTerms>(json, Snake)!;
}

/// <summary>Interest on what is overdue: a rate and the act it rests on.</summary>
/// <param name="PercentAYear">Of 365 days.</param>
public sealed record InterestRule(decimal PercentAYear, string Basis)
{
    /// <summary>For information: nothing is posted for it.</summary>
    public Money On(Money open, int daysOverdue) => Money.Round(open.Amount * PercentAYear / 100m * daysOverdue / 365m);
}

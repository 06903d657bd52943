using EwasteEpr.Kernel;
using EwasteEpr.Marketplace;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>A lot as the operator enters it.</summary>
public sealed class LotForm
{
    private const decimal Most = 100_000_000m;

    public LotKind? Kind { get; set; } = LotKind.Sealed;

    public Guid[]? Containers { get; set; }

    public decimal? Reserve { get; set; }

    public decimal? Step { get; set; }

    public decimal? Deposit { get; set; } = 0;

    public bool Keeps { get; set; }

    public string? DepositBasis { get; set; }

    public string? OwnerName { get; set; }

    public string? Basis { get; set; }

    public string? Note { get; set; }

    public DateOnly? ClosesOn { get; set; }

    public string? ClosesAt { get; set; } = "18:00";

    public LotDraft? Check(ModelStateDictionary state, IStringLocalizer<MarketplaceText> text)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(text);
        void Need(string field, bool isGood, string key)
        {
            if (!isGood && state.GetValidationState(field) != ModelValidationState.Invalid)
            {
                state.AddModelError(field, text[key]);
            }
        }

        var hasTime = TimeOnly.TryParseExact(ClosesAt, "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var time);
        Need(nameof(Kind), Kind is not null, "E.Kind");
        Need(nameof(Containers), Containers is { Length: > 0 and <= 500 }, "E.Containers");
        Need(nameof(Reserve), Reserve is >= -Most and <= Most && IsTiyn(Reserve), "E.Price");
        Need(nameof(Step), Kind != LotKind.Open || (Step is > 0 and <= Most && IsTiyn(Step)), "E.Step");
        Need(nameof(Deposit), Deposit is >= 0 and <= Most && IsTiyn(Deposit), "E.Deposit");
        Need(nameof(OwnerName), OwnerName?.Trim() is { Length: >= 3 and <= 300 }, "E.Owner");
        Need(nameof(ClosesOn), ClosesOn is not null, "E.ClosesOn");
        Need(nameof(ClosesAt), hasTime, "E.ClosesAt");
        foreach (var (name, value) in new[] { (nameof(Basis), Basis), (nameof(Note), Note), (nameof(DepositBasis), DepositBasis) })
        {
            Need(name, value is null || value.Length <= 1000, "E.Long");
        }

        return !state.IsValid ? null : new LotDraft(
            Kind!.Value, Containers!, Tiyn(Reserve!.Value), Kind == LotKind.Open ? Tiyn(Step!.Value) : null, new DepositRule(Tiyn(Deposit!.Value), Keeps, Cut(DepositBasis)), OwnerName!.Trim(), Cut(Basis), Cut(Note),
            BusinessTime.StartOf(ClosesOn!.Value) + time.ToTimeSpan());
    }

    private static bool IsTiyn(decimal? tenge) => decimal.IsInteger(tenge!.Value * 100);

    private static long Tiyn(decimal tenge) => decimal.ToInt64(tenge * 100);

    private static string? Cut(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();
}

using System.Text.RegularExpressions;
using EwasteEpr.Vouchers.Merchants;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Where the merchant is paid.</summary>
public sealed partial record BankForm(string? Iban, string? Bic, string? Kbe)
{
    public MerchantBank? Check(ModelStateDictionary state, IStringLocalizer<MerchantText> text)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(text);
        var (iban, bic, kbe) = (Bare(Iban), Bare(Bic), Bare(Kbe));
        if (!IsIban(iban))
        {
            state.AddModelError(nameof(Iban), text["Iban.Wrong"]);
        }

        if (!BicShape().IsMatch(bic))
        {
            state.AddModelError(nameof(Bic), text["Bic.Wrong"]);
        }

        if (!KbeShape().IsMatch(kbe))
        {
            state.AddModelError(nameof(Kbe), text["Kbe.Wrong"]);
        }

        return state.IsValid ? new MerchantBank(iban, bic, kbe) : null;
    }

    /// <summary>ISO 13616: letters count from 10, the first four go last, the whole is 1 modulo 97.</summary>
    private static bool IsIban(string iban)
    {
        if (!IbanShape().IsMatch(iban))
        {
            return false;
        }

        var rest = 0;
        foreach (var c in iban[4..] + iban[..4])
        {
            var value = char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10;
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
        }

        return rest == 1;
    }

    private static string Bare(string? typed) => typed is { Length: <= 60 } ? string.Concat(typed.Where(c => !char.IsWhiteSpace(c))).ToUpperInvariant() : "";

    [GeneratedRegex("^KZ[0-9]{2}[0-9A-Z]{16}$", RegexOptions.NonBacktracking)]
    private static partial Regex IbanShape();

    [GeneratedRegex("^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex BicShape();

    [GeneratedRegex("^[0-9]{2}$", RegexOptions.NonBacktracking)]
    private static partial Regex KbeShape();
}

public sealed record ShopForm(string? Name, string? Address, string? Region)
{
    private const int Longest = 200;

    public NewShop? Check(ModelStateDictionary state, IStringLocalizer<MerchantText> text)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > Longest)
        {
            state.AddModelError(nameof(Name), text["ShopName.Missing"]);
        }

        if (string.IsNullOrWhiteSpace(Address) || Address.Length > Longest)
        {
            state.AddModelError(nameof(Address), text["ShopAddress.Missing"]);
        }

        if (string.IsNullOrEmpty(Region))
        {
            state.AddModelError(nameof(Region), text["ShopRegion.Missing"]);
        }

        return state.IsValid ? new NewShop(Name!.Trim(), Address!.Trim(), Region!) : null;
    }
}

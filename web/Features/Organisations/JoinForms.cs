using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>What is asked of an organisation that joins: ten lines, no papers.</summary>
public sealed record OrganisationForm(
    string? Number, string? NameKk, string? NameRu, string? RegionKato, string? Address, string? ContactName, string? ContactEmail, string? ContactPhone, string[]? Activities)
{
    private const int LongestText = 300;

    /// <summary>The form's own shape; each sentence stands at its field.</summary>
    public NewOrganisation? Check(ModelStateDictionary state, IReadOnlyList<Region> regions, IStringLocalizer<OrganisationsText> text)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(text);
        var check = Bin.Check(Number, out var number);
        if (check != BinCheck.Valid)
        {
            state.AddModelError(nameof(Number), text[string.IsNullOrWhiteSpace(Number) ? "Number.Missing" : "Number." + check]);
        }

        Require(state, nameof(NameKk), NameKk, text["NameKk.Missing"]);
        Require(state, nameof(NameRu), NameRu, text["NameRu.Missing"]);
        if (!regions.Any(region => region.Kato == RegionKato))
        {
            state.AddModelError(nameof(RegionKato), text["Region.Missing"]);
        }

        Require(state, nameof(Address), Address, text["Address.Missing"]);
        Require(state, nameof(ContactName), ContactName, text["ContactName.Missing"]);
        if (!EmailAddress.IsPlausible(ContactEmail))
        {
            state.AddModelError(nameof(ContactEmail), text["ContactEmail.Missing"]);
        }

        if (ContactPhone is null || ContactPhone.Count(char.IsAsciiDigit) is < 10 or > 15 || ContactPhone.Length > 40)
        {
            state.AddModelError(nameof(ContactPhone), text["ContactPhone.Missing"]);
        }

        var activities = (Activities ?? []).Where(activity => Activity.All.Contains(activity, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        if (activities.Count == 0)
        {
            state.AddModelError(nameof(Activities), text["Activities.Missing"]);
        }

        return state.IsValid
            ? new NewOrganisation(number, NameKk!.Trim(), NameRu!.Trim(), RegionKato!, Address!.Trim(), ContactName!.Trim(), ContactEmail!.Trim(), ContactPhone!.Trim(), activities)
            : null;
    }

    private static void Require(ModelStateDictionary state, string field, string? value, string sentence)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > LongestText)
        {
            state.AddModelError(field, sentence);
        }
    }
}

public sealed record OrganisationPage(OrganisationForm Form, IReadOnlyList<Region> Regions);

/// <summary>An address that a letter can be tried at: whether it exists, the letter shows.</summary>
public static class EmailAddress
{
    public static bool IsPlausible(string? text) =>
        text is { Length: >= 3 and <= 254 } && text.Trim() is var trimmed && trimmed.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
        && at == trimmed.LastIndexOf('@') && at < trimmed.Length - 1 && !trimmed.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or ',' or ';' or '"')
        && trimmed[(at + 1)..] is var host && !host.StartsWith('.') && !host.EndsWith('.');
}

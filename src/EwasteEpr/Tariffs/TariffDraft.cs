using System.Text.RegularExpressions;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>A new version as one person proposes it.</summary>
public sealed record TariffDraft(
    string Code,
    TariffProgramme Programme,
    LegalAct? Act,
    LocalText Title,
    DateRange Valid,
    MciBy MciBy,
    MciPurpose MciPurpose,
    TariffRounding Rounding,
    LocalText Source,
    IReadOnlyList<TariffDraftRow> Rows)
{
    /// <summary>Codes stand in addresses and file names.</summary>
    public static bool IsCode(string code) => CodeForm.IsMatch(code) && code is not ("new" or "mci" or "codes");

    private static readonly Regex CodeForm = new("^[A-Za-z0-9][A-Za-z0-9-]{1,39}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}

public sealed record TariffDraftRow(TariffMatch Kind, string Match, decimal? Coefficient, LocalText? Note, string? LegalBasis);

/// <summary>How rows are named in files: hs_prefix, product_group, unu_key, category, any, packaging.</summary>
public static class TariffMatches
{
    private static readonly (TariffMatch Kind, string Code)[] Codes =
    [
        (TariffMatch.HsPrefix, "hs_prefix"), (TariffMatch.ProductGroup, "product_group"), (TariffMatch.UnuKey, "unu_key"),
        (TariffMatch.Category, "category"), (TariffMatch.Any, "any"), (TariffMatch.Packaging, "packaging"),
    ];

    public static string Code(TariffMatch kind) => Codes[(int)kind].Code;

    public static bool TryParse(string code, out TariffMatch kind)
    {
        var found = Array.Find(Codes, entry => string.Equals(entry.Code, code.Trim(), StringComparison.OrdinalIgnoreCase));
        kind = found.Kind;
        return found.Code is not null;
    }

    /// <summary>What is written in one form: digits without spaces, codes in their own letters. None where it is not of the kind.</summary>
    public static string? Normalise(TariffMatch kind, string match)
    {
        match = match.Trim();
        return kind switch
        {
            TariffMatch.HsPrefix => HsCode.TryParse(match, out var hs) ? hs.ToString() : null,
            TariffMatch.UnuKey => UnuKey.TryParse(match, out var key) ? key.ToString() : null,
            TariffMatch.Category => EquipmentCategories.TryParse(match, out var category) ? EquipmentCategories.Code(category) : null,
            TariffMatch.Any => match is "" or "EEE" ? "EEE" : null,
            TariffMatch.Packaging => Enum.TryParse<PackagingKind>(match, ignoreCase: true, out var kindOf) && !int.TryParse(match, out _) ? TariffIndex.PackagingCode(kindOf) : null,
            _ => match.Length is > 0 and <= 20 ? match : null,
        };
    }
}

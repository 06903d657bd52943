using EwasteEpr.Tariffs;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>The tables of tariffs as files. The rows of a version can be edited and proposed as a new one.</summary>
internal static class TariffTables
{
    public static CsvFile Rows(TariffVersion version) => new(
        $"tariff-{version.Methodology.Code}.csv",
        ["match_kind", "match", "coefficient", "legal_basis", "note_kk", "note_ru", "note_en"],
        version.Rows.Select(row => new object?[]
        {
            TariffMatches.Code(row.Kind), row.Match, row.Coefficient is { } k ? k : TariffFile.NotSet, row.LegalBasis, row.Note?.Kk, row.Note?.Ru, row.Note?.En,
        }));

    public static CsvFile Versions(TariffSnapshot tariffs) => new(
        "tariff-versions.csv",
        ["code", "programme", "valid_from", "valid_until", "superseded", "act_number", "act_date", "act_en", "act_link", "mci_by", "mci_purpose", "rounding", "rows", "rows_not_set"],
        tariffs.Versions.Select(version => version.Methodology is var m ? new object?[]
        {
            m.Code, m.Programme, m.Valid.From, m.Valid.Until, version.IsSuperseded, m.Act?.Number, m.Act?.Date, m.Act?.Name.En, m.Act?.Link, m.MciBy, m.MciPurpose, m.Rounding,
            version.Rows.Count, version.Rows.Count(row => row.Coefficient is null),
        } : []));

    public static CsvFile Mci(IReadOnlyList<MciListed> values) => new(
        "mci.csv",
        ["effective_from", "value_kzt", "purpose", "confirmation", "legal_basis"],
        values.Where(value => value.State == nameof(ProposalState.Published)).Select(value => new object?[] { value.EffectiveFrom, value.ValueKzt, value.Purpose, value.Confirmation, value.LegalBasis }));

    public static CsvFile Codes(IReadOnlyList<HsRowListed> rows, EquipmentCatalogue catalogue) => new(
        "hs-unu.csv",
        ["hs_prefix", "unu_key", "category", "decides", "origin", "description_en", "source"],
        rows.Where(row => row.State == nameof(ProposalState.Published)).Select(row => (Row: row, Key: UnuKey.Parse(row.UnuKey))).Select(entry => new object?[]
        {
            entry.Row.HsPrefix, entry.Row.UnuKey, EquipmentCategories.Code(catalogue.CategoryOf(entry.Key)),
            catalogue.FindHs(Kernel.HsCode.Parse(entry.Row.HsPrefix)).Key == entry.Key, entry.Row.Origin, entry.Row.DescriptionEn, entry.Row.Source,
        }));
}

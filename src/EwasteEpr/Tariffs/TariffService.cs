using Dapper;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>Reads the tariffs once and hands out the same snapshot until something behind it changes.</summary>
public sealed class TariffService(Db db)
{
    private TariffSnapshot? current;

    private const string StampSql = "select stamp from tariff_stamp";

    /// <summary>The tariffs as they are now; one cheap question to the database when nothing has changed.</summary>
    public async Task<TariffSnapshot> CurrentAsync(CancellationToken ct)
    {
        var stamp = await db.QuerySingleAsync<long>(StampSql, null, ct);
        var known = Volatile.Read(ref current);
        if (known?.Stamp == stamp)
        {
            return known;
        }

        var read = await LoadAsync(ct);
        Volatile.Write(ref current, read);
        return read;
    }

    // The stamp is read before and after: each statement sees its own moment, and equal stamps say that all saw the same.
    private const string LoadSql = """
        select stamp from tariff_stamp;
        select value from app.settings where key = 'tariff.programme';
        select unu_key, category, description_en, name_kk, name_ru, name_en, mean_weight_kg, mean_weight_year, weibull_shape, weibull_scale, introduction_year
          from unu_keys join unu_key_names using (unu_key) order by unu_key limit 10000;
        select hs_prefix, unu_key, origin from hs_unu_rows where state = 'Published' order by hs_prefix, origin limit 100000;
        select hs_prefix from spare_part_prefixes order by hs_prefix limit 100000;
        select hs_prefix, group_code, lower(valid) as valid_from, upper(valid) as valid_until from product_group_prefixes order by hs_prefix, lower(valid) limit 100000;
        select effective_from, value_kzt, purpose, confirmation from mci_values where state = 'Published' order by effective_from, purpose limit 10000;
        select methodology_id, code, programme, act_number, act_date, act_kk, act_ru, act_en, act_link, title_kk, title_ru, title_en,
               lower(valid) as valid_from, upper(valid) as valid_until, mci_by, mci_purpose, rounding, source_kk, source_ru, source_en, state
          from methodologies where state in ('Published', 'Superseded') order by lower(valid) desc, code limit 1000;
        select methodology_id, tariff_row_id, match_kind, match, coefficient, note_kk, note_ru, note_en, tariff_rows.legal_basis
          from tariff_rows join methodologies using (methodology_id) where state in ('Published', 'Superseded') order by methodology_id, row_no limit 1000000;
        select stamp from tariff_stamp;
        """;

    /// <summary>All of it in one round trip; again when a change came in between.</summary>
    public async Task<TariffSnapshot> LoadAsync(CancellationToken ct)
    {
        await using var connection = await db.Source.OpenConnectionAsync(ct);
        while (true)
        {
            await using var read = await connection.QueryMultipleAsync(new CommandDefinition(LoadSql, cancellationToken: ct));
            var before = await read.ReadSingleAsync<long>();
            var pricing = Enum.Parse<TariffProgramme>(await read.ReadSingleAsync<string>());
            var keys = (await read.ReadAsync<UnuKeyRow>()).Select(row => row.ToInfo()).ToList();
            var hsRows = (await read.ReadAsync<HsUnuRow>()).Select(row => row.ToRow()).ToList();
            var parts = (await read.ReadAsync<string>()).Select(HsCode.Parse).ToList();
            var groups = (await read.ReadAsync<GroupPrefixRow>()).Select(row => row.ToPrefix()).ToList();
            var mci = (await read.ReadAsync<MciRow>()).Select(row => row.ToValue()).ToList();
            var methodologies = (await read.ReadAsync<MethodologyRow>()).ToList();
            var rows = (await read.ReadAsync<TariffRowRow>()).ToLookup(row => row.MethodologyId, row => row.ToRow());
            if (before == await read.ReadSingleAsync<long>())
            {
                var versions = methodologies.ConvertAll(row => new TariffVersion(row.ToMethodology(), [.. rows[row.MethodologyId]], row.State == "Superseded"));
                return new TariffSnapshot(before, pricing, new EquipmentCatalogue(keys, hsRows, parts), versions, new TariffTableContext(mci, groups));
            }
        }
    }

    private sealed record HsUnuRow(string HsPrefix, string UnuKey, string Origin)
    {
        public HsRow ToRow() => new(HsCode.Parse(HsPrefix), Tariffs.UnuKey.Parse(UnuKey), Enum.Parse<HsRowOrigin>(Origin));
    }

    private sealed record GroupPrefixRow(string HsPrefix, string GroupCode, DateOnly ValidFrom, DateOnly? ValidUntil)
    {
        public ProductGroupPrefix ToPrefix() => new(HsCode.Parse(HsPrefix), GroupCode, new DateRange(ValidFrom, ValidUntil));
    }

    private sealed record MciRow(DateOnly EffectiveFrom, decimal ValueKzt, string Purpose, string Confirmation)
    {
        public MciValue ToValue() => new(EffectiveFrom, ValueKzt, Enum.Parse<MciPurpose>(Purpose), Confirmation);
    }
}

internal sealed record UnuKeyRow(
    string UnuKey, string Category, string DescriptionEn, string NameKk, string NameRu, string NameEn,
    decimal? MeanWeightKg, int? MeanWeightYear, double? WeibullShape, double? WeibullScale, int? IntroductionYear)
{
    public UnuKeyInfo ToInfo() => new(
        Tariffs.UnuKey.Parse(UnuKey), EquipmentCategories.Parse(Category), DescriptionEn, new LocalText(NameKk, NameRu, NameEn), MeanWeightKg, MeanWeightYear,
        WeibullShape is { } shape && WeibullScale is { } scale ? new WeibullLifetime(shape, scale) : null, IntroductionYear);
}

internal sealed record MethodologyRow(
    Guid MethodologyId, string Code, string Programme, string? ActNumber, DateOnly? ActDate, string? ActKk, string? ActRu, string? ActEn, string? ActLink,
    string TitleKk, string TitleRu, string TitleEn, DateOnly ValidFrom, DateOnly? ValidUntil,
    string MciBy, string MciPurpose, string Rounding, string SourceKk, string SourceRu, string SourceEn, string State)
{
    public Methodology ToMethodology()
    {
        var title = new LocalText(TitleKk, TitleRu, TitleEn);
        var act = ActNumber is null ? null : new LegalAct(ActNumber, ActDate!.Value, new LocalText(ActKk!, ActRu!, ActEn!), title, ActLink);
        return new Methodology(
            MethodologyId, Code, Enum.Parse<TariffProgramme>(Programme), title, act, new DateRange(ValidFrom, ValidUntil),
            Enum.Parse<MciBy>(MciBy), Enum.Parse<MciPurpose>(MciPurpose), Enum.Parse<TariffRounding>(Rounding), new LocalText(SourceKk, SourceRu, SourceEn));
    }
}

internal sealed record TariffRowRow(
    Guid MethodologyId, Guid TariffRowId, string MatchKind, string Match, decimal? Coefficient, string? NoteKk, string? NoteRu, string? NoteEn, string? LegalBasis)
{
    public TariffRow ToRow() => new(
        TariffRowId, Enum.Parse<TariffMatch>(MatchKind), Match, Coefficient, NoteEn is null ? null : new LocalText(NoteKk!, NoteRu!, NoteEn), LegalBasis);
}

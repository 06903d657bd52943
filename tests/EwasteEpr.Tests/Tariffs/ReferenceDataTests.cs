using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Tests.Support;
using static EwasteEpr.Tests.Tariffs.GivenTariffs;

namespace EwasteEpr.Tests.Tariffs;

/// <summary>The reference files as they are loaded.</summary>
public sealed class ReferenceDataTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private Task<TariffSnapshot> LoadAsync() => new TariffService(database.Db).LoadAsync(CancellationToken.None);

    [Fact]
    public async Task Keys_AreAll54WithNamesInThreeLanguagesWeightAndLifetime()
    {
        var keys = (await LoadAsync()).Catalogue.Keys;
        Assert.Equal(54, keys.Count);
        Assert.All(keys, key => Assert.True(key.MeanWeightKg > 0 && key.Lifetime is { Shape: > 0, ScaleYears: > 0 }));
        Assert.All(Culture, language => Assert.Equal(54, keys.Select(key => key.Name.In(language)).Distinct(StringComparer.Ordinal).Count()));
    }

    [Fact]
    public async Task HsRows_AllResolveToTheirKeyAndTheSupplementWins()
    {
        var catalogue = (await LoadAsync()).Catalogue;
        var rows = await database.Db.QueryAsync<HsRow>("select hs_prefix, unu_key, origin from hs_unu_rows order by hs_prefix", null, CancellationToken.None);
        Assert.Equal((256, 34), (rows.Count(row => row.Origin == "Reference"), rows.Count(row => row.Origin == "Supplement")));
        var supplement = rows.Where(row => row.Origin == "Supplement").ToDictionary(row => row.HsPrefix, row => row.UnuKey, StringComparer.Ordinal);
        foreach (var row in rows)
        {
            foreach (var tail in (string[])["", "00", "0000", "9999"])
            {
                var answer = catalogue.FindHs(HsCode.Parse(row.HsPrefix + tail));
                Assert.Equal((HsKind.Known, supplement.GetValueOrDefault(row.HsPrefix, row.UnuKey)), (answer.Kind, answer.Key.ToString()));
                Assert.NotEqual(EquipmentCategory.None, catalogue.CategoryOf(answer.Key));
            }
        }
    }

    [Theory]
    [InlineData("847330", HsKind.Part)]
    [InlineData("8529908000", HsKind.Part)]
    [InlineData("8517790000", HsKind.Part)]
    [InlineData("8450", HsKind.Known)]
    [InlineData("8516", HsKind.Ambiguous)]
    [InlineData("0101210000", HsKind.Unknown)]
    public async Task Hs_PartsHeadingsAndUnknownCodesAreToldApart(string code, HsKind kind) =>
        Assert.Equal(kind, (await LoadAsync()).Catalogue.FindHs(HsCode.Parse(code)).Kind);

    [Fact]
    public async Task Official_IsFreeUntil2022AndNotSetAfterwards()
    {
        var table = (await LoadAsync()).Programme(TariffProgramme.Official);
        TariffAnswer On(string day) => table.Find(HsCode.Parse("851712"), UnuKey.Parse("0306"), EquipmentCategory.SmallIt, Day(day));
        Assert.Equal((TariffRefusal.None, 0m, "762-2017"), (On("2018-06-30").Refusal, On("2018-06-30").Row!.Coefficient, On("2018-06-30").Methodology!.Code));
        Assert.Equal((TariffRefusal.CoefficientNotSet, "448-2022"), (On("2022-01-11").Refusal, On("2022-01-11").Methodology!.Code));
        Assert.Equal(TariffRefusal.NoMethodology, On("2016-12-31").Refusal);
        Assert.Contains("448", On("2026-11-17").Methodology!.Act!.Name.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("854143", "0002", "11.4")] // HS row
    [InlineData("845011", "0104", "15.75")] // HS row of four digits
    [InlineData("851712", "0306", "28.75")] // key
    [InlineData("842211", "0102", "15")] // category 4a
    public async Task Illustrative_PricesByTheMostSpecificRow(string hs, string key, string k)
    {
        var snapshot = await LoadAsync();
        var unu = UnuKey.Parse(key);
        var answer = snapshot.Programme(TariffProgramme.Illustrative).Find(HsCode.Parse(hs), unu, snapshot.Catalogue.CategoryOf(unu), Day("2026-11-17"));
        Assert.Equal((decimal.Parse(k, System.Globalization.CultureInfo.InvariantCulture), 4325m), (answer.Row!.Coefficient, answer.Mci!.ValueKzt));
    }

    [Fact]
    public async Task Mci_OfEveryYearIsThere()
    {
        var table = (await LoadAsync()).Programme(TariffProgramme.Illustrative);
        Assert.Equal(2405, table.MciOn(MciPurpose.General, Day("2018-06-30"))!.ValueKzt);
        Assert.Equal(2651, table.MciOn(MciPurpose.General, Day("2020-06-30"))!.ValueKzt);
        Assert.Equal(2778, table.MciOn(MciPurpose.Social, Day("2020-06-30"))!.ValueKzt);
        Assert.All(Enumerable.Range(2016, 11), year => Assert.NotNull(table.MciOn(MciPurpose.General, new DateOnly(year, 12, 31))));
    }

    [Fact]
    public async Task Snapshot_IsTheSameUntilSomethingChanges()
    {
        var service = new TariffService(database.Db);
        var first = await service.CurrentAsync(CancellationToken.None);
        Assert.Same(first, await service.CurrentAsync(CancellationToken.None));
        await database.Db.ExecuteAsync("update app.settings set value = value where key = 'tariff.programme'", null, CancellationToken.None);
        Assert.NotSame(first, await service.CurrentAsync(CancellationToken.None));
    }

    [Fact]
    public async Task WorkingDays_SkipWeekendsAndDaysOff()
    {
        await database.Db.ExecuteAsync("""
            insert into calendar_days (day, kind, name_kk, name_ru, name_en, act)
            values ('2026-12-16', 'Holiday', 'т', 'т', 't', 'test'), ('2026-12-19', 'WorkingDay', 'т', 'т', 't', 'test')
            """, null, CancellationToken.None);
        // Tuesday 15 December: 16 is a day off, 17, 18 work, Saturday 19 is worked instead.
        Assert.Equal(Day("2026-12-19"), await database.Db.QuerySingleAsync<DateOnly>("select app.add_working_days('2026-12-15', 3)", null, CancellationToken.None));
        Assert.Equal(Day("2026-12-21"), await database.Db.QuerySingleAsync<DateOnly>("select app.add_working_days('2026-12-15', 4)", null, CancellationToken.None));
    }

    private static readonly string[] Culture = ["kk", "ru", "en"];

    private sealed record HsRow(string HsPrefix, string UnuKey, string Origin);
}

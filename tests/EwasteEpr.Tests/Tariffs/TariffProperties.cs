using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using FsCheck;
using FsCheck.Fluent;
using static EwasteEpr.Tests.Tariffs.GivenTariffs;

namespace EwasteEpr.Tests.Tariffs;

/// <summary>What holds for any tariff and any code.</summary>
public sealed class TariffProperties
{
    private static readonly Gen<string> HsDigits =
        from length in Gen.Elements(4, 6, 8, 10)
        from digits in Gen.Elements('8', '4', '5').ArrayOf(length) // few digits, so that prefixes meet
        select new string(digits);

    [Fact]
    public void Find_AgreesWithLookingThroughAllRows() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from prefixes in HsDigits.ArrayOf(12)
         from code in HsDigits
         select (prefixes, code)).ToArbitrary(),
        input =>
        {
            var rows = input.prefixes.Distinct(StringComparer.Ordinal).Select((prefix, i) => Row(TariffMatch.HsPrefix, prefix, i)).ToArray();
            var expected = rows.Where(row => input.code.StartsWith(row.Match, StringComparison.Ordinal)).MaxBy(row => row.Match.Length);
            var found = Table(Version("V", "2026-01-01", null, rows)).Find(HsCode.Parse(input.code), default, EquipmentCategory.None, Day("2026-05-05"));
            return found.Row == expected && found.Refusal == (expected is null ? TariffRefusal.NoRow : TariffRefusal.None);
        }));

    [Fact]
    public void FindHs_AgreesWithLookingThroughAllRows() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from prefixes in HsDigits.ArrayOf(12)
         from code in HsDigits
         select (prefixes, code)).ToArbitrary(),
        input =>
        {
            var rows = input.prefixes.Distinct(StringComparer.Ordinal).Select((prefix, i) => new HsRow(HsCode.Parse(prefix), UnuKey.Parse($"{i + 1:D4}"), HsRowOrigin.Reference)).ToList();
            var covering = rows.Where(row => input.code.StartsWith(row.Prefix.ToString(), StringComparison.Ordinal)).MaxBy(row => row.Prefix.Length);
            var below = rows.Where(row => row.Prefix.ToString().StartsWith(input.code, StringComparison.Ordinal)).Select(row => row.Key).Distinct().ToList();
            var expected = covering is not null ? HsKind.Known : below.Count switch { 0 => HsKind.Unknown, 1 => HsKind.Known, _ => HsKind.Ambiguous };
            var answer = new EquipmentCatalogue([], rows, []).FindHs(HsCode.Parse(input.code));
            return answer.Kind == expected
                && (covering is null || (answer.Key == covering.Key && answer.MatchedPrefix == covering.Prefix))
                && (expected != HsKind.Unknown || answer.MatchedPrefix.IsNone || rows.Exists(row => row.Prefix.Prefix(answer.MatchedPrefix.Length) == answer.MatchedPrefix));
        }));

    [Fact]
    public void Day_HasAtMostOneMethodology() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 4000).ToArbitrary(),
        offset =>
        {
            var table = Table(Version("A", "2017-01-01", "2022-01-11", Row(TariffMatch.Any, "EEE", 0)), Version("B", "2022-01-11", null, Row(TariffMatch.Any, "EEE", null)));
            var day = Day("2016-06-01").AddDays(offset);
            var answer = table.Find(default, UnuKey.Parse("0306"), EquipmentCategory.SmallIt, day);
            return table.Methodologies.Count(methodology => methodology.Valid.Contains(day)) == (answer.Methodology is null ? 0 : 1)
                && (day < Day("2022-01-11") || answer.Refusal != TariffRefusal.None); // never "free" after 11.01.2022
        }));
}

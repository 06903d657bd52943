using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Tests.Tariffs;

/// <summary>Tariffs in the field's words, without a database.</summary>
internal static class GivenTariffs
{
    public static LocalText Text(string text) => new(text, text, text);

    public static TariffRow Row(TariffMatch kind, string match, decimal? k) => new(Guid.CreateVersion7(), kind, match, k, null, null);

    public static TariffVersion Version(string code, string from, string? until, params TariffRow[] rows) => Version(code, from, until, MciBy.ImportDate, rows);

    public static TariffVersion Version(string code, string from, string? until, MciBy mciBy, params TariffRow[] rows) => new(
        new Methodology(
            Guid.CreateVersion7(), code, TariffProgramme.Official, Text(code), new LegalAct(code, Day(from), Text(code), Text(code), null),
            new DateRange(Day(from), until is null ? null : Day(until)), mciBy, MciPurpose.General, TariffRounding.LineHalfAway2, Text("test")),
        rows);

    public static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd");

    public static MciValue Mci(string from, decimal value, MciPurpose purpose = MciPurpose.General) => new(Day(from), value, purpose, "Press");

    public static TariffTableContext Context(params MciValue[] mci) => new(mci.Length > 0 ? mci : [Mci("2026-01-01", 4325)], []);

    public static TariffTable Table(params TariffVersion[] versions) => TariffTable.ForProgramme(TariffProgramme.Official, versions, Context());
}

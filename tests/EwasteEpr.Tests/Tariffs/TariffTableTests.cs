using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using static EwasteEpr.Tests.Tariffs.GivenTariffs;

namespace EwasteEpr.Tests.Tariffs;

public sealed class TariffTableTests
{
    private static readonly HsCode Phone = HsCode.Parse("8517130000");
    private static readonly UnuKey PhoneKey = UnuKey.Parse("0306");
    private static readonly DateOnly Today = Day("2026-11-17");

    private static readonly TariffRow[] Precedence =
    [
        Row(TariffMatch.HsPrefix, "851713", 1), Row(TariffMatch.HsPrefix, "8517", 2), Row(TariffMatch.ProductGroup, "G1", 3),
        Row(TariffMatch.UnuKey, "0306", 4), Row(TariffMatch.Category, "6", 5), Row(TariffMatch.Any, "EEE", 6),
    ];

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    [InlineData(4, 5)]
    [InlineData(5, 6)]
    public void Find_TheMostSpecificRowThatIsThereDecides(int without, int expected)
    {
        var context = new TariffTableContext([Mci("2026-01-01", 4325)], [new(HsCode.Parse("8517"), "G1", new DateRange(Day("2022-11-09"), null))]);
        var table = TariffTable.ForProgramme(TariffProgramme.Official, [Version("V", "2022-01-11", null, Precedence[without..])], context);

        var answer = table.Find(Phone, PhoneKey, EquipmentCategory.SmallIt, Today);

        Assert.Equal(expected, answer.Row!.Coefficient);
        Assert.Equal(4325, answer.Mci!.ValueKzt);
        Assert.True(answer.IsPriced);
    }

    [Fact]
    public void Find_WhenKeyDisagreesWithTheCode_KeyStandsForAllButHsRows()
    {
        var table = Table(Version("V", "2022-01-11", null, Row(TariffMatch.UnuKey, "0303", 9), Row(TariffMatch.UnuKey, "0306", 4)));
        Assert.Equal(9, table.Find(Phone, UnuKey.Parse("0303"), EquipmentCategory.Screens, Today).Row!.Coefficient);
    }

    [Fact]
    public void Find_WhenTheNationalGroupIsNotYetInForce_ItIsPassedOver()
    {
        var context = new TariffTableContext([Mci("2022-01-01", 3063)], [new(HsCode.Parse("8517"), "G1", new DateRange(Day("2022-11-09"), null))]);
        var table = TariffTable.ForProgramme(TariffProgramme.Official, [Version("V", "2022-01-11", null, Precedence[2..])], context);
        Assert.Equal(4, table.Find(Phone, PhoneKey, EquipmentCategory.SmallIt, Day("2022-11-08")).Row!.Coefficient);
        Assert.Equal(3, table.Find(Phone, PhoneKey, EquipmentCategory.SmallIt, Day("2022-11-09")).Row!.Coefficient);
    }

    [Fact]
    public void Find_ZeroNotSetAndMissingAreThreeAnswers()
    {
        var table = Table(Version("V", "2022-01-11", null, Row(TariffMatch.Category, "1", 0), Row(TariffMatch.Category, "2", null)));

        var free = table.Find(default, default, EquipmentCategory.TemperatureExchange, Today);
        var notSet = table.Find(default, default, EquipmentCategory.Screens, Today);
        var missing = table.Find(default, default, EquipmentCategory.Lamps, Today);

        Assert.Equal((TariffRefusal.None, 0m), (free.Refusal, free.Row!.Coefficient));
        Assert.Equal(TariffRefusal.CoefficientNotSet, notSet.Refusal);
        Assert.NotNull(notSet.Methodology!.Act);
        Assert.Equal(TariffRefusal.NoRow, missing.Refusal);
    }

    [Theory]
    [InlineData("2021-12-31", TariffRefusal.NoMethodology)]
    [InlineData("2027-01-01", TariffRefusal.NoMci)] // 2026's value ends with its year
    public void Find_OnADayWithoutTariff_SaysWhatLacks(string day, TariffRefusal refusal) =>
        Assert.Equal(refusal, Table(Version("V", "2022-01-11", null, Precedence)).Find(Phone, PhoneKey, EquipmentCategory.SmallIt, Day(day)).Refusal);

    [Fact]
    public void Find_WhenCoefficientAndMciLack_TellsTheCoefficientFirst()
    {
        var table = Table(Version("V", "2022-01-11", null, Row(TariffMatch.Any, "EEE", null)));
        Assert.Equal(TariffRefusal.CoefficientNotSet, table.Find(Phone, PhoneKey, EquipmentCategory.SmallIt, Day("2027-01-01")).Refusal);
    }

    [Fact]
    public void Find_AtTheBorderOfTwoVersions_EachDayHasExactlyOne()
    {
        var table = Table(Version("A", "2026-01-01", "2026-07-01", Row(TariffMatch.Any, "EEE", 1)), Version("B", "2026-07-01", null, Row(TariffMatch.Any, "EEE", 2)));
        Assert.Equal("A", table.Find(Phone, PhoneKey, EquipmentCategory.SmallIt, Day("2026-06-30")).Methodology!.Code);
        Assert.Equal("B", table.Find(Phone, PhoneKey, EquipmentCategory.SmallIt, Day("2026-07-01")).Methodology!.Code);
    }

    [Fact]
    public void Find_WhenNamed_DatesOfTheMethodologyDoNotMatter()
    {
        var table = TariffTable.ForNamed(Version("V", "2026-01-01", null, Precedence), Context(Mci("2018-01-01", 2405)));
        var answer = table.Find(Phone, PhoneKey, EquipmentCategory.SmallIt, Day("2018-06-30"));
        Assert.Equal((TariffRefusal.None, 2405m), (answer.Refusal, answer.Mci!.ValueKzt));
        Assert.False(table.Covers(Day("2018-06-30")));
    }

    [Theory]
    [InlineData(MciBy.ImportDate, "2022-06-01", MciPurpose.General, 3063)] // the rise of April may bind social payments only
    [InlineData(MciBy.ImportDate, "2022-06-01", MciPurpose.Social, 3180)]
    [InlineData(MciBy.ImportDate, "2022-03-31", MciPurpose.Social, 3063)]
    [InlineData(MciBy.FirstOfYear, "2022-06-01", MciPurpose.Social, 3063)]
    [InlineData(MciBy.NotKnown, "2022-04-01", MciPurpose.Social, 3180)]
    public void Mci_IsChosenByPurposeAndDate(MciBy by, string day, MciPurpose purpose, int expected)
    {
        var version = Version("V", "2022-01-01", null, by, Row(TariffMatch.Any, "EEE", 1));
        version = version with { Methodology = version.Methodology with { MciPurpose = purpose } };
        var table = TariffTable.ForNamed(version, Context(Mci("2022-01-01", 3063), Mci("2022-04-01", 3180, MciPurpose.Social)));
        Assert.Equal(expected, table.Find(Phone, PhoneKey, EquipmentCategory.SmallIt, Day(day)).Mci!.ValueKzt);
    }

    [Theory]
    [InlineData(MciBy.SubmissionDate, "2026-07-15")]
    [InlineData(MciBy.ImportDate, "2026-06-20")]
    [InlineData(MciBy.NotKnown, "2026-06-20")]
    public void DayFor_FollowsTheMethodologysRule(MciBy by, string expected)
    {
        var table = Table(Version("V", "2022-01-01", null, by));
        Assert.Equal(Day(expected), table.DayFor(new TariffDays(Day("2026-06-20"), Day("2026-07-15"))));
    }

    [Fact]
    public void DayFor_WhenTheRuleItselfChanges_EachLineHasOneMethodology()
    {
        var table = Table(Version("A", "2022-01-01", "2026-07-01", MciBy.ImportDate), Version("B", "2026-07-01", null, MciBy.SubmissionDate));
        Assert.Equal(Day("2026-07-15"), table.DayFor(new TariffDays(Day("2026-06-20"), Day("2026-07-15"))));
        Assert.Equal(Day("2026-05-20"), table.DayFor(new TariffDays(Day("2026-05-20"), Day("2026-06-15"))));
    }

    [Fact]
    public void FindPackaging_HasItsOwnRows()
    {
        var table = Table(Version("V", "2022-01-01", null, Row(TariffMatch.Any, "EEE", 6), Row(TariffMatch.Packaging, "paper", 1.7729m)));
        Assert.Equal(1.7729m, table.FindPackaging(PackagingKind.Paper, Today).Row!.Coefficient);
        Assert.Equal(TariffRefusal.NoRow, table.FindPackaging(PackagingKind.Glass, Today).Refusal);
    }

    [Fact]
    public void Explain_NamesEveryRowLookedAtAndTheOneTaken()
    {
        var table = Table(Version("V", "2022-01-01", null, Precedence[0], Precedence[1], Precedence[4]));
        var seen = table.Explain(Phone, PhoneKey, EquipmentCategory.SmallIt, Today);
        Assert.Equal(
            [(TariffMatch.HsPrefix, "851713", CandidateVerdict.Taken), (TariffMatch.HsPrefix, "8517", CandidateVerdict.LessSpecific), (TariffMatch.ProductGroup, null, CandidateVerdict.NoSuchRow),
             (TariffMatch.UnuKey, null, CandidateVerdict.NoSuchRow), (TariffMatch.Category, "6", CandidateVerdict.LessSpecific), (TariffMatch.Any, null, CandidateVerdict.NoSuchRow)],
            seen.Select(candidate => (candidate.Kind, candidate.Row?.Match, candidate.Verdict)));
    }

    [Fact]
    public void Find_AllocatesNothing()
    {
        var table = Table(Version("V", "2022-01-11", null, Precedence));
        table.Find(Phone, PhoneKey, EquipmentCategory.SmallIt, Today);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            table.Find(Phone, PhoneKey, EquipmentCategory.SmallIt, Today);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}

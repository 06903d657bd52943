using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using static EwasteEpr.Tests.Tariffs.GivenTariffs;

namespace EwasteEpr.Tests.Tariffs;

public sealed class TariffFileTests
{
    private static readonly EquipmentCatalogue Catalogue =
        new([new UnuKeyInfo(UnuKey.Parse("0306"), EquipmentCategory.SmallIt, "phones", Text("phones"), 0.09m, 2019, null, null)], [], []);

    [Theory]
    [InlineData(",", "28.75")]
    [InlineData(";", "28,75")]
    [InlineData("\t", "28,75")]
    public void Read_AcceptsTheSeparatorsAndMarksPeopleUse(string separator, string k)
    {
        var file = $"\uFEFFmatch_kind,match,coefficient,legal_basis\r\nunu_key,306,{k},\r\nhs_prefix,8517 13,0,article 3\nany,EEE,not_set,\n".Replace(",306,", ";306;").Replace(",", ";").Replace(";", separator);
        file = file.Replace(k.Replace(",", separator), k);
        var result = TariffFile.Read(file, Catalogue);
        Assert.Empty(result.Problems);
        Assert.Equal(
            [(TariffMatch.UnuKey, "0306", 28.75m), (TariffMatch.HsPrefix, "851713", 0m), (TariffMatch.Any, "EEE", (decimal?)null)],
            result.Rows.Select(row => (row.Kind, row.Match, row.Coefficient)));
    }

    [Fact]
    public void Read_ALongArticle_IsAProblemAndNeverCutSilently()
    {
        string Row(int length) => $"match_kind,match,coefficient,legal_basis\ncategory,1,0,{new string('x', length - 2)}😀\n";
        Assert.Equal(500, Assert.Single(TariffFile.Read(Row(500), Catalogue).Rows).LegalBasis!.Length);
        Assert.Equal(TariffFileProblemCode.TextTooLong, Assert.Single(TariffFile.Read(Row(501), Catalogue).Problems).Code);
    }

    [Theory]
    [InlineData("category,1,", TariffFileProblemCode.CoefficientMissing)] // never silently "not set", never 0
    [InlineData("category,1,-1", TariffFileProblemCode.NegativeCoefficient)]
    [InlineData("category,1,1e3", TariffFileProblemCode.BadCoefficient)]
    [InlineData("category,1,NaN", TariffFileProblemCode.BadCoefficient)]
    [InlineData("category,1,1.1234567", TariffFileProblemCode.TooManyDecimals)]
    [InlineData("category,1,0", TariffFileProblemCode.ZeroWithoutBasis)] // free is what a law says
    [InlineData("category,7,1", TariffFileProblemCode.BadMatch)]
    [InlineData("hs_prefix,851,1", TariffFileProblemCode.BadMatch)]
    [InlineData("unu_key,0999,1", TariffFileProblemCode.UnknownUnuKey)]
    [InlineData("packaging,1,1", TariffFileProblemCode.BadMatch)]
    [InlineData("colour,red,1", TariffFileProblemCode.UnknownKind)]
    public void Read_EveryBadFieldIsNamedWithItsRow(string row, TariffFileProblemCode code)
    {
        var result = TariffFile.Read("match_kind,match,coefficient\ncategory,2,1\n" + row + "\n", Catalogue);
        var problem = Assert.Single(result.Problems);
        Assert.Equal((3, code), (problem.Row, problem.Code));
        Assert.Single(result.Rows);
    }

    [Theory]
    [InlineData("", TariffFileProblemCode.Empty)]
    [InlineData("match_kind,match,coefficient\n", TariffFileProblemCode.Empty)]
    [InlineData("match_kind,coefficient\n1,2\n", TariffFileProblemCode.MissingColumn)]
    [InlineData("match_kind,match,coefficient\ncategory,1,1\ncategory,1,2\n", TariffFileProblemCode.Repeated)]
    [InlineData("match_kind,match,coefficient,note_kk\ncategory,1,1,only\n", TariffFileProblemCode.NoteInOneLanguage)]
    public void Read_FilesThatCannotBe_AreToldSo(string file, TariffFileProblemCode code) =>
        Assert.Equal(code, Assert.Single(TariffFile.Read(file, Catalogue).Problems).Code);
}

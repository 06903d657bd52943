using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Tests.Tariffs;

public sealed class EquipmentCatalogueTests
{
    private static readonly EquipmentCatalogue Catalogue = Of(
        ["8473", "845090"],
        ("850910", "0204", HsRowOrigin.Reference), ("850940", "0202", HsRowOrigin.Reference), ("8450", "0104", HsRowOrigin.Reference),
        ("853931", "0503", HsRowOrigin.Reference), ("853931", "0502", HsRowOrigin.Supplement), ("85393110", "0504", HsRowOrigin.Operator),
        ("841810", "0108", HsRowOrigin.Reference), ("841821", "0108", HsRowOrigin.Reference));

    [Theory]
    [InlineData("8509400000", HsKind.Known, "0202", "850940")]
    [InlineData("8509.40", HsKind.Known, "0202", "850940")]
    [InlineData("845011", HsKind.Known, "0104", "8450")]
    [InlineData("8539 31 90", HsKind.Known, "0502", "853931")] // the supplement wins over the reference
    [InlineData("8539 31 10 00", HsKind.Known, "0504", "85393110")] // the longer prefix wins
    [InlineData("853931", HsKind.Known, "0502", "853931")]
    [InlineData("8418", HsKind.Known, "0108", "8418")] // all subheadings agree
    [InlineData("8509", HsKind.Ambiguous, "", "8509")] // they do not
    [InlineData("847330", HsKind.Part, "", "8473")]
    [InlineData("8450900000", HsKind.Part, "", "845090")] // the part's prefix is longer than the heading's
    [InlineData("850990", HsKind.Unknown, "", "8509")]
    [InlineData("8412", HsKind.Unknown, "", "84")]
    [InlineData("010121", HsKind.Unknown, "", "")]
    public void FindHs_LongestPrefixDecides(string code, HsKind kind, string key, string prefix)
    {
        var answer = Catalogue.FindHs(HsCode.Parse(code));
        Assert.Equal((kind, key, prefix), (answer.Kind, answer.Key.ToString(), answer.MatchedPrefix.ToString()));
    }

    [Fact]
    public void FindHs_WhenOperatorRowComesFirstInTheList_ItStillWins()
    {
        var catalogue = Of([], ("8539", "0505", HsRowOrigin.Operator), ("8539", "0502", HsRowOrigin.Reference));
        Assert.Equal("0505", catalogue.FindHs(HsCode.Parse("853950")).Key.ToString());
    }

    [Fact]
    public void FindHs_AllocatesNothing()
    {
        HsCode[] codes = [HsCode.Parse("8509400000"), HsCode.Parse("9999999999"), HsCode.Parse("8509")];
        Catalogue.FindHs(codes[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 3000; i++)
        {
            Catalogue.FindHs(codes[i % 3]);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static EquipmentCatalogue Of(string[] parts, params (string Prefix, string Key, HsRowOrigin Origin)[] rows) =>
        new([], rows.Select(row => new HsRow(HsCode.Parse(row.Prefix), UnuKey.Parse(row.Key), row.Origin)), parts.Select(HsCode.Parse));
}

using System.Text;
using EwasteEpr.Reconciliation.Generation;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Tests.Reconciliation;

public sealed class PomFileTests
{
    [Theory]
    [InlineData("unu_key,year,region,tonnes\n0306,2010,R00,1.5\n306,2011,R00,2.5e-07\n")]
    [InlineData("\uFEFFtonnes;region;year;UNU_KEY\r\n1,5;R00;2010;0306\r\n2.5E-7;R00;2011;0306\r\n;;;\r\n")]
    [InlineData("unu_key\tyear\tregion\ttonnes\textra\n0306\t2010\tR00\t1.5\tx\n0306\t2011\tR00\t0.00000025\t\n")]
    public async Task Read_TheSameTableInSeveralClothes_IsTheSame(string text)
    {
        var read = await ReadAsync(text);
        Assert.Empty(read.Problems);
        Assert.Equal([new PomRow(UnuKey.Parse("0306"), 2010, "R00", 1.5), new PomRow(UnuKey.Parse("0306"), 2011, "R00", 2.5e-7)], read.Rows);
    }

    [Theory]
    [InlineData("abcd,2010,R00,1", PomProblemCode.BadKey, "unu_key", "abcd")]
    [InlineData("9999,2010,R00,1", PomProblemCode.NoLifetime, "unu_key", "9999")]
    [InlineData("0306,210,R00,1", PomProblemCode.BadYear, "year", "210")]
    [InlineData("0306,2010.5,R00,1", PomProblemCode.BadYear, "year", "2010.5")]
    [InlineData("0306,2010,,1", PomProblemCode.NoRegion, "region", "")]
    [InlineData("0306,2010,R00,", PomProblemCode.BadTonnes, "tonnes", "")]
    [InlineData("0306,2010,R00,NaN", PomProblemCode.BadTonnes, "tonnes", "NaN")]
    [InlineData("0306,2010,R00,1e400", PomProblemCode.BadTonnes, "tonnes", "1e400")]
    [InlineData("0306,2010,R00,-0.1", PomProblemCode.NegativeTonnes, "tonnes", "-0.1")]
    [InlineData("0306,2010,R00,1e308", PomProblemCode.TonnesTooLarge, "tonnes", "1e308")]
    public async Task Read_ABadRow_IsNamed_AndTheOthersStand(string row, PomProblemCode code, string column, string value)
    {
        var read = await ReadAsync($"unu_key,year,region,tonnes\n{row}\n0306,2010,R00,3\n");
        Assert.Equal([new PomProblem(2, code, column, value)], read.Problems);
        Assert.Equal(3, Assert.Single(read.Rows).Tonnes);
    }

    [Fact]
    public async Task Read_WithoutAColumn_SaysWhich() =>
        Assert.Equal([new PomProblem(1, PomProblemCode.MissingColumn, "region", "")], (await ReadAsync("unu_key,year,tonnes\n0306,2010,1\n")).Problems);

    [Fact]
    public async Task Read_RowsTwice_AreCounted() =>
        Assert.Equal(2, (await ReadAsync("unu_key,year,region,tonnes\n0306,2010,R00,1\n0306,2010,R00,2\n306,2010,R00,2\n")).Repeated);

    private static Task<PomFileResult> ReadAsync(string text) =>
        PomFile.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), key => key.Number != 9999, CancellationToken.None);
}

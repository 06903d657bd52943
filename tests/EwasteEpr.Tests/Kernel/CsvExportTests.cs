using System.Text;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tests.Kernel;

public sealed class CsvExportTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+7 701", "'+7 701")]
    [InlineData("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("Шай", "Шай")]
    [InlineData("", "")]
    public async Task Text_IsQuotedAndNeverRunsAsAFormula(string text, string expected) => Assert.Equal(expected, await CellAsync(text));

    [Fact]
    public async Task Numbers_StayNumbers()
    {
        Assert.Equal("-1.5", await CellAsync(-1.5m));
        Assert.Equal("2026-11-17", await CellAsync(new DateOnly(2026, 11, 17)));
        Assert.Equal("", await CellAsync(null));
    }

    private static async Task<string> CellAsync(object? value)
    {
        using var stream = new MemoryStream();
        await CsvExport.WriteAsync(stream, ["head"], [[value]], default);
        var text = Encoding.UTF8.GetString(stream.ToArray());
        Assert.StartsWith("\uFEFFhead\r\n", text, StringComparison.Ordinal);
        return text["\uFEFFhead\r\n".Length..^2];
    }
}

using EwasteEpr.Kernel;
using FsCheck;
using FsCheck.Fluent;

namespace EwasteEpr.Tests.Kernel;

public sealed class HsCodeTests
{
    [Theory]
    [InlineData("8418", "8418")]
    [InlineData("8418 10", "841810")]
    [InlineData("8418.10.20", "84181020")]
    [InlineData("8418 10 200 1", "8418102001")]
    [InlineData("8418\u00A0102001", "8418102001")]
    [InlineData("0101", "0101")]
    public void TryParse_AcceptsTheUsualForms(string text, string digits)
    {
        Assert.True(HsCode.TryParse(text, out var code));
        Assert.Equal(digits, code.ToString());
        Assert.Equal(digits.Length, code.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("84")]
    [InlineData("841")]
    [InlineData("84181")]
    [InlineData("8418102001x")]
    [InlineData("84181020011")]
    [InlineData("84181020010000000000000000000000")]
    [InlineData("-8418")]
    [InlineData("８４１８")]
    public void TryParse_RefusesWhatIsNoCode(string text) => Assert.False(HsCode.TryParse(text, out _));

    [Fact]
    public void LeadingZeros_TellCodesApart()
    {
        Assert.NotEqual(HsCode.Parse("000101"), HsCode.Parse("0101"));
        Assert.True(default(HsCode).IsNone);
        Assert.Equal("", default(HsCode).ToString());
    }

    [Fact]
    public void Prefix_IsTheFirstDigits() =>
        Prop.ForAll(Generate.Between(0, 9_999_999_999), Arb.From(Gen.Elements(2, 4, 6, 8, 10)), (number, length) =>
        {
            var text = number.ToString("0000000000");
            return HsCode.Parse(text).Prefix(length).ToString() == text[..length];
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Prefix_LongerThanTheCode_IsTheCode() => Assert.Equal(HsCode.Parse("8418"), HsCode.Parse("8418").Prefix(10));
}

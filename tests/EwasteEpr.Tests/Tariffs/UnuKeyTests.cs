using EwasteEpr.Tariffs;

namespace EwasteEpr.Tests.Tariffs;

public sealed class UnuKeyTests
{
    [Theory]
    [InlineData("0306", "0306")]
    [InlineData("306", "0306")]
    [InlineData(" 1002 ", "1002")]
    public void Parse_WhenAKey_KeepsFourDigits(string text, string expected)
    {
        Assert.True(UnuKey.TryParse(text, out var key));
        Assert.Equal(expected, key.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("000")]
    [InlineData("06")]
    [InlineData("03061")]
    [InlineData("03a6")]
    [InlineData("٠٣٠٦")]
    public void Parse_WhenNotAKey_IsRefused(string text) => Assert.False(UnuKey.TryParse(text, out _));

    [Theory]
    [InlineData("1", EquipmentCategory.TemperatureExchange)]
    [InlineData("4a", EquipmentCategory.Large)]
    [InlineData("4B", EquipmentCategory.Photovoltaic)]
    [InlineData("6", EquipmentCategory.SmallIt)]
    public void CategoryCode_ParsesAndReturns(string code, EquipmentCategory category)
    {
        Assert.Equal(category, EquipmentCategories.Parse(code));
        Assert.Equal(code, EquipmentCategories.Code(category), ignoreCase: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("7")]
    public void CategoryCode_WhenUnknown_IsRefused(string code) => Assert.False(EquipmentCategories.TryParse(code, out _));
}

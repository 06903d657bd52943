using EwasteEpr.PublicRegister.Impact;

namespace EwasteEpr.Tests.PublicRegister;

public sealed class ImpactTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("1234.5", "1200")]
    [InlineData("0.00456", "0.0046")]
    [InlineData("99.6", "100")]
    [InlineData("6.73", "6.7")]
    [InlineData("-15.5", "-16")]
    public void Rounded_KeepsTwoDigits(string value, string expected) =>
        Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), ImpactRange.Rounded(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture)));
}

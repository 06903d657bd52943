using EwasteEpr.Kernel;
using EwasteEpr.Vouchers;

namespace EwasteEpr.Tests.Vouchers;

public sealed class VoucherCodeTests
{
    [Fact]
    public void New_IsElevenCharactersInGroups_AndReadBackHoweverTyped()
    {
        var code = VoucherCode.New();
        Assert.Equal(VoucherCode.Length, code.ToString().Length);
        Assert.Matches("^[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{3}$", code.Grouped);
        Assert.True(VoucherCode.TryParse(" " + code.Grouped.ToLowerInvariant().Replace('0', 'o').Replace('1', 'l') + " ", out var read));
        Assert.Equal(code, read);
    }

    [Fact]
    public void TryParse_FindsEveryWrongCharacter()
    {
        var code = VoucherCode.New().ToString();
        for (var place = 0; place < code.Length; place++)
        {
            foreach (var other in Crockford.Alphabet.Where(c => c != code[place]))
            {
                Assert.False(VoucherCode.TryParse(code[..place] + other + code[(place + 1)..], out _), $"{code} with {other} at {place}");
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("7KQ4 M2XD 9V")]
    [InlineData("7KQ4 M2XD 9V44 X")]
    [InlineData("7KQ4 M2XD 9Vи")]
    public void TryParse_RefusesWhatIsNoCode(string? typed) => Assert.False(VoucherCode.TryParse(typed, out _));

    [Fact]
    public void FromBody_HasTheCheckCharacterOfLuhnMod32() => Assert.Equal(Expected("ABCDEFGHJK"), VoucherCode.FromBody("ABCDEFGHJK").ToString());

    /// <summary>Written out in another way than the product's: digits in base 32, doubled from the right, cross-added.</summary>
    private static string Expected(string body)
    {
        var sum = body.Reverse().Select((c, i) => Crockford.Alphabet.IndexOf(c) * (i % 2 == 0 ? 2 : 1)).Sum(value => value / 32 + value % 32);
        return body + Crockford.Alphabet[(32 - sum % 32) % 32];
    }
}

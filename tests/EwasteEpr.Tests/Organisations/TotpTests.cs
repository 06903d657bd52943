using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Organisations;

namespace EwasteEpr.Tests.Organisations;

public sealed class TotpTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_015);

    /// <summary>RFC 6238, appendix B.</summary>
    [Theory]
    [InlineData(59, "94287082", "46119246", "90693936")]
    [InlineData(1111111109, "07081804", "68084774", "25091201")]
    [InlineData(1111111111, "14050471", "67062674", "99943326")]
    [InlineData(1234567890, "89005924", "91819424", "93441116")]
    [InlineData(2000000000, "69279037", "90698825", "38618901")]
    [InlineData(20000000000, "65353130", "77737706", "47863826")]
    public void Code_GivesTheVectorsOfTheStandard(long seconds, string sha1, string sha256, string sha512)
    {
        const string Digits = "1234567890";
        byte[] Seed(int length) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Digits, 7))[..length]);
        var step = Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds));
        Assert.Equal(sha1, Totp.Code(Seed(20), step, 8, HashAlgorithmName.SHA1));
        Assert.Equal(sha256, Totp.Code(Seed(32), step, 8, HashAlgorithmName.SHA256));
        Assert.Equal(sha512, Totp.Code(Seed(64), step, 8, HashAlgorithmName.SHA512));
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void FindStep_AllowsOneStepOfClockDifference(int away, bool found)
    {
        var secret = Totp.NewSecret();
        var step = Totp.StepAt(Now) + away;
        Assert.Equal(found ? step : null, Totp.FindStep(secret, Totp.Code(secret, step), Now));
    }

    [Fact]
    public void FindStep_TakesTheCodeWithASpace()
    {
        var secret = Totp.NewSecret();
        var code = Totp.Code(secret, Totp.StepAt(Now));
        Assert.NotNull(Totp.FindStep(secret, code[..3] + " " + code[3..], Now));
    }

    [Theory]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void ToBase32_GivesTheVectorsOfRfc4648(string text, string base32) => Assert.Equal(base32, Totp.ToBase32(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void KeyUri_EscapesTheAccount() =>
        Assert.StartsWith("otpauth://totp/EwasteEpr:a%40b.kz?secret=", Totp.KeyUri("EwasteEpr", "a@b.kz", Totp.NewSecret()), StringComparison.Ordinal);
}

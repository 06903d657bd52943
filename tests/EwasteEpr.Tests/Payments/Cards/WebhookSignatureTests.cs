using System.Text;
using EwasteEpr.Payments.Cards;

namespace EwasteEpr.Tests.Payments.Cards;

public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_one";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"evt_1","сумма":"125 430,55 ₸"}""");

    /// <summary>Computed with openssl: printf '1790000000.{}' | openssl dgst -sha256 -hmac whsec_one.</summary>
    [Fact]
    public void Verify_KnowsASignatureThatSomebodyElseMade() => Assert.Equal(
        SignatureVerdict.Genuine,
        WebhookSignature.Verify("t=1790000000,v1=bf12d04d928ca59a711d38171f277543df149808ade704d16dd5d5a5a19b6108,v0=anything", "{}"u8, [Secret], Now));

    [Fact]
    public void Verify_TakesAnyOfSeveralSignaturesAndSecrets()
    {
        var byNew = WebhookSignature.Sign(Body, "whsec_two", Now);
        var byOld = WebhookSignature.Sign(Body, Secret, Now).Split(',')[1];
        Assert.Equal(SignatureVerdict.Genuine, WebhookSignature.Verify(byNew, Body, [Secret, "whsec_two"], Now));
        Assert.Equal(SignatureVerdict.Genuine, WebhookSignature.Verify($"{byNew},{byOld}", Body, [Secret], Now));
        Assert.Equal(SignatureVerdict.Genuine, WebhookSignature.Verify($"t=1790000000,v1={new string('0', 64)},{byOld}", Body, [Secret], Now));
        Assert.Equal(SignatureVerdict.Forged, WebhookSignature.Verify(byNew, Body, [Secret], Now));
        Assert.Equal(SignatureVerdict.Forged, WebhookSignature.Verify(byNew, Body, [], Now));
    }

    [Theory]
    [InlineData(-300, SignatureVerdict.Genuine)]
    [InlineData(300, SignatureVerdict.Genuine)]
    [InlineData(-301, SignatureVerdict.OutOfTime)]
    [InlineData(301, SignatureVerdict.OutOfTime)]
    public void Verify_AllowsFiveMinutes(int seconds, SignatureVerdict expected) =>
        Assert.Equal(expected, WebhookSignature.Verify(WebhookSignature.Sign(Body, Secret, Now.AddSeconds(seconds)), Body, [Secret], Now));

    [Fact]
    public void Verify_OfOneChangedByte_IsForged()
    {
        var header = WebhookSignature.Sign(Body, Secret, Now);
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = (byte[])Body.Clone();
            changed[i] ^= 1;
            Assert.Equal(SignatureVerdict.Forged, WebhookSignature.Verify(header, changed, [Secret], Now));
        }

        Assert.Equal(SignatureVerdict.Forged, WebhookSignature.Verify(header.Replace("t=1790000000", "t=1790000001", StringComparison.Ordinal), Body, [Secret], Now));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("t=1790000000")]
    [InlineData("v1=00")]
    [InlineData("t=abc,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=1790000000,t=1790000000,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=99999999999999999999,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=1790000000,v1=zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=1790000000,v0=0000000000000000000000000000000000000000000000000000000000000000")]
    public void Verify_WithoutAProperHeader_IsMalformed(string? header) => Assert.Equal(SignatureVerdict.Malformed, WebhookSignature.Verify(header, Body, [Secret], Now));
}

using System.Security.Cryptography.Pkcs;
using System.Text;
using EwasteEpr.Signatures;
using EwasteEpr.Signatures.Demo;

namespace EwasteEpr.Tests.Signatures;

/// <summary>Real signatures over real bytes, by an authority that the test makes.</summary>
public sealed class CmsVerifierTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 6, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Document = "ewaste-declaration 1\nE-2026-000017;1;8517130000;250000\n"u8.ToArray();
    private readonly InventedAuthority authority = new(Now);

    public void Dispose() => authority.Dispose();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Signature_OverOurBytes_IsSound(bool rsa, bool detached)
    {
        using var certificate = authority.Issue(Head with { IsRsa = rsa }, Now.AddYears(-1), Now.AddYears(1));
        var signer = Assert.IsType<SignatureVerdict.Sound>(Verify(Document, InventedAuthority.Sign(certificate, Document, detached))).Signer;
        Assert.Equal(("Гүлнар Қалиева", "141340944624", SignerRole.Head), (signer.Name, signer.OrganisationNumber, signer.Role));
        Assert.Equal(Now.AddYears(1), signer.Until);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OneByteAltered_IsRefused(bool detached)
    {
        using var certificate = authority.Issue(Head, Now.AddYears(-1), Now.AddYears(1));
        var cms = InventedAuthority.Sign(certificate, Document, detached);
        var altered = Document.ToArray();
        altered[^2] ^= 1;
        Assert.Equal(SignatureFault.OtherBytes, Fault(altered, cms));
    }

    /// <summary>Whatever byte of the signature is turned, it is never taken for sound as another holder's.</summary>
    [Fact]
    public void AnyByteOfTheSignatureTurned_IsNeverSoundForAnotherHolder()
    {
        using var certificate = authority.Issue(Head, Now.AddYears(-1), Now.AddYears(1));
        var cms = InventedAuthority.Sign(certificate, Document);
        var expected = Assert.IsType<SignatureVerdict.Sound>(Verify(Document, cms)).Signer;
        for (var i = 0; i < cms.Length; i++)
        {
            var turned = cms.ToArray();
            turned[i] ^= 0x11;
            if (Verify(Document, turned) is SignatureVerdict.Sound sound)
            {
                Assert.Equal(expected with { Algorithm = sound.Signer.Algorithm }, sound.Signer); // a byte that carries no meaning
            }
        }
    }

    [Fact]
    public void Certificate_BeforeItsDayOrAfter_IsRefused()
    {
        using var later = authority.Issue(Head, Now.AddDays(1), Now.AddYears(1));
        Assert.Equal(SignatureFault.NotYetValid, Fault(Document, InventedAuthority.Sign(later, Document)));
        using var earlier = authority.Issue(Head, Now.AddYears(-2), Now.AddSeconds(-1));
        Assert.Equal(SignatureFault.Expired, Fault(Document, InventedAuthority.Sign(earlier, Document)));
    }

    [Fact]
    public void AnotherAuthority_IsNotBelieved_AlsoUnderTheSameName()
    {
        using var stranger = new InventedAuthority(Now);
        using var certificate = stranger.Issue(Head, Now.AddYears(-1), Now.AddYears(1));
        Assert.Equal(SignatureFault.NotTrusted, Fault(Document, InventedAuthority.Sign(certificate, Document)));
    }

    [Fact]
    public void KeyForSigningIn_IsRefused()
    {
        using var certificate = authority.Issue(Head with { IsForSigningIn = true }, Now.AddYears(-1), Now.AddYears(1));
        Assert.Equal(SignatureFault.KeyForSigningIn, Fault(Document, InventedAuthority.Sign(certificate, Document)));
    }

    [Fact]
    public void TwoSigners_AreRefused()
    {
        using var first = authority.Issue(Head, Now.AddYears(-1), Now.AddYears(1));
        using var second = authority.Issue(Head with { Name = "Екінші" }, Now.AddYears(-1), Now.AddYears(1));
        var cms = new SignedCms(new ContentInfo(Document), detached: true);
        cms.ComputeSignature(new CmsSigner(first));
        cms.ComputeSignature(new CmsSigner(second));
        Assert.Equal(SignatureFault.NotOneSigner, Fault(Document, cms.Encode()));
    }

    [Fact]
    public void Sha1_IsNotTaken()
    {
        using var certificate = authority.Issue(Head with { IsRsa = true }, Now.AddYears(-1), Now.AddYears(1));
        var cms = new SignedCms(new ContentInfo(Document), detached: true);
        cms.ComputeSignature(new CmsSigner(certificate) { DigestAlgorithm = new System.Security.Cryptography.Oid("1.3.14.3.2.26") });
        Assert.Equal(SignatureFault.AlgorithmUnknown, Fault(Document, cms.Encode()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("not a signature")]
    [InlineData("MIIBAAA=")]
    public void Garbage_IsUnreadable(string given) =>
        Assert.True(CmsReading.ToDer(Encoding.ASCII.GetBytes(given)) is not { } der || Fault(Document, der) == SignatureFault.Unreadable);

    [Fact]
    public void Der_Base64_AndPem_AreTheSameSignature()
    {
        using var certificate = authority.Issue(Head, Now.AddYears(-1), Now.AddYears(1));
        var der = InventedAuthority.Sign(certificate, Document);
        Assert.Equal(der, CmsReading.ToDer(der));
        Assert.Equal(der, CmsReading.ToDer(Encoding.ASCII.GetBytes(Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks))));
        Assert.Equal(der, CmsReading.ToDer(Encoding.ASCII.GetBytes(new string(System.Security.Cryptography.PemEncoding.Write("CMS", der)))));
    }

    private static InventedHolder Head { get; } = new("Гүлнар Қалиева", "141340944624", SignerRole.Head);

    private SignatureVerdict Verify(byte[] content, byte[] cms) => new CmsVerifier(authority.Trust, new At(Now)).VerifyAsync(content, cms, default).GetAwaiter().GetResult();

    private SignatureFault Fault(byte[] content, byte[] cms) => Assert.IsType<SignatureVerdict.Refused>(Verify(content, cms)).Fault;

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

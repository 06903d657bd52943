using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace EwasteEpr.Signatures;

/// <summary>Which authorities are believed, and whether they are asked about revocation.</summary>
/// <param name="Roots">Empty: no signature is believed.</param>
/// <param name="AsksRevocation">False where the authority cannot be reached: then <c>/status</c> says so.</param>
public sealed record SignatureTrust(X509Certificate2Collection Roots, X509Certificate2Collection Intermediates, bool AsksRevocation)
{
    /// <summary>Every certificate of a folder: those that sign themselves are roots, the others lead to them.</summary>
    /// <exception cref="CryptographicException">A file that is no certificate; its name stands in the message.</exception>
    public static SignatureTrust FromFolder(string folder, bool asksRevocation)
    {
        var trust = new SignatureTrust([], [], asksRevocation);
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            try
            {
                var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
                (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData) ? trust.Roots : trust.Intermediates).Add(certificate);
            }
            catch (CryptographicException problem)
            {
                throw new CryptographicException($"{Path.GetFileName(file)} is no certificate: {problem.Message}", problem);
            }
        }

        return trust;
    }
}

/// <summary>Verifies RSA and ECDSA here, with nobody's help. GOST is left to a service.</summary>
public sealed class CmsVerifier(SignatureTrust trust, TimeProvider time) : ISignatureVerifier
{
    private const string GostOf = "1.2.398.";
    private static readonly HashSet<string> Digests = ["2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"]; // SHA-256, 384, 512

    public Task<SignatureVerdict> VerifyAsync(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> cms, CancellationToken ct) => Task.FromResult(Verify(content, cms));

    /// <summary>Whether the signature is made with the algorithms of Kazakhstan's own standards.</summary>
    public static bool IsGost(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> cms)
    {
        var signers = CmsReading.Read(content, cms).Cms?.SignerInfos;
        return signers is { Count: > 0 } && signers[0].SignatureAlgorithm.Value!.StartsWith(GostOf, StringComparison.Ordinal);
    }

    private SignatureVerdict Verify(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> der)
    {
        var (cms, fault) = CmsReading.Read(content, der);
        try
        {
            return cms is null ? new SignatureVerdict.Refused(fault!.Value) : Verify(content, cms);
        }
        catch (CryptographicException)
        {
            return new SignatureVerdict.Refused(SignatureFault.Unreadable); // the parts of a signature are read when they are asked for
        }
    }

    private SignatureVerdict Verify(ReadOnlyMemory<byte> content, SignedCms cms)
    {
        if (cms.SignerInfos.Count != 1 || cms.SignerInfos[0].Certificate is not { } certificate)
        {
            return new SignatureVerdict.Refused(SignatureFault.NotOneSigner);
        }

        var signer = cms.SignerInfos[0];
        if (!Digests.Contains(signer.DigestAlgorithm.Value!))
        {
            return new SignatureVerdict.Refused(SignatureFault.AlgorithmUnknown);
        }

        return Mathematics(signer, content) is { } wrong ? new SignatureVerdict.Refused(wrong)
            : CertificateReading.IsForSigningIn(certificate) ? new SignatureVerdict.Refused(SignatureFault.KeyForSigningIn)
            : Chain(certificate, cms) is { } broken ? new SignatureVerdict.Refused(broken)
            : new SignatureVerdict.Sound(CertificateReading.Read(certificate, signer.SignatureAlgorithm.FriendlyName ?? signer.SignatureAlgorithm.Value!));
    }

    private static SignatureFault? Mathematics(SignerInfo signer, ReadOnlyMemory<byte> content)
    {
        try
        {
            signer.CheckSignature(verifySignatureOnly: true);
            return null;
        }
        catch (CryptographicException)
        {
            // A digest that is not of our bytes is the common case and has its own sentence: the file was changed, or another one was signed.
            var digest = signer.SignedAttributes.Cast<CryptographicAttributeObject>().SelectMany(attribute => attribute.Values.Cast<AsnEncodedData>()).OfType<Pkcs9MessageDigest>().FirstOrDefault();
            var ours = digest?.MessageDigest.Length switch { 32 => SHA256.HashData(content.Span), 48 => SHA384.HashData(content.Span), 64 => SHA512.HashData(content.Span), _ => null };
            return digest is not null && ours is not null && !digest.MessageDigest.AsSpan().SequenceEqual(ours) ? SignatureFault.OtherBytes : SignatureFault.Broken;
        }
    }

    // What the signer's own clock says (attribute 1.2.840.113549.1.9.5) proves nothing: the certificate must hold now, when the signature is taken.
    private SignatureFault? Chain(X509Certificate2 certificate, SignedCms cms)
    {
        var now = time.GetUtcNow();
        if (now < new DateTimeOffset(certificate.NotBefore.ToUniversalTime()))
        {
            return SignatureFault.NotYetValid;
        }

        if (now > new DateTimeOffset(certificate.NotAfter.ToUniversalTime()))
        {
            return SignatureFault.Expired;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trust.Roots);
        chain.ChainPolicy.ExtraStore.AddRange(trust.Intermediates);
        chain.ChainPolicy.ExtraStore.AddRange(cms.Certificates);
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = trust.AsksRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck;
        chain.ChainPolicy.RevocationFlag = X509RevocationFlag.EntireChain;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        if (chain.Build(certificate))
        {
            return null;
        }

        var wrong = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        return wrong.HasFlag(X509ChainStatusFlags.Revoked) ? SignatureFault.Revoked
            : (wrong & ~(X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation)) == X509ChainStatusFlags.NoError ? SignatureFault.RevocationUnknown
            : SignatureFault.NotTrusted;
    }
}

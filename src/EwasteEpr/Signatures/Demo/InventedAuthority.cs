using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using EwasteEpr.Kernel;

namespace EwasteEpr.Signatures.Demo;

/// <summary>An authority of the demonstration and of tests: it gives keys to invented people, so that signing can be tried without a token.</summary>
/// <remarks>It lives as long as the process and is believed by nobody else. Production never makes one.</remarks>
public sealed class InventedAuthority : IDisposable
{
    private const string SecureMail = "1.3.6.1.5.5.7.3.4";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string LegalEntity = "1.2.398.3.3.4.1.2";
    private const string NaturalPerson = "1.2.398.3.3.4.1.1";
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 root;

    public InventedAuthority(DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=Invented authority (demonstration only), C=KZ", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        root = request.CreateSelfSigned(now.AddYears(-3), now.AddYears(10));
    }

    public SignatureTrust Trust => new([X509CertificateLoader.LoadCertificate(root.RawData)], [], AsksRevocation: false);

    /// <summary>A key and its certificate, as the national authority would write it.</summary>
    public X509Certificate2 Issue(InventedHolder holder, DateTimeOffset from, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(holder);
        using AsymmetricAlgorithm own = holder.IsRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = own is RSA rsa
            ? new CertificateRequest(SubjectOf(holder), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(SubjectOf(holder), (ECDsa)own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(PurposesOf(holder), critical: false));
        using var bare = request.Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, until, RandomNumberGenerator.GetBytes(12));
        return own is RSA signing ? bare.CopyWithPrivateKey(signing) : bare.CopyWithPrivateKey((ECDsa)own);
    }

    /// <summary>A detached CMS over the bytes, as the browser component returns it.</summary>
    public static byte[] Sign(X509Certificate2 certificate, ReadOnlySpan<byte> content, bool detached = true)
    {
        var cms = new SignedCms(new ContentInfo(content.ToArray()), detached);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly };
        signer.SignedAttributes.Add(new Pkcs9SigningTime());
        cms.ComputeSignature(signer);
        return cms.Encode();
    }

    public void Dispose()
    {
        root.Dispose();
        key.Dispose();
    }

    private static X500DistinguishedName SubjectOf(InventedHolder holder)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(holder.Name);
        if (holder.PersonNumber is { } iin)
        {
            name.Add("2.5.4.5", "IIN" + iin, UniversalTagNumber.PrintableString);
        }

        if (holder.OrganisationNumber is { } bin)
        {
            name.AddOrganizationalUnitName("BIN" + bin);
        }

        name.AddCountryOrRegion("KZ");
        return name.Build();
    }

    private static OidCollection PurposesOf(InventedHolder holder)
    {
        OidCollection purposes = [new Oid(holder.IsForSigningIn ? ClientAuthentication : SecureMail), new Oid(holder.Role == SignerRole.Person ? NaturalPerson : LegalEntity)];
        var role = holder.Role switch { SignerRole.Head => ".1", SignerRole.Signatory => ".2", SignerRole.FinanceSignatory => ".3", SignerRole.Employee => ".5", _ => null };
        if (role is not null)
        {
            purposes.Add(new Oid(LegalEntity + role));
        }

        return purposes;
    }
}

/// <summary>Whom a certificate is made for.</summary>
public sealed record InventedHolder(string Name, string? OrganisationNumber, SignerRole Role)
{
    public string? PersonNumber { get; init; }

    public bool IsRsa { get; init; }

    /// <summary>The holder's other key, which no document may be signed with.</summary>
    public bool IsForSigningIn { get; init; }
}

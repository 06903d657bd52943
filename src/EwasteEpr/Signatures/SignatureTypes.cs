using EwasteEpr.Kernel;

namespace EwasteEpr.Signatures;

/// <summary>What a certificate says its holder may do for the organisation.</summary>
/// <remarks>
/// Object identifiers 1.2.398.3.3.4.1.2.1 to .5 (legal entities) and 1.2.398.3.3.4.1.1 (person) of the national certification authority's
/// profiles, adilet.zan.kz V2000021440.
/// </remarks>
public enum SignerRole
{
    /// <summary>First head, ".2.1".</summary>
    Head,

    /// <summary>Right to sign, ".2.2".</summary>
    Signatory,

    /// <summary>Right to sign financial documents, ".2.3".</summary>
    FinanceSignatory,

    /// <summary>Any employee, ".2.5", or no role named.</summary>
    Employee,

    /// <summary>A natural person, ".1".</summary>
    Person,
}

/// <summary>Why a signature is not taken. Each has a sentence of its own in three languages.</summary>
public enum SignatureFault
{
    /// <summary>No CMS (RFC 5652) in DER, base64 or PEM.</summary>
    Unreadable,

    /// <summary>None, or more than one signer: a document here has one.</summary>
    NotOneSigner,

    /// <summary>The signature is sound over other bytes, or ours were altered.</summary>
    OtherBytes,

    /// <summary>The mathematics does not hold.</summary>
    Broken,

    /// <summary>GOST, and no verifier service is configured; or an algorithm that nobody should use.</summary>
    AlgorithmUnknown,

    /// <summary>The certificate does not lead to a configured root.</summary>
    NotTrusted,
    NotYetValid,
    Expired,
    Revoked,

    /// <summary>Whether it was revoked could not be asked. Nothing is assumed.</summary>
    RevocationUnknown,

    /// <summary>A key for signing in, not for documents.</summary>
    KeyForSigningIn,

    /// <summary>The number in the certificate is not the organisation's.</summary>
    OtherOrganisation,

    /// <summary>The holder may not sign this kind of document.</summary>
    RoleNotEnough,

    /// <summary>The verifier service did not answer.</summary>
    ServiceAway,
}

/// <summary>The holder of a certificate, as its issuer wrote it.</summary>
/// <param name="OrganisationNumber">BIN of a legal entity; none in a person's certificate.</param>
/// <param name="PersonNumber">IIN. Personal data: compared and forgotten, never stored in the clear.</param>
public sealed record Signer(
    string Name, string? OrganisationNumber, string? PersonNumber, SignerRole Role, string Serial, string Issuer, DateTimeOffset Until, string Algorithm, bool ByService);

/// <summary>What verifying came to, before anybody asks whose signature it is.</summary>
public abstract record SignatureVerdict
{
    private SignatureVerdict()
    {
    }

    public sealed record Sound(Signer Signer) : SignatureVerdict;

    public sealed record Refused(SignatureFault Fault) : SignatureVerdict;
}

/// <summary>Verifies a detached or enveloping CMS over given bytes: mathematics, certificate, chain, time.</summary>
public interface ISignatureVerifier
{
    Task<SignatureVerdict> VerifyAsync(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> cms, CancellationToken ct);
}

/// <summary>Which document a signature stands under.</summary>
public sealed record SignedSubject(string Type, Guid Id, int Version)
{
    public const string DeclarationVersion = "declaration_version";
    public const string ThroughputReturn = "throughput_return";
    public const string CadastreExtract = "cadastre_extract";
}

/// <summary>A signature that was found sound, the organisation's, and by somebody who may. Only <see cref="DocumentSigning"/> makes one.</summary>
public sealed class SoundSignature
{
    internal SoundSignature(Signer signer, byte[] cms, byte[] sha256, long bytes, OrganisationId organisation)
    {
        Signer = signer;
        Cms = cms;
        Sha256 = sha256;
        Bytes = bytes;
        Organisation = organisation;
    }

    public Signer Signer { get; }

    /// <summary>Of the bytes that were signed: whoever stores the document compares it with what is stored.</summary>
    public byte[] Sha256 { get; }

    internal byte[] Cms { get; }

    internal long Bytes { get; }

    internal OrganisationId Organisation { get; }
}

public abstract record SigningOutcome
{
    private SigningOutcome()
    {
    }

    public sealed record Sound(SoundSignature Signature) : SigningOutcome;

    public sealed record Refused(SignatureFault Fault, string? SignerName) : SigningOutcome;
}

/// <summary>A signature as it stands in the register.</summary>
public sealed record SignatureRow(
    Guid SignatureId, string SignerName, string SignerRole, string CertificateSerial, string CertificateIssuer, DateTimeOffset CertificateUntil, string Algorithm, string VerifiedBy,
    string Sha256, long ContentBytes, DateTimeOffset SignedAt);

using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;

namespace EwasteEpr.Signatures;

/// <summary>Takes a signature under a document of an organisation: sound, that organisation's, and by somebody who may.</summary>
public sealed class DocumentSigning(Db db, Secrets secrets, OrganisationService organisations, ISignatureVerifier verifier)
{
    private const string Purpose = "signature";

    private const string NumberSql = "select number_hash from organisations where organisation_id = @organisation";

    /// <param name="given">DER, base64 or PEM, as it came.</param>
    /// <param name="may">Whose word counts for this kind of document; a sole trader signs as a person, always.</param>
    public async Task<SigningOutcome> CheckAsync(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> given, OrganisationId organisation, IReadOnlyCollection<SignerRole> may, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(may);
        if (CmsReading.ToDer(given.Span) is not { } der)
        {
            return new SigningOutcome.Refused(SignatureFault.Unreadable, null);
        }

        var verdict = await verifier.VerifyAsync(content, der, ct);
        if (verdict is SignatureVerdict.Refused refused)
        {
            return new SigningOutcome.Refused(refused.Fault, null);
        }

        var signer = ((SignatureVerdict.Sound)verdict).Signer;
        var hash = await db.QuerySingleOrDefaultAsync<byte[]>(NumberSql, new { organisation }, ct) ?? [];
        if (!IsOf(hash, signer.OrganisationNumber) && !(signer.Role == SignerRole.Person && IsOf(hash, signer.PersonNumber)))
        {
            return new SigningOutcome.Refused(SignatureFault.OtherOrganisation, signer.Name);
        }

        return signer.Role == SignerRole.Person || may.Contains(signer.Role)
            ? new SigningOutcome.Sound(new SoundSignature(signer, der, SHA256.HashData(content.Span), content.Length, organisation))
            : new SigningOutcome.Refused(SignatureFault.RoleNotEnough, signer.Name);
    }

    private const string RecordSql = """
        insert into signatures (subject_type, subject_id, subject_version, organisation_id, content_sha256, content_bytes, cms_sealed, signer_name, signer_role,
                                certificate_serial, certificate_issuer, certificate_until, algorithm, verified_by, person_id)
        values (@Type, @Id, @Version, @organisation, @sha256, @bytes, @cms, @name, @role, @serial, @issuer, @until, @algorithm, @by, @person)
        returning signature_id
        """;

    /// <summary>In the transaction that makes the document final. Whoever calls has compared <see cref="SoundSignature.Sha256"/> with what is stored.</summary>
    public async Task<Guid> RecordAsync(DbTransaction transaction, SignedSubject subject, SoundSignature signature, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(actor);
        var signer = signature.Signer;
        var id = await transaction.QuerySingleAsync<Guid>(RecordSql, new
        {
            subject.Type, subject.Id, subject.Version, organisation = signature.Organisation, sha256 = signature.Sha256, bytes = signature.Bytes, cms = secrets.Seal(Purpose, signature.Cms),
            name = signer.Name, role = signer.Role.ToString(), serial = signer.Serial, issuer = signer.Issuer, until = signer.Until, algorithm = signer.Algorithm,
            by = signer.ByService ? "Service" : "Here", person = actor.UserId,
        }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("document.signed", subject.Type, subject.Id.ToString()).With(new { subject.Version, sha256 = Convert.ToHexStringLower(signature.Sha256), signer.Serial }), actor, ct);
        return id;
    }

    private const string FindSql = """
        select signature_id, signer_name, signer_role, certificate_serial, certificate_issuer, certificate_until, algorithm, verified_by, encode(content_sha256, 'hex') as sha256, content_bytes, signed_at
          from signatures
         where subject_type = @Type and subject_id = @Id and subject_version = @Version and organisation_id = @organisation
        """;

    public Task<SignatureRow?> FindAsync(SignedSubject subject, OrganisationId organisation, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return db.QuerySingleOrDefaultAsync<SignatureRow>(FindSql, new { subject.Type, subject.Id, subject.Version, organisation }, ct);
    }

    private const string CmsSql = """
        select cms_sealed from signatures
         where subject_type = @Type and subject_id = @Id and subject_version = @Version and organisation_id = @organisation
        """;

    /// <summary>The signature as it came, for the organisation to keep or to show elsewhere.</summary>
    public async Task<byte[]?> CmsAsync(SignedSubject subject, OrganisationId organisation, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return await db.QuerySingleOrDefaultAsync<byte[]>(CmsSql, new { subject.Type, subject.Id, subject.Version, organisation }, ct) is { } box ? secrets.Open(Purpose, box) : null;
    }

    private bool IsOf(byte[] hash, string? number) => Bin.Check(number, out var bin) == BinCheck.Valid && organisations.NumberHash(bin).AsSpan().SequenceEqual(hash);
}

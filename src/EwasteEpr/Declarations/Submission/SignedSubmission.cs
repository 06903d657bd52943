using EwasteEpr.Kernel;
using EwasteEpr.Signatures;

namespace EwasteEpr.Declarations.Submission;

/// <summary>Submits under an electronic signature over the canonical file: the signature and the version become final together.</summary>
public sealed class SignedSubmission(Db db, SubmissionService submission, DocumentSigning signing)
{
    /// <summary>What a browser component takes through its socket; larger files are signed by a fresh sign-in where the operator allows that.</summary>
    public const long MostBytes = 5 * 1024 * 1024;

    private static readonly SignerRole[] May = [SignerRole.Head, SignerRole.Signatory, SignerRole.FinanceSignatory];

    private const string DraftSql = """
        select d.declaration_id, d.draft_version as version
          from declarations d
         where d.organisation_id = @organisation and d.number = @number and d.draft_version is not null
        """;

    /// <summary>The exact bytes to sign: none when there is no draft, or when they are too many.</summary>
    public async Task<ReadOnlyMemory<byte>?> BytesAsync(DeclarationKey key, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<DraftRow>(DraftSql, new { organisation = key.Organisation, number = key.Number }, ct) is not { } draft)
        {
            return null;
        }

        await using var connection = await db.Source.OpenConnectionAsync(ct);
        using var bytes = new MemoryStream();
        try
        {
            await CanonicalCsv.ReadAsync(
                connection,
                draft.DeclarationId,
                draft.Version,
                part =>
                {
                    bytes.Write(part.Span);
                    return bytes.Length <= MostBytes ? ValueTask.CompletedTask : throw new TooManyBytesException();
                },
                ct);
            return bytes.ToArray();
        }
        catch (TooManyBytesException)
        {
            return null;
        }
    }

    /// <param name="given">The signature as it came: DER, base64 or PEM.</param>
    public async Task<SubmitOutcome> SubmitAsync(DeclarationKey key, long shownRevision, ReadOnlyMemory<byte> given, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (await submission.ReceiptOfAsync(key, shownRevision, ct) is { } receipt)
        {
            return new SubmitOutcome.AlreadySubmitted(receipt);
        }

        if (await BytesAsync(key, ct) is not { } content)
        {
            return await db.QuerySingleOrDefaultAsync<DraftRow>(DraftSql, new { organisation = key.Organisation, number = key.Number }, ct) is null
                ? new SubmitOutcome.NotFound()
                : new SubmitOutcome.TooLargeToSign(MostBytes);
        }

        // An agent signs for a client with the agent's own key: the mandate says that it may.
        var signs = actor.OnBehalfOfId is not null && actor.OrganisationId is { } agent ? new OrganisationId(agent) : key.Organisation;
        var judged = await signing.CheckAsync(content, given, signs, May, ct);
        if (judged is SigningOutcome.Refused refused)
        {
            return new SubmitOutcome.SignatureRefused(refused.Fault, refused.SignerName);
        }

        var signature = ((SigningOutcome.Sound)judged).Signature;
        try
        {
            return await submission.SubmitAsync(key, shownRevision, actor, ct, async (transaction, version) =>
            {
                if (!version.Sha256.AsSpan().SequenceEqual(signature.Sha256))
                {
                    throw new StaleSignatureException();
                }

                await signing.RecordAsync(transaction, new SignedSubject(SignedSubject.DeclarationVersion, version.DeclarationId, version.Version), signature, actor, ct);
            });
        }
        catch (StaleSignatureException)
        {
            return new SubmitOutcome.SignatureRefused(SignatureFault.OtherBytes, signature.Signer.Name);
        }
    }

    private sealed record DraftRow(Guid DeclarationId, int Version);

    private sealed class TooManyBytesException : Exception;

    private sealed class StaleSignatureException : Exception;
}

using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace EwasteEpr.Signatures;

/// <summary>A verifier service beside us for GOST keys, spoken to as NCANode 3 is: <c>POST /cms/verify</c>.</summary>
/// <remarks>Anything but a clear "valid" is a refusal; a service that is away is named as such and nothing is assumed.</remarks>
public sealed class VerifierService(HttpClient http, TimeProvider time) : ISignatureVerifier
{
    public async Task<SignatureVerdict> VerifyAsync(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> cms, CancellationToken ct)
    {
        try
        {
            using var response = await http.PostAsJsonAsync(new Uri("cms/verify", UriKind.Relative), new Request(["OCSP"], Convert.ToBase64String(cms.Span), Convert.ToBase64String(content.Span)), ct);
            if ((int)response.StatusCode >= 500)
            {
                return new SignatureVerdict.Refused(SignatureFault.ServiceAway);
            }

            return response.IsSuccessStatusCode && await response.Content.ReadFromJsonAsync<Answer>(ct) is { } answer ? Judge(answer) : new SignatureVerdict.Refused(SignatureFault.Broken);
        }
        catch (Exception problem) when (problem is HttpRequestException or System.Text.Json.JsonException || (problem is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return new SignatureVerdict.Refused(SignatureFault.ServiceAway);
        }
    }

    private SignatureVerdict Judge(Answer answer)
    {
        if (answer.Signers is not [{ Certificates: [var certificate, ..] }])
        {
            return new SignatureVerdict.Refused(answer.Valid ? SignatureFault.NotOneSigner : SignatureFault.Broken);
        }

        var now = time.GetUtcNow();
        return certificate.Revocations?.Any(revocation => revocation.Revoked) == true || certificate.RevokedBy is { Length: > 0 } ? new SignatureVerdict.Refused(SignatureFault.Revoked)
            : now < certificate.NotBefore ? new SignatureVerdict.Refused(SignatureFault.NotYetValid)
            : now > certificate.NotAfter ? new SignatureVerdict.Refused(SignatureFault.Expired)
            : certificate.KeyUsage == "AUTH" ? new SignatureVerdict.Refused(SignatureFault.KeyForSigningIn)
            : !certificate.Valid ? new SignatureVerdict.Refused(SignatureFault.NotTrusted)
            : !answer.Valid ? new SignatureVerdict.Refused(SignatureFault.Broken)
            : new SignatureVerdict.Sound(new Signer(
                certificate.Subject.CommonName ?? "", certificate.Subject.Bin, certificate.Subject.Iin, RoleOf(certificate.KeyUser ?? []), certificate.SerialNumber ?? "",
                certificate.Issuer?.CommonName ?? certificate.Issuer?.Dn ?? "", certificate.NotAfter, certificate.SignAlg ?? "", ByService: true));
    }

    private static SignerRole RoleOf(string[] users) =>
        users.Contains("CEO") ? SignerRole.Head
        : users.Contains("CAN_SIGN") ? SignerRole.Signatory
        : users.Contains("CAN_SIGN_FINANCIAL") ? SignerRole.FinanceSignatory
        : users.Contains("INDIVIDUAL") && !users.Contains("ORGANIZATION") ? SignerRole.Person
        : SignerRole.Employee;

    private sealed record Request(
        [property: JsonPropertyName("revocationCheck")] string[] RevocationCheck, [property: JsonPropertyName("cms")] string Cms, [property: JsonPropertyName("data")] string Data);

    private sealed record Answer(bool Valid, SignerAnswer[]? Signers);

    private sealed record SignerAnswer(CertificateAnswer[]? Certificates);

    private sealed record CertificateAnswer(
        bool Valid, RevocationAnswer[]? Revocations, string[]? RevokedBy, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string? KeyUsage, string? SerialNumber, string? SignAlg,
        string[]? KeyUser, SubjectAnswer Subject, SubjectAnswer? Issuer);

    private sealed record RevocationAnswer(bool Revoked, string? By);

    private sealed record SubjectAnswer(string? CommonName, string? Iin, string? Bin, string? Dn);
}

/// <summary>Here what can be verified here, GOST by the service where one is configured.</summary>
public sealed class SignatureVerification(CmsVerifier here, VerifierService? service) : ISignatureVerifier
{
    public Task<SignatureVerdict> VerifyAsync(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> cms, CancellationToken ct) =>
        service is not null && CmsVerifier.IsGost(content, cms) ? service.VerifyAsync(content, cms, ct) : here.VerifyAsync(content, cms, ct);
}

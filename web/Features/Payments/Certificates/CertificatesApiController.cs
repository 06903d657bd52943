using EwasteEpr.Kernel;
using EwasteEpr.PublicRegister;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace EwasteEpr.Web.Features.Payments.Certificates;

/// <summary>For programs of customs and buyers: is this certificate genuine, and does it stand?</summary>
[ApiController]
[AllowAnonymous]
[EnableRateLimiting(Limits.ApiPublic)]
[Route("/api/v1/certificates")]
public sealed class CertificatesApiController(DocumentVerification verification) : ControllerBase
{
    /// <summary>What a certificate of payment, or an extract of one, says to everybody who has its code.</summary>
    [HttpGet("{code}")]
    [ProducesResponseType<CertificateAnswer>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound)]
    public async Task<IActionResult> Find(string code, CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        if (await verification.FindAsync(code, ct) is not VerifyOutcome.Found found)
        {
            return NotFound();
        }

        var payment = found.Payment;
        return Ok(new CertificateAnswer(
            CheckedCode.Show(found.Code), found.Kind.ToString(), payment.Number, payment.IsLive, payment.AnnulledCause, payment.AnnulledAt, payment.Programme, payment.NameKk, payment.NameRu, payment.Bin,
            payment.Declaration, payment.DocumentNo, payment.OfCertificate, payment.Documents, payment.MassGrams / 1000m, payment.AmountTiyn / 100m, payment.SettledOn, payment.IssuedOn));
    }
}

/// <param name="Valid">It stands at this moment.</param>
/// <param name="Bin">Of a company; a sole trader's number is personal.</param>
public sealed record CertificateAnswer(
    string Code, string Kind, string Number, bool Valid, string? AnnulledCause, DateTimeOffset? AnnulledAt, string Programme, string NameKk, string NameRu, string? Bin,
    string Declaration, string? DocumentNo, string? OfCertificate, int Documents, decimal MassKg, decimal AmountKzt, DateOnly SettledOn, DateOnly IssuedOn);

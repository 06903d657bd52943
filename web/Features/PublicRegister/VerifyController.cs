using EwasteEpr.PublicRegister;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>Public: is this paper genuine, and does it still stand? One address for every kind of document.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/verify")]
public sealed class VerifyController(DocumentVerification verification) : Controller
{
    [HttpGet("")]
    public IActionResult Verify(string? code) =>
        string.IsNullOrWhiteSpace(code) ? View(new VerifyPage(null, null)) : LocalRedirect($"/{Culture.CurrentCode}/verify/{Uri.EscapeDataString(code.Trim().Length > 100 ? code.Trim()[..100] : code.Trim())}");

    [HttpGet("{code}")]
    public async Task<IActionResult> Verify(string code, CancellationToken ct)
    {
        // What a document says may change at any moment; nobody keeps an old answer.
        Response.Headers.CacheControl = "no-store";
        var outcome = await verification.FindAsync(code, ct);
        Response.StatusCode = outcome is VerifyOutcome.Found or VerifyOutcome.FoundCertification or VerifyOutcome.FoundEvidence ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        return View("Verify", new VerifyPage(code, outcome));
    }
}

public sealed record VerifyPage(string? Typed, VerifyOutcome? Outcome)
{
    public VerifiedCertification? Certification => (Outcome as VerifyOutcome.FoundCertification)?.Certification;

    public VerifyOutcome.Found? Found => Outcome as VerifyOutcome.Found;

    public VerifyOutcome.FoundEvidence? Evidence => Outcome as VerifyOutcome.FoundEvidence;
}

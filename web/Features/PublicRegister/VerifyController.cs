using EwasteEpr.Kernel;
using EwasteEpr.PublicRegister;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>Public: is this paper genuine, and does it still stand? One address for every kind of document.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/verify")]
public sealed class VerifyController(DocumentVerification verification) : Controller
{
    [HttpGet("")]
    public IActionResult Verify(string? code) =>
        string.IsNullOrWhiteSpace(code) ? View(new VerifyPage(null, null)) : LocalRedirect($"/{Culture.CurrentCode}/verify/{Uri.EscapeDataString(code.Trim().Length > 100 ? code.Trim()[..100] : code.Trim())}");

    /// <summary>Papers without a code: number and figure, both as printed.</summary>
    [HttpGet("paper")]
    [EnableRateLimiting(Limits.ApiPublic)]
    public async Task<IActionResult> Paper(string? number, string? figure, [FromServices] NumberVerification numbers, CancellationToken ct)
    {
        Response.Headers.CacheControl = "no-store";
        var outcome = await numbers.FindAsync(number, figure, Culture.CurrentCode == "en" ? DecimalMark.Point : DecimalMark.Comma, ct);
        Response.StatusCode = outcome switch { NumberOutcome.Found => StatusCodes.Status200OK, NumberOutcome.Unknown => StatusCodes.Status404NotFound, _ => StatusCodes.Status400BadRequest };
        return View("VerifyPaper", new VerifyPaperPage(number?.Length > 40 ? number[..40] : number, figure?.Length > 40 ? figure[..40] : figure, outcome));
    }

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

public sealed record VerifyPaperPage(string? Number, string? Figure, NumberOutcome Outcome);

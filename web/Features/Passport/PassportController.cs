using EwasteEpr.PublicRegister;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.PublicRegister.Passport;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Passport;

/// <summary>What became of it: a page that may be shown to anybody, and says nothing about anybody.</summary>
[AllowAnonymous]
public sealed class PassportController(PassportService passports, PassportBatches batches) : Controller
{
    /// <summary>The short address in the QR: in the reader's language.</summary>
    [HttpGet("/d/{token}")]
    public IActionResult Short(string token) => PassportToken.Normalise(token) is { } normal ? LocalRedirect($"/{Culture.CurrentCode}/d/{normal}") : NotFound();

    [HttpGet("/{culture:culture}/d/{token}")]
    public async Task<IActionResult> Show(string token, CancellationToken ct)
    {
        // Nobody's search engine and no page of others learns the address.
        Response.Headers["X-Robots-Tag"] = "noindex";
        Response.Headers.CacheControl = "no-store";
        return PassportToken.Normalise(token) is { } normal && await passports.FindAsync(normal, ct) is { } passport
            ? View("Passport", new PassportPage(passport, normal, $"{Request.Scheme}://{Request.Host}/d/{normal}", await batches.OfAsync([.. passport.Items.Select(item => item.ItemId)], ct)))
            : NotFound();
    }
}

public sealed record PassportPage(EwasteEpr.PublicRegister.Passport.Passport Passport, string Token, string Address, IReadOnlyList<PassportBatch> Batches);

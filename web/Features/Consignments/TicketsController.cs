using EwasteEpr.Consignments.Sites;
using EwasteEpr.Consignments.Tickets;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>Tickets of a weighbridge as a file: every line shown with what becomes of it, then submitted.</summary>
[Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
[Route("/{culture:culture}/org/{slug}/tickets")]
public sealed class TicketsController(TicketImport tickets, OwnSites sites, IStringLocalizer<ConsignmentsText> text) : Controller
{
    private const int MostBytes = 1024 * 1024;

    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private string Root => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/tickets";

    [HttpGet("")]
    public Task<IActionResult> Index(CancellationToken ct) => ShowAsync(null, ct);

    [HttpGet("template.csv")]
    public IActionResult Template() => new CsvFile("tickets.csv", TicketTable.Template, []);

    [HttpPost("")]
    [RequestSizeLimit(2 * MostBytes)]
    public async Task<IActionResult> Upload(Guid site, IFormFile? file, CancellationToken ct)
    {
        if (file is not { Length: > 0 and <= MostBytes })
        {
            ModelState.AddModelError(nameof(file), text["Tickets.NoFile"]);
            return await ShowAsync(null, ct);
        }

        using var stream = new MemoryStream();
        await file.CopyToAsync(stream, ct);
        var content = SmallTable.Decode(stream.ToArray());
        if (TicketTable.Read(content) is null)
        {
            ModelState.AddModelError(nameof(file), text["Tickets.Unreadable", TicketTable.MostRows]);
            return await ShowAsync(null, ct);
        }

        return await tickets.KeepAsync(site, Organisation, content, ActorContext.Current(HttpContext), ct) is { } id ? LocalRedirect($"{Root}/{id:D}") : NotFound();
    }

    [HttpGet("{file:guid}")]
    public async Task<IActionResult> Preview(Guid file, CancellationToken ct) =>
        await tickets.PreviewAsync(file, Organisation, ActorContext.Current(HttpContext), ct) is { } preview ? await ShowAsync(preview, ct) : NotFound();

    [HttpPost("{file:guid}")]
    public async Task<IActionResult> Apply(Guid file, string? seen, CancellationToken ct)
    {
        switch (await tickets.ApplyAsync(file, Organisation, seen ?? "", ActorContext.Current(HttpContext), ct))
        {
            case ApplyOutcome.Applied done:
                TempData["said"] = text["Said.Tickets", done.Weighed, done.Left].Value;
                return LocalRedirect($"{Root}/{file:D}");
            case ApplyOutcome.Already:
                return LocalRedirect($"{Root}/{file:D}");
            case ApplyOutcome.Stale:
                ModelState.AddModelError(nameof(seen), text["Tickets.Stale"]);
                return await Preview(file, ct);
            default:
                return NotFound();
        }
    }

    private async Task<IActionResult> ShowAsync(TicketPreview? preview, CancellationToken ct) =>
        View("Tickets", new TicketsPage(HttpContext.Organisation(), await sites.ListAsync(Organisation, ct), await tickets.ListAsync(Organisation, ct), preview));
}

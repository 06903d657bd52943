using EwasteEpr.Consignments.Sites;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using EwasteEpr.Settings;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>Stock of the sites, lot by lot; deliveries without a consignment; scales; tickets of a weighbridge.</summary>
[Authorize(Policy = PolicyNames.OrgSiteDesk)]
[Route("/{culture:culture}/org/{slug}/stock")]
public sealed class SiteStockController(SiteStock stock, SiteScales scales, SiteEntries entries, TicketImport tickets, SettingsService settings, TimeProvider clock, IStringLocalizer<ConsignmentsText> text) : Controller
{
    private const int PageSize = 50;
    private const int MostBytes = 1024 * 1024;

    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private Actor Actor => ActorContext.Current(HttpContext);

    private string Root => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/stock";

    [HttpGet("")]
    public Task<IActionResult> Stock(string? category, string? site, Guid? after, DateOnly? day, CancellationToken ct) => ShowAsync(new StockFilter(category, site, after, day), new EntryForm(), ct);

    [HttpGet("/{culture:culture}/org/{slug}/stock.csv")]
    public async Task<IActionResult> Csv(string? category, string? site, CancellationToken ct)
    {
        var rows = await stock.ListAsync(Organisation, new StockFilter(category, site), 100_000, ct);
        return new CsvFile("stock.csv", ["lot", "site", "container", "consignment", "category", "stream", "channel", "payer", "basis", "weighed_in_on", "days", "received_grams", "left_grams", "hazardous"],
            rows.Select(row => new object?[] { row.SiteLotId.ToString("D"), row.Site, row.Container, row.Consignment, row.Category, row.Stream, row.Channel, row.Payer, row.Basis, row.WeighedInOn, row.Days, row.ReceivedGrams, row.LeftGrams, row.IsHazardous }));
    }

    [HttpPost("entries")]
    public async Task<IActionResult> Enter([Bind(Prefix = nameof(StockPage.Entry))] EntryForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var number = Bin.TryParse(form.HolderNumber?.Trim() ?? "", out var bin) ? bin : (Bin?)null;
        if (form.Site is null || form.Category is null || !Categories.All.Contains(form.Category, StringComparer.Ordinal) || !ScaleReading.TryRead(form.Gross, out var gross) || gross is null
            || !ScaleReading.TryRead(form.Tare, out var tare) || !ScaleReading.TryRead(form.Packaging, out var packaging) || (!form.Opening && string.IsNullOrWhiteSpace(form.Holder)) || form.Holder is { Length: > 300 } || form.Document is { Length: > 120 }
            || (!string.IsNullOrWhiteSpace(form.HolderNumber) && number is null))
        {
            ModelState.AddModelError("Entry.Gross", text["Entry.Incomplete"]);
            return await ShowAsync(new StockFilter(null, null), form, ct);
        }

        var request = new NewEntry(
            form.Id, form.Opening, form.Site.Value, form.Category, form.Household, gross.Value, tare ?? Weight.Zero, packaging ?? Weight.Zero, string.IsNullOrWhiteSpace(form.Scale) ? null : form.Scale.Trim(), form.Estimated, form.Holder, number, form.Document, BusinessTime.Today(clock));
        switch (await entries.WriteAsync(request, Organisation, Actor, ct))
        {
            case EntryOutcome.Written done:
                TempData["said"] = text["Said.Entered", done.Number].Value;
                return LocalRedirect(Root);
            case EntryOutcome.NotFound:
                return NotFound();
            case EntryOutcome.NotCertified missing:
                ModelState.AddModelError("Entry.Category", text["Weigh.NotCertified", missing.Category]);
                break;
            default:
                ModelState.AddModelError("Entry.Gross", text["Weigh.BadWeight"]);
                break;
        }

        return await ShowAsync(new StockFilter(null, null), form, ct);
    }

    [HttpPost("scales")]
    public async Task<IActionResult> Scale(Guid site, string? scaleNo, DateOnly? until, string? certificate, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(scaleNo) || scaleNo.Length > 60 || certificate is { Length: > 80 } || !ModelState.IsValid)
        {
            ModelState.AddModelError(nameof(scaleNo), text["Scale.Incomplete"]);
            return await ShowAsync(new StockFilter(null, null), new EntryForm(), ct);
        }

        if (!await scales.SaveAsync(new NewScale(site, scaleNo, until, certificate), Organisation, Actor, ct))
        {
            return NotFound();
        }

        TempData["said"] = text["Said.Scale", scaleNo.Trim()].Value;
        return LocalRedirect(Root);
    }

    [HttpGet("tickets")]
    public async Task<IActionResult> Tickets(Guid? file, CancellationToken ct)
    {
        var preview = file is { } id ? await tickets.PreviewAsync(id, Organisation, ct) : null;
        return file is not null && preview is null ? NotFound() : View("Tickets", new TicketsPage(HttpContext.Organisation(), await stock.SitesAsync(Organisation, ct), preview, TempData["said"] as string));
    }

    [HttpPost("tickets")]
    [RequestSizeLimit(2 * MostBytes)]
    public async Task<IActionResult> Upload(Guid site, IFormFile? file, CancellationToken ct)
    {
        if (file is not { Length: > 0 and <= MostBytes })
        {
            ModelState.AddModelError(nameof(file), text["Tickets.NoFile"]);
            return View("Tickets", new TicketsPage(HttpContext.Organisation(), await stock.SitesAsync(Organisation, ct), null, null));
        }

        using var stream = new MemoryStream();
        await file.CopyToAsync(stream, ct);
        return await tickets.KeepAsync(site, Organisation, SmallTable.Decode(stream.ToArray()), Actor, ct) is { } id ? LocalRedirect($"{Root}/tickets?file={id:D}") : NotFound();
    }

    [HttpPost("tickets/{file:guid}")]
    public async Task<IActionResult> Apply(Guid file, CancellationToken ct)
    {
        if (await tickets.ApplyAsync(file, Organisation, Actor, ct) is not { } applied)
        {
            return NotFound();
        }

        TempData["said"] = text["Said.Tickets", applied].Value;
        return LocalRedirect($"{Root}/tickets?file={file:D}");
    }

    private async Task<IActionResult> ShowAsync(StockFilter filter, EntryForm form, CancellationToken ct)
    {
        var rows = await stock.ListAsync(Organisation, filter, PageSize + 1, ct);
        var next = rows.Count > PageSize ? $"{Root}?category={filter.Category}&site={filter.Site}&after={rows[PageSize - 1].SiteLotId:D}&day={rows[PageSize - 1].WeighedInOn:yyyy-MM-dd}" : null;
        var storage = (await settings.ListAsync(ct)).FirstOrDefault(setting => setting.Key == "custody.storage_days")?.Value;
        return View("Stock", new StockPage(
            HttpContext.Organisation(), await stock.SumAsync(Organisation, ct), [.. rows.Take(PageSize)], filter, next, await stock.SitesAsync(Organisation, ct), await scales.ListAsync(Organisation, ct), await entries.ListAsync(Organisation, ct), form, storage, TempData["said"] as string));
    }
}

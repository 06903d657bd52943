using EwasteEpr.Consignments.Sites;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>What an entry at the gate needs.</summary>
public sealed record EntryDesk(SiteScales Scales, SiteEntries Entries, OwnSites Sites);

/// <summary>Stock that comes without a consignment, the opening inventory of a site, and the site's scales.</summary>
[Authorize(Policy = PolicyNames.OrgRecyclerReader)]
[Route("/{culture:culture}/org/{slug}/site-entries")]
public sealed class SiteEntriesController(EntryDesk desk, TimeProvider clock, IStringLocalizer<ConsignmentsText> text) : Controller
{
    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private Actor Actor => ActorContext.Current(HttpContext);

    private string Root => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/site-entries";

    [HttpGet("")]
    public Task<IActionResult> Index(CancellationToken ct) => ShowAsync(new EntryForm(), new ScaleForm(), ct);

    [HttpGet("csv")]
    public async Task<IActionResult> Csv(CancellationToken ct) => new CsvFile(
        "site-entries.csv", ["entry", "kind", "site", "holder", "stream", "category", "net_grams", "basis", "scale", "document", "counted_on", "made_at", "earns"],
        (await desk.Entries.ListAsync(Organisation, ct)).Select(row => new object?[] { row.Number, row.Kind, row.Site, row.HolderName, row.Stream, row.Category, row.NetGrams, row.Basis, row.ScaleNo, row.DocumentNo, row.CountedOn, row.MadeAt, row.Earns }));

    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    public async Task<IActionResult> Enter([Bind(Prefix = nameof(EntriesPage.Entry))] EntryForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Request.IsLanguageSwitch() || Read(form) is not { } request)
        {
            return await ShowAsync(form, new ScaleForm(), ct);
        }

        switch (await desk.Entries.WriteAsync(request, Organisation, Actor, ct))
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

        return await ShowAsync(form, new ScaleForm(), ct);
    }

    [HttpPost("scales")]
    [Authorize(Policy = PolicyNames.OrgRecyclerStaff)]
    public async Task<IActionResult> Scale([Bind(Prefix = nameof(EntriesPage.Scale))] ScaleForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (form.Site is not { } site || string.IsNullOrWhiteSpace(form.No) || form.No.Length > 60 || form.Certificate is { Length: > 80 } || !ModelState.IsValid)
        {
            ModelState.AddModelError("Scale.No", text["Scale.Incomplete"]);
            return await ShowAsync(new EntryForm(), form, ct);
        }

        if (!await desk.Scales.SaveAsync(new NewScale(site, form.No, form.Until, form.Certificate), Organisation, Actor, ct))
        {
            return NotFound();
        }

        TempData["said"] = text["Said.Scale", form.No.Trim()].Value;
        return LocalRedirect(Root);
    }

    /// <returns>None where something is missing or cannot be read; the page then says which.</returns>
    private NewEntry? Read(EntryForm form)
    {
        void Wrong(string field, string why) => ModelState.AddModelError("Entry." + field, text[why]);
        if (form.Site is null || form.Category is null || !Categories.All.Contains(form.Category, StringComparer.Ordinal))
        {
            Wrong(nameof(form.Category), "Entry.Where");
        }

        if (!ScaleReading.TryRead(form.Gross, out var gross) || gross is null || !ScaleReading.TryRead(form.Tare, out var tare) | !ScaleReading.TryRead(form.Packaging, out var packaging))
        {
            Wrong(nameof(form.Gross), "Weigh.Unreadable");
            return null;
        }

        if ((!form.Opening && string.IsNullOrWhiteSpace(form.Holder)) || form.Holder is { Length: > 300 })
        {
            Wrong(nameof(form.Holder), "Entry.HolderMissing");
        }

        var number = Bin.Check(form.HolderNumber?.Trim(), out var bin) == BinCheck.Valid ? bin : (Bin?)null;
        if (!string.IsNullOrWhiteSpace(form.HolderNumber) && number is null)
        {
            Wrong(nameof(form.HolderNumber), "Entry.HolderNumber");
        }

        if (form.Document is { Length: > 120 } || form.Scale is { Length: > 60 })
        {
            Wrong(nameof(form.Document), "Entry.TooLong");
        }

        return !ModelState.IsValid ? null : new NewEntry(
            form.Id, form.Opening, form.Site!.Value, form.Category!, form.Household, gross.Value, tare ?? Weight.Zero, packaging ?? Weight.Zero, string.IsNullOrWhiteSpace(form.Scale) ? null : form.Scale.Trim(), form.Estimated,
            form.Holder, number, form.Document, form.CountedOn ?? BusinessTime.Today(clock));
    }

    private async Task<IActionResult> ShowAsync(EntryForm form, ScaleForm scale, CancellationToken ct) =>
        View("Entries", new EntriesPage(HttpContext.Organisation(), await desk.Sites.ListAsync(Organisation, ct), await desk.Scales.ListAsync(Organisation, ct), await desk.Entries.ListAsync(Organisation, ct), form, scale));
}

using EwasteEpr.Certification;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Certification;

/// <summary>A recycler or refurbisher keeps its sites: where they are, what permits and equipment they have, how much of their capacity is used.</summary>
[Authorize(Policy = PolicyNames.OrgSiteReader)]
[OnlyWhoDoes(Activity.Recycler, Activity.Refurbisher)]
[Route("/{culture:culture}/org/{slug}/sites")]
public sealed class SitesController(SiteService sites, CertificationQueries queries, OrganisationService organisations, IStringLocalizer<CertificationText> text) : CertificationRoom(text)
{
    private string Here => $"/{Culture.CurrentCode}/org/{Access.Slug}/sites";

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => await ListAsync(new SiteForm { Region = Access.RegionKato, Kind = Access.Does(Activity.Recycler) ? SiteKind.Recycler : SiteKind.Refurbisher }, ct);

    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    public async Task<IActionResult> Add([Bind(Prefix = "Form")] SiteForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        Require(Access.Does(form.Kind == SiteKind.Recycler ? Activity.Recycler : Activity.Refurbisher), "Form.Kind", "E.Required");
        if (await ReadAsync(form, ct) is { } site && !Request.IsLanguageSwitch() && await sites.AddAsync(form.Id, Access.OrganisationId, form.Kind, site, Actor, ct) is { } number)
        {
            return LocalRedirect($"{Here}/{number}?done=Added");
        }

        return await ListAsync(form, ct);
    }

    [HttpGet("{number}")]
    public async Task<IActionResult> One(string number, string? done, CancellationToken ct) => await ShowAsync(number, null, null, null, done, ct);

    [HttpPost("{number}")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    public async Task<IActionResult> Change(string number, [Bind(Prefix = "Form")] SiteForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        return await ReadAsync(form, ct) is { } site && !Request.IsLanguageSwitch()
            ? await sites.ChangeAsync(number, Access.OrganisationId, site, Actor, ct) ? To(number, "Changed") : NotFound()
            : await ShowAsync(number, form, null, null, null, ct);
    }

    [HttpPost("{number}/close")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> Close(string number, CancellationToken ct) => await sites.CloseAsync(number, Access.OrganisationId, Actor, ct) ? To(number, "Closed") : NotFound();

    [HttpPost("{number}/permits")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    [RequestSizeLimit(4 * 1024 * 1024)]
    public async Task<IActionResult> AddPermit(string number, [Bind(Prefix = "Permit")] PermitForm form, IFormFile? file, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        RequireText(form.PermitNumber, "Permit.PermitNumber", 100);
        RequireText(form.Issuer, "Permit.Issuer", 300);
        Require(form.IssuedOn is not null, "Permit.IssuedOn", "E.Date");
        Require(form.ExpiresOn is null || form.ExpiresOn > form.IssuedOn, "Permit.ExpiresOn", "E.DateOrder");
        var proof = await ProofAsync(file, "file", ct);
        return ModelState.IsValid
            ? await AnswerAsync(
                await sites.AddPermitAsync(number, Access.OrganisationId, new NewPermit(form.PermitNumber!.Trim(), form.Issuer!.Trim(), form.IssuedOn!.Value, form.ExpiresOn, proof), Actor, ct),
                $"{Here}/{number}?done=Permit", "Permit.PermitNumber", () => ShowAsync(number, null, form, null, null, ct))
            : await ShowAsync(number, null, form, null, null, ct);
    }

    [HttpPost("{number}/permits/{id:guid}/end")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    public async Task<IActionResult> EndPermit(string number, Guid id, CancellationToken ct) => await sites.EndPermitAsync(number, Access.OrganisationId, id, Actor, ct) ? To(number, "Ended") : NotFound();

    [HttpPost("{number}/equipment")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    public async Task<IActionResult> AddEquipment(string number, [Bind(Prefix = "Equipment")] EquipmentForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        RequireText(form.EquipmentName, "Equipment.EquipmentName", 200);
        Require(form.Units is >= 1 and <= 1000, "Equipment.Units", "E.Number");
        Require(form.KgPerHour is null or (>= 1 and <= 1_000_000), "Equipment.KgPerHour", "E.Number");
        if (!ModelState.IsValid)
        {
            return await ShowAsync(number, null, null, form, null, ct);
        }

        return await sites.AddEquipmentAsync(number, Access.OrganisationId, new EquipmentRow(form.Id, form.EquipmentName!.Trim(), form.Units!.Value, form.KgPerHour), Actor, ct) ? To(number, "Equipment") : NotFound();
    }

    [HttpPost("{number}/equipment/{id:guid}/end")]
    [Authorize(Policy = PolicyNames.OrgSiteKeeper)]
    public async Task<IActionResult> EndEquipment(string number, Guid id, CancellationToken ct) => await sites.EndEquipmentAsync(number, Access.OrganisationId, id, Actor, ct) ? To(number, "Ended") : NotFound();

    private LocalRedirectResult To(string number, string done) => LocalRedirect($"{Here}/{number}?done={done}");

    private async Task<SiteData?> ReadAsync(SiteForm form, CancellationToken ct)
    {
        RequireText(form.NameKk, "Form.NameKk", 200);
        RequireText(form.NameRu, "Form.NameRu", 200);
        Require(form.NameEn is null or { Length: <= 200 }, "Form.NameEn", "E.Required");
        RequireText(form.Address, "Form.Address", 300);
        Require((await organisations.RegionsAsync(ct)).Any(region => region.Kato == form.Region), "Form.Region", "E.Required");
        Require(string.IsNullOrWhiteSpace(form.Kato) || (form.Kato.Length == 9 && form.Kato.All(char.IsAsciiDigit)), "Form.Kato", "E.Kato");
        Require(form.Latitude is >= 40.5m and <= 55.5m, "Form.Latitude", "E.Latitude");
        Require(form.Longitude is >= 46.4m and <= 87.4m, "Form.Longitude", "E.Longitude");
        return ModelState.IsValid
            ? new SiteData(form.NameKk!.Trim(), form.NameRu!.Trim(), string.IsNullOrWhiteSpace(form.NameEn) ? null : form.NameEn.Trim(), form.Region!, string.IsNullOrWhiteSpace(form.Kato) ? null : form.Kato, form.Address!.Trim(), (double)form.Latitude!.Value, (double)form.Longitude!.Value)
            : null;
    }

    private async Task<IActionResult> ListAsync(SiteForm form, CancellationToken ct) => View("Sites", new SitesPage(Access, await sites.ListAsync(Access.OrganisationId, ct), form, await organisations.RegionsAsync(ct)));

    private async Task<IActionResult> ShowAsync(string number, SiteForm? form, PermitForm? permit, EquipmentForm? equipment, string? done, CancellationToken ct) =>
        await sites.FindAsync(number, Access.OrganisationId, ct) is { } details
            ? View("Site", new SitePage(
                Access, details, form ?? SiteForm.Of(details.Site), permit ?? new PermitForm(), equipment ?? new EquipmentForm(), await organisations.RegionsAsync(ct),
                await queries.CapacityAsync(details.Site.SiteId, null, ct), await queries.UsesAsync(details.Site.SiteId, ct), done))
            : NotFound();
}

using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Points;

/// <summary>An organisation's own points: only one that takes things in has any.</summary>
[Authorize(Policy = PolicyNames.OrgOwner)]
[Route("/{culture:culture}/org/{slug}/points")]
public sealed class OrganisationPointsController(PointDesk desk) : PointEditController(desk)
{
    private static readonly string[] TakesIn = [Activity.Point, Activity.Merchant, Activity.Recycler, Activity.Refurbisher];

    protected override OrganisationId? Holder => HttpContext.Organisation().OrganisationId;

    protected override PointRoom Room => new($"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/points", IsOperator: false);

    [HttpGet("")]
    public async Task<IActionResult> Index(string? done, CancellationToken ct)
    {
        if (!MayKeep)
        {
            return NotFound();
        }

        var own = await Desk.Points.ListOfAsync(HttpContext.Organisation().OrganisationId, ct);
        return View("List", new PointListPage(Room, await Desk.Points.WithHoursAsync(own, ct), own.Count, 1, done));
    }

    [HttpGet("new")]
    public async Task<IActionResult> New(CancellationToken ct) =>
        MayKeep ? View("Edit", await PageAsync(null, new PointForm { Region = HttpContext.Organisation().RegionKato, StepFree = true }, null, ct)) : NotFound();

    [HttpPost("new")]
    public async Task<IActionResult> New(PointForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (!MayKeep)
        {
            return NotFound();
        }

        if (Request.IsLanguageSwitch() || await DraftAsync(form, ct) is not { } draft)
        {
            return View("Edit", await PageAsync(null, form, null, ct));
        }

        var slug = await Desk.Editor.AddAsync(HttpContext.Organisation().OrganisationId, PointSlug.From(draft.SettlementKk, draft.NameKk), draft, ActorContext.Current(HttpContext), ct);
        return Back(slug, "Added");
    }

    private bool MayKeep => TakesIn.Any(HttpContext.Organisation().Does);
}

using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Settings;
using EwasteEpr.TakeBack.Collectors;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Collectors;

/// <summary>What the pages of collectors need of the container.</summary>
public sealed record CollectorDesk(CollectorService Collectors, CollectorLoads Loads, PointService Points, ContainerService Containers, OrganisationService Organisations, SettingsService Settings)
{
    /// <summary>MCI a tonne, by the operator's setting; none while it is not known.</summary>
    public async Task<decimal?> RateAsync(CancellationToken ct) =>
        (await Settings.ListAsync(ct)).FirstOrDefault(setting => setting.Key == "collectors.mci_per_tonne")?.Value is { Length: > 0 } value
            && decimal.TryParse(value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var rate) ? rate : null;
}

/// <summary>The organisation that keeps points registers collectors, names their sources and weighs their loads.</summary>
[Authorize(Policy = PolicyNames.OrgPointDesk)]
[Route("/{culture:culture}/org/{slug}/collectors")]
public sealed class CollectorsController(CollectorDesk desk, IStringLocalizer<CollectorsText> text) : Controller
{
    private OrganisationAccess Access => HttpContext.Organisation();

    private Actor Actor => ActorContext.Current(HttpContext);

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => await ListAsync(new CollectorForm { Region = Access.RegionKato, DayLimit = 200, MonthLimit = 2000 }, ct);

    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> Register([Bind(Prefix = "Form")] CollectorForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        Require(form.Name is { Length: <= 200 } && !string.IsNullOrWhiteSpace(form.Name), "Form.Name", "E.Required");
        Require(CollectorService.Digits(form.Phone) is not null, "Form.Phone", "E.Phone");
        Require(!string.IsNullOrEmpty(form.Region) && (await desk.Organisations.RegionsAsync(ct)).Any(region => region.Kato == form.Region), "Form.Region", "E.Required");
        Require(IsLimit(form.DayLimit, 5_000) && IsLimit(form.MonthLimit, 50_000) && form.DayLimit <= form.MonthLimit, "Form.DayLimit", "E.Limits");
        if (ModelState.IsValid && !Request.IsLanguageSwitch())
        {
            var collector = new NewCollector(form.Name!.Trim(), form.Phone!, form.Region!, Weight.FromKilograms(form.DayLimit!.Value), Weight.FromKilograms(form.MonthLimit!.Value));
            if (await desk.Collectors.RegisterAsync(Access.OrganisationId, collector, Actor, ct) is { } code)
            {
                return LocalRedirect($"{Here}/{code}?done=Registered&number={code}");
            }

            Require(holds: false, "Form.Phone", "E.Taken");
        }

        return await ListAsync(form, ct);
    }

    [HttpGet("{code}")]
    public async Task<IActionResult> One(string code, string? done, string? number, CancellationToken ct) => await ShowAsync(code, null, null, new CollectorSaid(done, number is { Length: <= 20 } ? number : null), ct);

    [HttpPost("{code}/sources")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> Source(string code, [Bind(Prefix = "Source")] SourceForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        Require(form.SourceName is { Length: <= 200 } && !string.IsNullOrWhiteSpace(form.SourceName), "Source.SourceName", "E.Required");
        Require(form.SourceAddress is { Length: <= 300 } && !string.IsNullOrWhiteSpace(form.SourceAddress), "Source.SourceAddress", "E.Required");
        if (ModelState.IsValid)
        {
            if (await desk.Collectors.AddSourceAsync(code, Access.OrganisationId, form.Kind, form.SourceName!.Trim(), form.SourceAddress!.Trim(), Actor, ct))
            {
                return LocalRedirect($"{Here}/{code}?done=Source");
            }

            Require(holds: false, "Source.SourceName", "E.SourceTwice");
        }

        return await ShowAsync(code, form, null, new CollectorSaid(null, null), ct);
    }

    [HttpPost("{code}/loads")]
    public async Task<IActionResult> Load(string code, [Bind(Prefix = "Load")] LoadForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        Require(Categories.All.Contains(form.Category ?? "", StringComparer.Ordinal), "Load.Category", "E.Required");
        Require(form.Net is > 0 and <= 50_000 && decimal.IsInteger(form.Net.Value * 1000), "Load.Net", "E.Weight");
        var open = await OpenContainersAsync(ct);
        var chosen = open.FirstOrDefault(one => one.Container.ContainerId == form.Container);
        Require(chosen.Point is not null, "Load.Container", "L.ContainerNotOpen");
        if (ModelState.IsValid)
        {
            var load = new NewLoad(form.Id, code, form.From ?? Guid.Empty, chosen.Point!.PointId, form.Category!, Weight.FromKilograms(form.Net!.Value), form.Container!.Value);
            switch (await desk.Loads.TakeAsync(load, Access.OrganisationId, Actor, ct))
            {
                case LoadOutcome.Taken taken:
                    return LocalRedirect($"{Here}/{code}?done=Load&number={taken.Number}");
                case LoadOutcome.Refused refused:
                    var field = refused.Why switch { LoadProblem.NotFound => "Load.From", LoadProblem.DayLimit or LoadProblem.MonthLimit or LoadProblem.NotActive => "Load.Net", _ => "Load.Container" };
                    ModelState.AddModelError(field, text["L." + refused.Why, Format.Current.Kilograms(refused.Left)]);
                    break;
            }
        }

        return await ShowAsync(code, null, form, new CollectorSaid(null, null), ct);
    }

    [HttpPost("{code}/state")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> State(string code, bool stop, string? reason, CancellationToken ct)
    {
        if (stop && (string.IsNullOrWhiteSpace(reason) || reason.Length > 300))
        {
            ModelState.AddModelError("reason", text["E.Required"]);
            return await ShowAsync(code, null, null, new CollectorSaid(null, null), ct);
        }

        return await desk.Collectors.SetStateAsync(code, Access.OrganisationId, stop ? CollectorState.Suspended : CollectorState.Active, stop ? reason!.Trim() : null, Actor, ct)
            ? LocalRedirect($"{Here}/{code}?done=State") : NotFound();
    }

    private string Here => $"/{Culture.CurrentCode}/org/{Access.Slug}/collectors";

    private static bool IsLimit(decimal? kilograms, decimal most) => kilograms >= 1 && kilograms <= most && decimal.IsInteger(kilograms.Value * 1000);

    private void Require(bool holds, string field, string sentence)
    {
        if (!holds && !(ModelState.TryGetValue(field, out var entry) && entry.Errors.Count > 0))
        {
            ModelState.AddModelError(field, text[sentence]);
        }
    }

    private async Task<IActionResult> ListAsync(CollectorForm form, CancellationToken ct) =>
        View("Index", new CollectorsPage(Access, await desk.Collectors.ListAsync(Access.OrganisationId, ct), await desk.RateAsync(ct), form, await desk.Organisations.RegionsAsync(ct)));

    private async Task<IActionResult> ShowAsync(string code, SourceForm? source, LoadForm? load, CollectorSaid said, CancellationToken ct) =>
        await desk.Collectors.FindAsync(code, Access.OrganisationId, ct) is { } details
            ? View("One", new CollectorPage(Access, details, await desk.RateAsync(ct), source ?? new SourceForm(), load ?? new LoadForm(), await desk.Points.ListOfAsync(Access.OrganisationId, ct), await OpenContainersAsync(ct), said))
            : NotFound();

    private async Task<IReadOnlyList<(CollectionPoint Point, ContainerRow Container)>> OpenContainersAsync(CancellationToken ct)
    {
        var open = new List<(CollectionPoint, ContainerRow)>();
        foreach (var point in await desk.Points.ListOfAsync(Access.OrganisationId, ct))
        {
            open.AddRange((await desk.Containers.ListAsync(Access.OrganisationId, point.PointId, ct)).Where(container => container is { State: "Open", ForReuse: false } && container.Kind != "Hazard").Select(container => (point, container)));
        }

        return open;
    }
}

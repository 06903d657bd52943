using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Points;

/// <summary>Where things can be handed in: list first, then the map, and the same as files.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/points")]
public sealed class PointsController(PointService points, GuideService guide, OrganisationService organisations, TimeProvider clock) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(PointsQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var towns = await guide.TownsAsync(ct);
        var filter = query.Filter(towns);
        var found = await points.ListAsync(filter, ct);
        var counts = await points.CountAsync(filter, ct);
        var regions = await points.CountAsync(filter with { Region = null, Near = null, WithinKm = null }, ct);
        return View(new PointsPage(query, await points.WithHoursAsync(found, ct), counts.Sum(count => count.Points), regions, await organisations.RegionsAsync(ct), towns, await guide.ItemsAsync(ct)));
    }

    [HttpGet("{point}")]
    public async Task<IActionResult> Point(string point, CancellationToken ct) =>
        await points.FindAsync(point, ct) is { } found && IsThere(found)
            ? View(new PointPage(found, await points.HoursAsync(found.PointId, ct), BusinessTime.Today(clock), await guide.ItemsAsync(ct)))
            : NotFound();

    [HttpGet("/{culture:culture}/points.csv")]
    public async Task<IActionResult> Csv(PointsQuery query, CancellationToken ct) => PointFiles.Csv(await AllAsync(query, ct));

    [HttpGet("/{culture:culture}/points.geojson")]
    public async Task<IActionResult> GeoJson(PointsQuery query, [FromServices] PointWords words, CancellationToken ct) => PointFiles.GeoJson(await AllAsync(query, ct), words);

    private async Task<IReadOnlyList<PointRow>> AllAsync(PointsQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var filter = query.Filter(await guide.TownsAsync(ct)) with { Limit = PointFiles.MostPoints, Offset = 0 };
        return await points.WithHoursAsync(await points.ListAsync(filter, ct), ct);
    }

    private bool IsThere(CollectionPoint point) => BusinessTime.Today(clock) is var today && point.ValidFrom <= today && !(point.ValidUntil <= today);
}

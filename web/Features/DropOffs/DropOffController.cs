using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Vouchers.Rewards;
using EwasteEpr.Web.Features.Points;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Features.Vouchers;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace EwasteEpr.Web.Features.DropOffs;

/// <summary>Three screens to a code: what, what becomes of its data, where. No account, no script needed.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/drop-off/new")]
public sealed class DropOffController(
    DropOffService dropOffs, GuideService guide, PointService points, RewardQuotes quotes, TimeProvider clock, IStringLocalizer<DropOffsText> text) : Controller
{
    private const int Nearest = 8;

    [HttpGet("")]
    public async Task<IActionResult> New(DropOffQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Item is null || query.Go == "find")
        {
            return query.Go == "point" && query.Chosen.Count > 0
                ? await PointAsync(new GetCodeForm(Guid.CreateVersion7(), query.I, query.Town, null, false), ct)
                : await ItemAsync(query, ct);
        }

        if (await guide.FindAsync(query.Item, ct) is not { } item)
        {
            return await ItemAsync(query, ct);
        }

        return query.Go is "point" or "more" && Answered(query, item) is { } chosen
            ? LocalRedirect(DropOffQuery.Address(Culture.CurrentCode, query.Chosen.Append(chosen), query.Go == "more" ? "" : "go=point"))
            : View("About", new AboutPage(query, item, NameOf(item)));
    }

    [HttpPost("")]
    public async Task<IActionResult> Announce(GetCodeForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Request.IsLanguageSwitch())
        {
            ModelState.KeepTypedOnly();
            return await PointAsync(form, ct);
        }

        if (string.IsNullOrEmpty(form.Point))
        {
            ModelState.AddModelError(nameof(form.Point), text["Point.Missing"]);
        }

        if (!form.IsOwner)
        {
            ModelState.AddModelError(nameof(form.IsOwner), text["Owner.Missing"]);
        }

        if (!ModelState.IsValid || await points.FindAsync(form.Point!, ct) is not { } point)
        {
            return await PointAsync(form, ct);
        }

        var owner = GiverCookie.Ensure(HttpContext);
        var outcome = await AnnounceAsync(new NewDropOff(DropOffOrigin.Web, Culture.CurrentCode, point.PointId, [.. form.Chosen.Select(item => item.ToItem())], owner, form.IsOwner), form.Visit, ct);
        if (outcome is null or AnnounceOutcome.Announced)
        {
            return LocalRedirect($"/{Culture.CurrentCode}/drop-off/{form.Visit:D}");
        }

        ModelState.AddModelError(nameof(form.Point), outcome switch
        {
            AnnounceOutcome.PointShut shut => text["Point.Shut", text["Shut." + shut.State]],
            AnnounceOutcome.NotTakenThere => text["Point.NotTaken"],
            _ => text["Point.Missing"],
        });
        return await PointAsync(form, ct);
    }

    /// <returns>Null when this very page was sent before: then its drop-off is there.</returns>
    private async Task<AnnounceOutcome?> AnnounceAsync(NewDropOff request, Guid visit, CancellationToken ct)
    {
        try
        {
            return await dropOffs.AnnounceAsync(request, visit, ActorContext.Current(HttpContext), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "drop_offs_pkey")
        {
            return null;
        }
    }

    private async Task<IActionResult> ItemAsync(DropOffQuery query, CancellationToken ct)
    {
        var typed = query.Q?.Trim() is { Length: > 0 and <= WordSearch.LongestQuery } asked ? asked : null;
        if (query.Go == "about" && typed is null)
        {
            ModelState.AddModelError(nameof(query.Item), text["Item.Missing"]);
        }

        return View("Item", new ItemPage(query, await guide.ItemsAsync(ct), typed is null ? null : await guide.SearchAsync(typed, Culture.CurrentCode, ct)));
    }

    private ChosenItem? Answered(DropOffQuery query, GuideItem item)
    {
        if (query.Condition is null)
        {
            ModelState.AddModelError(nameof(query.Condition), text["About.ConditionMissing"]);
        }

        if (item.DataKind is not null && query.Data is null or DataChoice.None)
        {
            ModelState.AddModelError(nameof(query.Data), text["About.DataMissing"]);
        }

        return ModelState.IsValid ? new ChosenItem(item.UnuKey, query.Condition!.Value, item.DataKind is null ? DataChoice.None : query.Data!.Value, query.Reuse && query.Condition is HeldCondition.Working or HeldCondition.Repairable) : null;
    }

    private async Task<IActionResult> PointAsync(GetCodeForm form, CancellationToken ct)
    {
        var items = await guide.ItemsAsync(ct);
        var things = form.Chosen.Select(chosen => (chosen, item: items.FirstOrDefault(item => item.UnuKey == chosen.UnuKey))).Where(pair => pair.item is not null).Select(pair => (pair.chosen, pair.item!)).ToList();
        if (things.Count == 0)
        {
            return LocalRedirect($"/{Culture.CurrentCode}/drop-off/new");
        }

        var towns = await guide.TownsAsync(ct);
        var town = towns.FirstOrDefault(one => one.Code == form.Town);
        if (town is null)
        {
            return View("Point", new PointChoicePage(form, things, towns, null, [], null));
        }

        var near = new PointFilter { Near = GeoPosition.From(town.Latitude, town.Longitude), UnuKey = things[0].Item2.UnuKey, WithinKm = 150, Limit = 60 };
        var fit = (await points.ListAsync(near, ct)).Where(point => point.Kind != PointKind.Repairer && things.All(thing => point.Accepts(thing.Item2.UnuKey, thing.Item2.Category))).Take(Nearest).ToList();
        var wanted = things.Select(thing => new RewardItem(thing.Item2.UnuKey, thing.Item2.Category, null, Enum.TryParse<ItemCondition>(thing.chosen.Condition.ToString(), out var known) ? known : null)).ToList();
        var quote = await quotes.QuoteAsync(wanted, town.RegionKato, BusinessTime.Today(clock), ct);
        var first = fit.Find(point => point is { State: PointState.Open, GivesRewards: true }) ?? fit.Find(point => point.State == PointState.Open);
        return View("Point", new PointChoicePage(form with { Point = form.Point ?? first?.Slug }, things, towns, town, await points.WithHoursAsync(fit, ct), quote));
    }

    internal static string NameOf(GuideItem item) => item.Name.In(Culture.CurrentCode);
}

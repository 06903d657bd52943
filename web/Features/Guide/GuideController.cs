using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Vouchers.Rewards;
using EwasteEpr.Web.Features.Points;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Guide;

/// <summary>What can I hand in? In everyday words, without an account and without a script.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/what-can-i-hand-in")]
public sealed class GuideController(GuideService guide, PointService points, RewardQuotes rewards, TimeProvider clock, IStringLocalizer<GuideText> text) : Controller
{
    private const int Nearest = 5;
    private const double NearKm = 60;

    [HttpGet("")]
    public async Task<IActionResult> Index(string? q, CancellationToken ct)
    {
        var typed = (q ?? "").Trim();
        typed = typed.Length > WordSearch.LongestQuery ? typed[..WordSearch.LongestQuery] : typed;
        var hits = await guide.SearchAsync(typed, Culture.CurrentCode, ct);
        return View(new GuidePage(typed, hits, AsksForBatteries(typed), await guide.AlphabetAsync(Culture.CurrentCode, ct), await guide.ItemsAsync(ct)));
    }

    [HttpGet("{key}")]
    public async Task<IActionResult> Item(string key, string? town, CancellationToken ct)
    {
        if (await guide.FindAsync(key, ct) is not { } item)
        {
            return NotFound();
        }

        var towns = await guide.TownsAsync(ct);
        var chosen = towns.FirstOrDefault(one => one.Code == town);
        var all = new PointFilter { UnuKey = item.UnuKey };
        var accepting = (await points.CountAsync(all, ct)).Sum(region => region.Points);
        var reward = await rewards.QuoteAsync([new RewardItem(item.UnuKey, item.Category)], chosen?.RegionKato ?? "", BusinessTime.Today(clock), ct);
        if (chosen is null)
        {
            return View(new GuideItemPage(item, towns, null, accepting, [], 0, reward));
        }

        var near = all with { Near = GeoPosition.From(chosen.Latitude, chosen.Longitude), Limit = Nearest };
        var rows = await points.WithHoursAsync(await points.ListAsync(near, ct), ct);
        var menders = (await points.CountAsync(near with { Kinds = [PointKind.Repairer, PointKind.ReuseShop], WithinKm = NearKm }, ct)).Sum(region => region.Points);
        return View(new GuideItemPage(item, towns, chosen, accepting, rows, menders, reward));
    }

    /// <summary>A loose battery is no equipment and has no key, and yet it is what many people bring.</summary>
    private bool AsksForBatteries(string typed) =>
        WordSearch.Fold(typed) is { Length: >= 5 } asked && WordSearch.Fold(text["BatteryWords"]).Split(' ').Any(word => WordSearch.Score(asked, word) is not null);
}

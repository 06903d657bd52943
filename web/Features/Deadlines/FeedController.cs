using System.Text;
using EwasteEpr.Deadlines;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Deadlines;

/// <summary>The feed itself: a calendar program has no session, the address is what opens it. A wrong one and a closed one answer the same.</summary>
[AllowAnonymous]
public sealed class FeedController(FeedService feeds, DeadlineService deadlines, DeadlineWords words, SiteAddress site, TimeProvider clock, IStringLocalizer<DeadlinesText> text) : Controller
{
    [HttpGet("/{culture:culture}/calendar/{token}.ics")]
    [EnableRateLimiting(Limits.ApiPublic)]
    public async Task<IActionResult> Feed(string token, CancellationToken ct)
    {
        if (await feeds.ReadAsync(token, ct) is not { } owner)
        {
            return NotFound();
        }

        var origin = site.Of(HttpContext, Culture.CurrentCode, "");
        origin = origin[..^(Culture.CurrentCode.Length + 2)];
        var days = (await deadlines.ListAsync(owner.OrganisationId, ct)).Select(deadline => words.Day(deadline, origin));
        Response.Headers.CacheControl = "private, max-age=3600";
        Response.Headers["X-Robots-Tag"] = "noindex";
        return File(Encoding.UTF8.GetBytes(CalendarFile.Write(text["Feed.Name", owner.Name(Culture.CurrentCode)], clock.GetUtcNow(), days)), "text/calendar; charset=utf-8", "deadlines.ics");
    }
}

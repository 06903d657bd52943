using EwasteEpr.Deadlines;
using EwasteEpr.Organisations;
using EwasteEpr.Settings;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Deadlines;

/// <summary>What is due by which day, on a page, as CSV, and as an address that the person's own calendar fetches.</summary>
[Route("/{culture:culture}/org/{slug}/calendar")]
[Authorize(Policy = PolicyNames.OrgReader)]
public sealed class DeadlinesController(DeadlineService deadlines, FeedService feeds, SettingsService settings, DeadlineWords words, SiteAddress site) : Controller
{
    private OrganisationAccess Organisation => HttpContext.Organisation();

    [HttpGet("")]
    public Task<IActionResult> Index(string? done, CancellationToken ct) => ShowAsync(null, done, ct);

    [HttpGet("deadlines.csv")]
    public async Task<IActionResult> Csv(CancellationToken ct) => new CsvFile(
        "deadlines.csv", ["due_on", "kind", "subject", "organisation"],
        (await deadlines.ListAsync(Organisation.OrganisationId, ct)).Select(one => new object?[] { one.DueOn, one.Kind.ToString(), words.Subject(one), one.Name(Culture.CurrentCode) }));

    /// <summary>The address is shown in this answer and never again.</summary>
    [HttpPost("feed")]
    public async Task<IActionResult> Open(CancellationToken ct)
    {
        var token = await feeds.OpenAsync(HttpContext.Person().PersonId, Organisation.OrganisationId, ActorContext.Current(HttpContext), ct);
        return token is null ? Back("Another") : await ShowAsync(site.Of(HttpContext, Culture.CurrentCode, $"calendar/{token}.ics"), null, ct);
    }

    [HttpPost("feed/close")]
    public async Task<IActionResult> Close(CancellationToken ct) =>
        Back(await feeds.CloseAsync(HttpContext.Person().PersonId, Organisation.OrganisationId, ActorContext.Current(HttpContext), ct) ? "Closed" : "None");

    private async Task<IActionResult> ShowAsync(string? address, string? done, CancellationToken ct)
    {
        var rule = (await settings.ListAsync(ct)).FirstOrDefault(setting => setting.Key == EwasteEpr.Declarations.DueDate.SettingKey);
        return View("Index", new DeadlinesPage(
            Organisation,
            await deadlines.ListAsync(Organisation.OrganisationId, ct),
            await feeds.FindAsync(HttpContext.Person().PersonId, Organisation.OrganisationId, ct),
            address,
            IsRuleKnown: !string.IsNullOrEmpty(rule?.Value),
            done));
    }

    private LocalRedirectResult Back(string done) => LocalRedirect($"{Where.Organisation(HttpContext, "calendar")}?done={done}");
}

/// <param name="Address">Made in this request.</param>
/// <param name="IsRuleKnown">The operator has entered by when a period is declared.</param>
public sealed record DeadlinesPage(OrganisationAccess Access, IReadOnlyList<Deadline> Deadlines, FeedState? Feed, string? Address, bool IsRuleKnown, string? Done)
{
    public bool HasClients => Deadlines.Any(one => !one.IsOwn);
}

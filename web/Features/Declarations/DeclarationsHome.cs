using EwasteEpr.Deadlines;
using EwasteEpr.Declarations;
using EwasteEpr.Settings;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What an importer or producer finds at home: the next deadline, what is to be done, the last declarations.</summary>
public sealed class DeclarationsHome(DeclarationService declarations, DeadlineService deadlines, SettingsService settings) : ViewComponent
{
    private const int Shown = 5;

    public async Task<IViewComponentResult> InvokeAsync()
    {
        var ct = HttpContext.RequestAborted;
        var page = await declarations.ListAsync(HttpContext.Organisation().OrganisationId, new DeclarationFilter(), ct);
        var due = (await settings.ListAsync(ct)).FirstOrDefault(setting => setting.Key == DueDate.SettingKey);
        var next = (await deadlines.ListAsync(HttpContext.Organisation().OrganisationId, ct)).FirstOrDefault(one => one.IsOwn);
        return View("/Features/Declarations/_Home.cshtml", new DeclarationsHomePage(
            next,
            !string.IsNullOrEmpty(due?.Value),
            [.. page.Rows.Where(row => row.State is DeclarationState.Draft or DeclarationState.Returned || row.HasCorrection).Take(Shown)],
            [.. page.Rows.Take(Shown)]));
    }
}

/// <param name="Next">The nearest, or the oldest that was missed.</param>
/// <param name="IsRuleKnown">False while no source says by when a quarter is declared.</param>
public sealed record DeclarationsHomePage(Deadline? Next, bool IsRuleKnown, IReadOnlyList<DeclarationListItem> ToDo, IReadOnlyList<DeclarationListItem> Last);

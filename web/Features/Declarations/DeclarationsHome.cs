using EwasteEpr.Declarations;
using EwasteEpr.Settings;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What an importer or producer finds at home: the next deadline, what is to be done, the last declarations.</summary>
public sealed class DeclarationsHome(DeclarationService declarations, SettingsService settings) : ViewComponent
{
    private const string DueDate = "declarations.due_date";
    private const int Shown = 5;

    public async Task<IViewComponentResult> InvokeAsync()
    {
        var ct = HttpContext.RequestAborted;
        var page = await declarations.ListAsync(HttpContext.Organisation().OrganisationId, new DeclarationFilter(), ct);
        var due = (await settings.ListAsync(ct)).FirstOrDefault(setting => setting.Key == DueDate);
        return View("/Features/Declarations/_Home.cshtml", new DeclarationsHomePage(
            due?.Value,
            [.. page.Rows.Where(row => row.State is DeclarationState.Draft or DeclarationState.Returned || row.HasCorrection).Take(Shown)],
            [.. page.Rows.Take(Shown)]));
    }
}

/// <param name="DueDate">The operator's words, or none while no source says.</param>
public sealed record DeclarationsHomePage(string? DueDate, IReadOnlyList<DeclarationListItem> ToDo, IReadOnlyList<DeclarationListItem> Last);

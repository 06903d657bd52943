using System.Globalization;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>The organisation's declarations: the list, a new one, one with what is to be done, its past.</summary>
[Route("/{culture:culture}/org/{slug}/declarations")]
public sealed class DeclarationsController(DeclarationService declarations, DeclarationSums sums, UploadStatus uploads, IStringLocalizer<DeclarationsText> text) : DeclarantController
{
    private const int MostExported = 10_000;

    [HttpGet("")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> List(DeclarationsQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var page = await declarations.ListAsync(Organisation.OrganisationId, query.ToFilter(), ct);
        return View(new DeclarationsPage(query, page, await sums.OfAsync(Organisation.OrganisationId, query.ToFilter(), ct)));
    }

    [HttpGet("/{culture:culture}/org/{slug}/declarations.csv")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Csv(DeclarationsQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var rows = new List<DeclarationListItem>();
        var filter = query.ToFilter() with { PageSize = 200, After = null };
        while (rows.Count < MostExported)
        {
            var page = await declarations.ListAsync(Organisation.OrganisationId, filter, ct);
            rows.AddRange(page.Rows);
            if (page.Next is null)
            {
                break;
            }

            filter = filter with { After = page.Next };
        }

        return new CsvFile("declarations.csv", DeclarationsPage.CsvHead, rows.Select(DeclarationsPage.CsvRow));
    }

    [HttpGet("new")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> New([Bind(Prefix = "Form")] NewDeclarationForm form, CancellationToken ct)
    {
        ModelState.Clear();
        return View(new NewDeclarationPage(form, await sums.TodayAsync(ct)));
    }

    [HttpPost("new")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Create([Bind(Prefix = "Form")] NewDeclarationForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        var today = await sums.TodayAsync(ct);
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
            return View(nameof(New), new NewDeclarationPage(form, today));
        }

        if (form.Read(ModelState, text) is not { } wanted)
        {
            return View(nameof(New), new NewDeclarationPage(form, today));
        }

        switch (await declarations.CreateAsync(Organisation.OrganisationId, wanted, Who, ct))
        {
            case CreateOutcome.Created created:
                return To(wanted is NewDeclaration.Nil ? created.Number + "/check" : created.Number + form.NextPage);
            case CreateOutcome.AlreadyDeclared existing:
                return View("AlreadyDeclared", existing);
            case CreateOutcome.PeriodNotBegun:
                ModelState.AddModelError("Form." + nameof(form.Period), text["New.NotBegun"]);
                break;
            default:
                ModelState.AddModelError("Form." + nameof(form.DocumentNo), text["New.DocumentNoWrong"]);
                break;
        }

        return View(nameof(New), new NewDeclarationPage(form, today));
    }

    [HttpGet("{no}")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Tasks(string no, CancellationToken ct) =>
        await declarations.GetAsync(KeyOf(no), null, ct) is { } declaration
            ? View(new TasksPage(declaration, await uploads.ListAsync(KeyOf(no), ct), Organisation))
            : NotFound();

    [HttpGet("{no}/history")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> History(string no, CancellationToken ct)
    {
        if (await declarations.GetAsync(KeyOf(no), null, ct) is not { } declaration)
        {
            return NotFound();
        }

        var events = await declarations.HistoryAsync(KeyOf(no), ct);
        return View(new HistoryPage(declaration, await declarations.VersionsAsync(KeyOf(no), ct), events, await sums.PeopleAsync(events, ct)));
    }

    [HttpPost("{no}/withdraw")]
    [Authorize(Policy = PolicyNames.OrgPreparer)]
    public async Task<IActionResult> Withdraw(string no, CancellationToken ct)
    {
        switch (await declarations.WithdrawAsync(KeyOf(no), Who, ct))
        {
            case WithdrawOutcome.NotFound:
                return NotFound();
            case WithdrawOutcome.CorrectionWithdrawn standing:
                Say("Said.CorrectionWithdrawn", standing.StandingVersion.ToString(CultureInfo.InvariantCulture));
                break;
            case WithdrawOutcome.Withdrawn:
                Say("Said.Withdrawn");
                break;
            case WithdrawOutcome.Busy:
                Say("Said.Busy");
                break;
            default:
                Say("Said.NoDraft");
                break;
        }

        return To(no);
    }
}

using EwasteEpr.Compliance;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Compliance;

/// <summary>Cases: the operator works on them, an inspector and an akimat read those of their regions.</summary>
[Route("/{culture:culture}/operator/cases")]
[Authorize(Policy = PolicyNames.CaseReader)]
public sealed class CasesController(CaseQueries queries, CaseService cases, CaseLetters letters, OrganisationService organisations, IStringLocalizer<ComplianceText> text) : Controller
{
    private static readonly string[] Operators = [PlatformRole.OperatorPreparer, PlatformRole.OperatorApprover];

    private bool IsOperator => HttpContext.Person().PlatformRoles.Any(role => Operators.Contains(role, StringComparer.Ordinal));

    private bool IsInspector => HttpContext.Person().PlatformRoles.Any(role => role.StartsWith(PlatformRole.Inspector + ":", StringComparison.Ordinal));

    /// <summary>None: the whole country.</summary>
    private IReadOnlyList<string>? Regions => IsOperator ? null : HttpContext.Person().Regions();

    private Actor Who => ActorContext.Current(HttpContext);

    [HttpGet("")]
    public async Task<IActionResult> Index([FromQuery] CaseQuery query, CancellationToken ct)
    {
        var (rows, next) = await queries.ListAsync(query.For(Regions), ct);
        return View(new CaseListPage(query, rows, next, await queries.CountsAsync(Regions, ct), await organisations.RegionsAsync(ct), IsOperator, IsInspector));
    }

    [HttpGet("/{culture:culture}/operator/cases.csv")]
    public async Task<IActionResult> Csv([FromQuery] CaseQuery query, CancellationToken ct) => new CsvFile(
        "cases.csv",
        ["number", "rule", "state", "name_kk", "name_ru", "bin", "region", "size_kg", "size_kzt", "opened_at", "answer_due_on"],
        (await queries.ExportAsync(query.For(Regions), ct)).Select(row => (object?[])
        [
            row.Number, row.Rule, row.State, row.NameKk, row.NameRu, row.SubjectBin, row.RegionKato, row.SizeGrams / 1000m, row.SizeTiyn / 100m, row.OpenedAt, row.AnswerDueOn,
        ]));

    [HttpGet("{number}")]
    public async Task<IActionResult> Open(string number, CancellationToken ct) =>
        await queries.FindAsync(new CaseScope(number, null, Regions), ct) is { } details
            ? View("Open", new CasePage(details, IsOperator ? CaseViewer.Operator : IsInspector ? CaseViewer.Inspector : CaseViewer.Reader, $"/{Culture.CurrentCode}/operator/cases", Guid.CreateVersion7()))
            : NotFound();

    /// <summary>The letter that the organisation gets, as paper.</summary>
    [HttpGet("{number}/letter/pdf")]
    public async Task<IActionResult> Letter(string number, CancellationToken ct) => await LetterAsync(number, ct) is { } paper ? new PaperResult(paper) : NotFound();

    [HttpGet("{number}/letter")]
    public async Task<IActionResult> LetterPage(string number, CancellationToken ct) => await LetterAsync(number, ct) is { } paper ? new PaperResult(paper, asPage: true) : NotFound();

    [HttpPost("{number}/notify")]
    [Authorize(Policy = PolicyNames.AnyOperator)]
    public async Task<IActionResult> Notify(string number, CancellationToken ct) =>
        await queries.FindAsync(new CaseScope(number, null, null), ct) is { } details
            ? Back(number, await cases.NotifyAsync(number, letters.Of(details, $"{Request.Scheme}://{Request.Host}"), Who, ct), "Notified")
            : NotFound();

    [HttpPost("{number}/resolve")]
    [Authorize(Policy = PolicyNames.AnyOperator)]
    public async Task<IActionResult> Resolve(string number, string? reason, CancellationToken ct) =>
        Words(reason) is { } words ? Back(number, await cases.ResolveAsync(number, words, Who, ct), "Resolved") : Say(number, "WordsNeeded");

    [HttpPost("{number}/escalate")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Escalate(string number, string? authority, string? receipt, string? reason, CancellationToken ct) =>
        Words(authority, 300) is { } who && Words(receipt, 300) is { } paper && Words(reason) is { } why
            ? Back(number, await cases.EscalateAsync(number, new Handover(who, paper, why), Who, ct), "Escalated")
            : Say(number, "WordsNeeded");

    [HttpPost("{number}/appeal")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Decide(string number, string? decision, string? reason, CancellationToken ct) =>
        Words(reason) is { } words && decision is "Upheld" or "Refused"
            ? Back(number, await cases.DecideAppealAsync(number, decision == "Upheld", Words(reason)!, Who, ct), "AppealDecided")
            : Say(number, "WordsNeeded");

    [HttpPost("{number}/estimate")]
    [Authorize(Policy = PolicyNames.AnyOperator)]
    public async Task<IActionResult> Estimate(string number, CancellationToken ct) => Back(number, await cases.EstimateAsync(number, Who, ct), "Estimated");

    internal static string? Words(string? text, int most = 4000) => text?.Trim() is { Length: > 0 } words && words.Length <= most ? words : null;

    private async Task<Paper?> LetterAsync(string number, CancellationToken ct) =>
        await queries.FindAsync(new CaseScope(number, null, Regions), ct) is { } details
            ? new Paper("/Features/Compliance/LetterPrint.cshtml", details, text["Letter.Title", number], number) { BackAddress = $"/{Culture.CurrentCode}/operator/cases/{number}" }
            : null;

    private IActionResult Back(string number, CaseOutcome outcome, string said) => outcome switch
    {
        CaseOutcome.NotFound => NotFound(),
        CaseOutcome.Done => Say(number, said),
        _ => Say(number, outcome.ToString()),
    };

    private LocalRedirectResult Say(string number, string said)
    {
        TempData["Said"] = said;
        return LocalRedirect($"/{Culture.CurrentCode}/operator/cases/{number}");
    }
}

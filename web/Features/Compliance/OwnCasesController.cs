using EwasteEpr.Compliance;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Compliance;

/// <summary>Cases about an organisation, as it sees them: the rule in words, an answer, a plan, an appeal that is always open.</summary>
[Route("/{culture:culture}/org/{slug}/cases")]
[Authorize(Policy = PolicyNames.OrgReader)]
public sealed class OwnCasesController(CaseQueries queries, CaseService cases, CaseOrders orders) : Controller
{
    private OrganisationId Organisation => HttpContext.Organisation().OrganisationId;

    private Actor Who => ActorContext.Current(HttpContext);

    private string Home => $"/{Culture.CurrentCode}/org/{HttpContext.Organisation().Slug}/cases";

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => View("Own", new OwnCasesPage(HttpContext.Organisation(), await queries.OfOrganisationAsync(Organisation, ct)));

    [HttpGet("{number}")]
    public async Task<IActionResult> Open(string number, CancellationToken ct) =>
        await queries.FindAsync(new CaseScope(number, Organisation, null), ct) is { } details ? View("Open", new CasePage(details, CaseViewer.Organisation, Home, Guid.CreateVersion7())) : NotFound();

    [HttpPost("{number}/answer")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Answer(string number, string? words, CancellationToken ct) =>
        CasesController.Words(words) is { } said ? Back(number, await cases.AnswerAsync(number, Organisation, said, Who, ct), "Answered") : Say(number, "WordsNeeded");

    [HttpPost("{number}/appeal")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Appeal(string number, string? words, CancellationToken ct) =>
        CasesController.Words(words) is { } said ? Back(number, await cases.AppealAsync(number, Organisation, said, Who, ct), "Appealed") : Say(number, "WordsNeeded");

    [HttpPost("{number}/plan")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Plan(string number, string? what, string? due, string? funding, CancellationToken ct) =>
        CasesController.Words(what, 1000) is { } step && CasesController.Words(funding, 300) is { } money && DateInput.TryParse(due ?? "", out var day) == DateProblem.None
            ? Back(number, await cases.AddPlanStepAsync(number, Organisation, new NewPlanStep(step, day, money), Who, ct), "PlanMade")
            : Say(number, "WordsNeeded");

    [HttpPost("{number}/plan/{step:int}/done")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> PlanDone(string number, int step, CancellationToken ct) => Back(number, await cases.FinishPlanStepAsync(number, Organisation, step, Who, ct), "PlanStepDone");

    [HttpPost("{number}/orders/{order}/proof")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    public async Task<IActionResult> Prove(string number, string order, string? words, CancellationToken ct) =>
        CasesController.Words(words) is { } proof ? Back(number, await orders.ProveAsync(number, order, Organisation, proof, Who, ct), "OrderProved") : Say(number, "WordsNeeded");

    private IActionResult Back(string number, CaseOutcome outcome, string said) => outcome switch
    {
        CaseOutcome.NotFound => NotFound(),
        CaseOutcome.Done => Say(number, said),
        _ => Say(number, outcome.ToString()),
    };

    private LocalRedirectResult Say(string number, string said)
    {
        TempData["Said"] = said;
        return LocalRedirect($"{Home}/{number}");
    }
}

using EwasteEpr.Compliance;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Compliance;

/// <summary>What an inspector does in the own regions: opens a case, writes an order, closes it.</summary>
[Route("/{culture:culture}/operator/cases")]
[Authorize(Policy = PolicyNames.Inspector)]
public sealed class OrdersController(CaseOrders orders) : Controller
{
    private IReadOnlyList<string> Regions => HttpContext.Person().Regions();

    private Actor Who => ActorContext.Current(HttpContext);

    [HttpPost("open")]
    public async Task<IActionResult> OpenCase(Guid form, string? slug, string? words, CancellationToken ct)
    {
        if (CasesController.Words(slug, 20) is not { } organisation || CasesController.Words(words) is not { } said)
        {
            return Say("", "WordsNeeded");
        }

        return await orders.OpenAsync(form.ToString("D"), organisation, said, Regions, Who, ct) is { } number ? Say(number, "Opened") : Say("", "NoSuchOrganisation");
    }

    [HttpPost("{number}/orders")]
    public async Task<IActionResult> Write(string number, string? demand, string? due, CancellationToken ct) =>
        CasesController.Words(demand) is { } words && DateInput.TryParse(due ?? "", out var day) == DateProblem.None
            ? Back(number, await orders.WriteAsync(number, words, day, Regions, Who, ct), "OrderWritten")
            : Say(number, "WordsNeeded");

    [HttpPost("{number}/orders/{order}/close")]
    public async Task<IActionResult> Close(string number, string order, CancellationToken ct) => Back(number, await orders.CloseAsync(number, order, Regions, Who, ct), "OrderClosed");

    private IActionResult Back(string number, CaseOutcome outcome, string said) => outcome switch
    {
        CaseOutcome.NotFound => NotFound(),
        CaseOutcome.Done => Say(number, said),
        _ => Say(number, outcome.ToString()),
    };

    private LocalRedirectResult Say(string number, string said)
    {
        TempData["Said"] = said;
        return LocalRedirect($"/{Culture.CurrentCode}/operator/cases{(number.Length > 0 ? "/" + number : "")}");
    }
}

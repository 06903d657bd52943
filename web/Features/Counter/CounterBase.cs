using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace EwasteEpr.Web.Features.Counter;

/// <summary>Everything at the counter happens in a shift: who has none open is led to open one.</summary>
[ReadsCodes]
public abstract class CounterBase(ShiftService shifts) : Controller
{
    protected ShiftService Shifts => shifts;

    /// <summary>The open shift; none only where <see cref="NeedsShift"/> says so.</summary>
    protected ShiftRow Shift { get; private set; } = null!;

    protected Workplace Place => Shift.Place(HttpContext.Person().DeviceId);

    protected OrganisationId OrganisationId => HttpContext.Organisation().OrganisationId;

    protected Actor Who => ActorContext.Current(HttpContext);

    protected string Root => $"/{Culture.CurrentCode}/point";

    protected virtual bool NeedsShift => true;

    public override async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        Response.Headers.CacheControl = "no-store";
        if (await shifts.CurrentAsync(OrganisationId, HttpContext.Person().PersonId, HttpContext.RequestAborted) is { } open)
        {
            Shift = open;
        }
        else if (NeedsShift)
        {
            context.Result = LocalRedirect(Root + "/shift");
            return;
        }

        await next();
    }

    protected IActionResult Say(string sentence, string path = "")
    {
        TempData["said"] = sentence;
        return LocalRedirect(Root + path);
    }
}

using EwasteEpr.Declarations;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Pages under /org/{slug}/declarations: whose they are and where they stand.</summary>
public abstract class DeclarantController : Controller
{
    protected OrganisationAccess Organisation => HttpContext.Organisation();

    protected Actor Who => ActorContext.Current(HttpContext);

    protected DeclarationKey KeyOf(string number) => new(Organisation.OrganisationId, number);

    /// <summary>An address among the organisation's declarations, in the reader's language.</summary>
    protected string At(string path) => Where.Declarations(HttpContext, path);

    protected IActionResult To(string path) => LocalRedirect(At(path));

    /// <summary>Said once on the next page: a key of the texts and what it needs.</summary>
    protected void Say(string key, params object[] values) => TempData["Said"] = string.Join('\u001F', values.Prepend(key));
}

/// <summary>Addresses of the declarant's pages.</summary>
public static class Where
{
    public static string Organisation(HttpContext context, string path = "")
    {
        ArgumentNullException.ThrowIfNull(context);
        return $"/{Culture.Of(context)}/org/{context.GetRouteValue("slug")}{(path.Length > 0 ? "/" + path : "")}";
    }

    public static string Declarations(HttpContext context, string path = "") => Organisation(context, "declarations" + (path.Length > 0 ? "/" + path : ""));
}

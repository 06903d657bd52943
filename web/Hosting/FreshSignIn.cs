using EwasteEpr.Organisations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace EwasteEpr.Web.Hosting;

/// <summary>The person must have proved who they are in the last ten minutes: put it on the page before something irreversible and on the action itself.</summary>
/// <remarks>A POST that comes too late goes to the proof and then back to the page it came from, where what was typed is kept by the page's own draft.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class RequireFreshSignInAttribute : Attribute, IResourceFilter
{
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var http = context.HttpContext;
        if (FreshSignIn.IsFresh(http.Person()))
        {
            return;
        }

        context.Result = new LocalRedirectResult($"/{Culture.Of(http)}/sign-in/again{QueryString.Create("returnUrl", FreshSignIn.PageOf(http.Request))}");
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
        // Nothing: the decision falls before the action.
    }
}

public static class FreshSignIn
{
    public const int Minutes = 10;

    public static bool IsFresh(SignedInPerson person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return person.SecondsSinceFresh < Minutes * 60;
    }

    /// <summary>The page that a request belongs to: itself for GET, the page with the form for POST.</summary>
    internal static string PageOf(HttpRequest request)
    {
        var here = request.PathBase + request.Path + request.QueryString;
        if (HttpMethods.IsGet(request.Method))
        {
            return here;
        }

        return Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var from) && from.Authority == request.Host.Value ? from.PathAndQuery : here;
    }
}

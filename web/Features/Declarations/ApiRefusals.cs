using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>problem+json (RFC 9457) of the declarations' API: the type for programs, the sentence for people.</summary>
internal static class ApiRefusals
{
    public static ObjectResult Refuse(this ControllerBase controller, IStringLocalizer<DeclarationsApiText> text, int status, string code, string key, params object[] values) =>
        controller.Refuse(status, code, text["Title"], text["Say." + key, values]);

    public static ObjectResult Refuse(this ControllerBase controller, int status, string code, string title, string sentence)
    {
        controller.Response.Headers.ContentLanguage = Culture.CurrentCode;
        return new ObjectResult(controller.HttpContext.Details(status, code, title, sentence)) { StatusCode = status, ContentTypes = { "application/problem+json" } };
    }

    /// <summary>A member beside the standard ones.</summary>
    public static ObjectResult With(this ObjectResult refusal, string name, object value)
    {
        ((ProblemDetails)refusal.Value!).Extensions[name] = value;
        return refusal;
    }
}

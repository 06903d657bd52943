using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace EwasteEpr.Web.Features.Shared;

/// <summary>The same page in another language.</summary>
/// <remarks>
/// Usually a link. A page with a form that must not be lost says <c>ViewData.KeepForm("form-id")</c>: then the three languages are
/// submit buttons of that form which post it, unvalidated, to the same path in the other language. The action asks
/// <see cref="IsLanguageSwitch"/> and shows the form again instead of acting on it. Works without a script.
/// </remarks>
public static class LanguageSwitch
{
    public const string Field = "_language";

    public static bool IsLanguageSwitch(this HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.HasFormContentType && request.Form.ContainsKey(Field);
    }

    /// <summary>After a switch the form shows what was typed and scolds nobody: it was not sent to be judged.</summary>
    public static void KeepTypedOnly(this ModelStateDictionary state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var entry in state.Values)
        {
            entry.Errors.Clear();
            entry.ValidationState = ModelValidationState.Skipped;
        }
    }

    /// <summary>The address asked for, in another language, with its query.</summary>
    public static string PathIn(this HttpRequest request, string code)
    {
        ArgumentNullException.ThrowIfNull(request);
        var words = (request.Path.Value ?? "/").Split('/', 3);
        var rest = words.Length > 1 && Culture.IsCode(words[1]) ? (words.Length > 2 ? words[2] : "") : string.Join('/', words.Skip(1));
        return request.PathBase.ToUriComponent() + new PathString("/" + code + (rest.Length > 0 ? "/" + rest : "")).ToUriComponent() + request.QueryString.ToUriComponent();
    }
}

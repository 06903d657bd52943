using EwasteEpr.Web.Features.Shared;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>"Try again in two minutes", in the reader's grammar.</summary>
public static class Waiting
{
    public static string Wait(this IStringLocalizer text, TimeSpan wait)
    {
        ArgumentNullException.ThrowIfNull(text);
        var seconds = (long)Math.Max(1, Math.Ceiling(wait.TotalSeconds));
        return text["Wait", seconds < 60 ? text.N("WaitSeconds", seconds) : text.N("WaitMinutes", (seconds + 59) / 60)];
    }
}

using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.DropOffs;

/// <summary>Why there is no voucher, in the same words for the citizen and for the counter that has to say it.</summary>
public static class NoRewardWords
{
    public static string Sentence(HttpContext context, string reason)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.RequestServices.GetRequiredService<IStringLocalizer<DropOffsText>>()["NoReward." + reason];
    }
}

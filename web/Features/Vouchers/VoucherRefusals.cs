using EwasteEpr.Web.Features.Declarations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>problem+json (RFC 9457) of the vouchers' API: the type for programs, the sentence for people.</summary>
internal static class VoucherRefusals
{
    public static ObjectResult Refuse(this ControllerBase controller, IStringLocalizer<VouchersApiText> text, int status, string code, string key, params object[] values) =>
        controller.Refuse(status, code, text["Title"], text["Say." + key, values]);

    public static ObjectResult With<T>(this ObjectResult refusal, string name, T value) => ApiRefusals.With(refusal, name, value!);
}

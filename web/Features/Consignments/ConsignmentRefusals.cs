using EwasteEpr.Web.Features.Declarations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>Refusals of the interface of scales, with the sentences that the pages have.</summary>
internal static class ConsignmentRefusals
{
    public static ObjectResult Refuse(this ControllerBase controller, IStringLocalizer<ConsignmentsText> text, int status, string code, string key, params object[] values) =>
        controller.Refuse(status, code, text["Api.Title"], text[key, values]);

    public static ObjectResult With<T>(this ObjectResult refusal, string name, T value) => ApiRefusals.With(refusal, name, value!);
}

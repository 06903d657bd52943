using System.Globalization;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Reasons for warnings by programs: a draft with warnings is submitted only when each has one.</summary>
[Authorize(Policy = PolicyNames.ApiDeclarationsWrite)]
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiKey)]
[ApiExplorerSettings(IgnoreApi = false)]
[Route("api/v1/declarations/{number}/reasons")]
public sealed class DeclarationReasonsApiController(ProblemService problems, DeclarationsApi api, IStringLocalizer<DeclarationsApiText> text) : ControllerBase
{
    private const int MostReasons = 200;
    private const int MostBytes = 1024 * 1024;

    /// <summary>Gives warnings their reasons; the answer has the revision to submit.</summary>
    [HttpPut]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<DeclarationAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    public async Task<IActionResult> Put(string number, [FromBody] ReasonsRequest? request, CancellationToken ct)
    {
        if (request?.Reasons is not { Count: > 0 and <= MostReasons } given || !ModelState.IsValid)
        {
            return this.Refuse(text, StatusCodes.Status400BadRequest, "no-reasons", "NoReasons", MostReasons);
        }

        var key = new DeclarationKey(HttpContext.ApiCaller().OrganisationId, number);
        var actor = ActorContext.Current(HttpContext);
        var reasons = given.Select(one => new WarningReason(new ProblemSelection(one?.Code ?? "", one?.Column ?? "", one?.Value), one?.Line, one?.Reason ?? "")).ToList();
        switch (await problems.GiveReasonsAsync(key, reasons, actor, ct))
        {
            case ReasonOutcome.Given:
                var answer = (await api.FindAsync(key, actor, ct))!;
                Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{answer.Revision}\"");
                Response.Headers.CacheControl = "no-store";
                Response.Headers.ContentLanguage = Culture.CurrentCode;
                return new ContentResult { Content = DeclarationsApi.Serialize(answer), StatusCode = StatusCodes.Status200OK, ContentType = "application/json; charset=utf-8" };
            case ReasonOutcome.NotAReason:
                return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "not-a-reason", "NotAReason", ProblemService.MostReasonCharacters);
            case ReasonOutcome.NoSuchWarning none:
                return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "no-such-warning", "NoSuchWarning", none.Code, none.Column);
            case ReasonOutcome.Busy:
                return this.Refuse(text, StatusCodes.Status409Conflict, "file-in-progress", "Busy");
            case ReasonOutcome.NoDraft none:
                return this.Refuse(text, StatusCodes.Status409Conflict, "no-draft", "NoDraft").With("state", DeclarationsApi.Snake(none.State));
            default:
                return this.Refuse(text, StatusCodes.Status404NotFound, "not-found", "NotFound");
        }
    }
}

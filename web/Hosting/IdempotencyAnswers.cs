using EwasteEpr.Kernel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Hosting;

/// <summary>How the outcomes of <see cref="Idempotency"/> are told over HTTP; problems in the caller's language.</summary>
public static class IdempotencyAnswers
{
    /// <summary>The stored answer to the letter, or 409 while it is running, 422 for another body, 503 <c>outcome-unknown</c>.</summary>
    public static IActionResult ToResult(this IdempotentOutcome outcome) => outcome switch
    {
        IdempotentOutcome.Answered answered => new StoredResult(answered),
        IdempotentOutcome.Running => new Problem(StatusCodes.Status409Conflict, "idempotency-running", "Running"),
        IdempotentOutcome.OtherBody => new Problem(StatusCodes.Status422UnprocessableEntity, "idempotency-other-body", "OtherBody"),
        _ => new Problem(StatusCodes.Status503ServiceUnavailable, "outcome-unknown", "OutcomeUnknown"),
    };

    internal static IActionResult KeyNeeded() => new Problem(StatusCodes.Status400BadRequest, "idempotency-key-needed", "KeyNeeded");

    private sealed class StoredResult(IdempotentOutcome.Answered answered) : ContentResult
    {
        public override Task ExecuteResultAsync(ActionContext context)
        {
            StatusCode = answered.Answer.Status;
            Content = answered.Answer.Body;
            ContentType = answered.Answer.Status < 400 ? "application/json; charset=utf-8" : "application/problem+json; charset=utf-8";
            if (answered.Again)
            {
                context.HttpContext.Response.Headers["Idempotent-Replayed"] = "true";
            }

            return base.ExecuteResultAsync(context);
        }
    }

    private sealed class Problem(int status, string code, string textKey) : IActionResult
    {
        public Task ExecuteResultAsync(ActionContext context)
        {
            var text = context.HttpContext.RequestServices.GetRequiredService<IStringLocalizer<IdempotencyText>>();
            if (status is StatusCodes.Status409Conflict or StatusCodes.Status503ServiceUnavailable)
            {
                context.HttpContext.Response.Headers.RetryAfter = "1";
            }

            var details = new ProblemDetails { Status = status, Title = text[textKey], Extensions = { ["code"] = code } };
            return new ObjectResult(details) { StatusCode = status, ContentTypes = { "application/problem+json" } }.ExecuteResultAsync(context);
        }
    }
}

/// <summary>Names the texts: IdempotencyText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class IdempotencyText;

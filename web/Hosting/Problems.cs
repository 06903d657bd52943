using System.Diagnostics;
using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Problems;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace EwasteEpr.Web.Hosting;

/// <summary>Every refusal and every failure ends in sentences: a page for people, problem+json (RFC 9457) under /api, both in the caller's language.</summary>
public static class Problems
{
    private const string KindKey = "problem-kind";

    public static IServiceCollection AddProblems(this IServiceCollection services)
    {
        services.Configure<MvcOptions>(options => options.Filters.Add(new MarkExpiredForms()));
        services.Configure<ApiBehaviorOptions>(options => options.SuppressMapClientErrors = true);
        return services;
    }

    /// <summary>The number on the error page and in the log.</summary>
    public static string Reference(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = StatusOf,
            ExceptionHandler = context => WriteAsync(context),
            AllowStatusCode404Response = true,
        });
        app.UseStatusCodePages(page => WriteAsync(page.HttpContext));
    }

    /// <summary>An API answer that refuses: the code is for programs, the sentence for people.</summary>
    public static ProblemDetails Details(this HttpContext context, int status, string code, string title, string? detail = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ProblemDetails
        {
            Type = "urn:ewaste-epr:problem:" + code,
            Title = title,
            Status = status,
            Detail = detail,
            Instance = context.Request.Path,
            Extensions = { ["reference"] = context.Reference() },
        };
    }

    private static async Task WriteAsync(HttpContext context)
    {
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems));
            log.LogError("Answered {Status} to {Method} {Path}; reference {Reference}", context.Response.StatusCode, context.Request.Method, context.Request.Path, context.Reference());
        }

        var kind = context.Items[KindKey] as ProblemKind? ?? KindOf(context.Response.StatusCode);
        if (kind == ProblemKind.Unavailable && context.Response.Headers.RetryAfter.Count == 0)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        if (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            await WriteJsonAsync(context, kind);
            return;
        }

        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        var wait = int.TryParse(context.Response.Headers.RetryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : (int?)null;
        var result = new ViewResult
        {
            ViewName = "/Features/Problems/Problem.cshtml",
            StatusCode = context.Response.StatusCode,
            ViewData = new ViewDataDictionary<ProblemPage>(context.RequestServices.GetRequiredService<IModelMetadataProvider>(), new ModelStateDictionary())
            {
                Model = new ProblemPage(kind, context.Response.StatusCode, context.Reference(), clock.GetUtcNow(), wait),
            },
        };
        context.Response.Headers.CacheControl = "no-store";
        await context.RequestServices.GetRequiredService<IActionResultExecutor<ViewResult>>()
            .ExecuteAsync(new ActionContext(context, context.GetRouteData(), new ActionDescriptor()), result);
    }

    private static async Task WriteJsonAsync(HttpContext context, ProblemKind kind)
    {
        var text = context.RequestServices.GetRequiredService<IStringLocalizer<ProblemText>>();
        var details = context.Details(context.Response.StatusCode, CodeOf(kind), text[$"{kind}.Title"], $"{text[$"{kind}.Happened"]} {text[$"{kind}.Do"]}");
        context.Response.Headers.ContentLanguage = Culture.CurrentCode;
        await context.Response.WriteAsJsonAsync(details, options: null, contentType: "application/problem+json", context.RequestAborted);
    }

    private static int StatusOf(Exception problem) => problem switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        // Text that PostgreSQL cannot keep, U+0000 above all: nobody types it, a program sent it.
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } => StatusCodes.Status400BadRequest,
        // The database is away or full for a moment: the same request may succeed in a few seconds.
        // A commit whose answer was lost: the page says to look whether the last action went through.
        OutcomeUnknownException or NpgsqlException { IsTransient: true } or TimeoutException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static ProblemKind KindOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => ProblemKind.Forbidden,
        StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed => ProblemKind.NotFound,
        StatusCodes.Status413PayloadTooLarge => ProblemKind.TooLarge,
        StatusCodes.Status429TooManyRequests => ProblemKind.TooMany,
        StatusCodes.Status503ServiceUnavailable => ProblemKind.Unavailable,
        >= 500 => ProblemKind.Broken,
        _ => ProblemKind.BadRequest,
    };

    private static string CodeOf(ProblemKind kind) => kind switch
    {
        ProblemKind.FormExpired => "form-expired",
        ProblemKind.Forbidden => "forbidden",
        ProblemKind.NotFound => "not-found",
        ProblemKind.TooLarge => "too-large",
        ProblemKind.TooMany => "too-many-requests",
        ProblemKind.Unavailable => "unavailable",
        ProblemKind.Broken => "broken",
        _ => "bad-request",
    };

    /// <summary>A form whose antiforgery token is missing or old is a 400 with its own sentences: usually the page stood open too long.</summary>
    private sealed class MarkExpiredForms : IAsyncAlwaysRunResultFilter
    {
        public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
        {
            if (context.Result is IAntiforgeryValidationFailedResult)
            {
                if (await IsTooLargeAsync(context.HttpContext.Request))
                {
                    // The token could not be read because the form was not let in at all.
                    context.Result = new StatusCodeResult(StatusCodes.Status413PayloadTooLarge);
                }
                else
                {
                    context.HttpContext.Items[KindKey] = ProblemKind.FormExpired;
                }
            }

            await next();
        }

        /// <summary>A form sent in chunks tells no length beforehand: reading it again repeats what stopped the first reading.</summary>
        private static async Task<bool> IsTooLargeAsync(HttpRequest request)
        {
            if (request.ContentLength is { } length)
            {
                return length > request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
            }

            try
            {
                if (request.HasFormContentType)
                {
                    await request.ReadFormAsync(request.HttpContext.RequestAborted);
                }

                return false;
            }
            catch (BadHttpRequestException problem)
            {
                return problem.StatusCode == StatusCodes.Status413PayloadTooLarge;
            }
            catch (InvalidDataException)
            {
                return true; // beyond the limits of a form: so many fields, or one so long
            }
        }
    }
}

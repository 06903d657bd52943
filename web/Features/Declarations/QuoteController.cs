using System.Globalization;
using System.Text.Json;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>The fee for a list of equipment, for programs. Nothing is stored.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiPublic)]
[ApiExplorerSettings(IgnoreApi = false)] // only what says so is described
[Route("api/v1/fees/quote")]
public sealed class QuoteController(TariffService tariffService, TimeProvider clock, IStringLocalizer<QuoteText> text) : ControllerBase
{
    /// <summary>Each line of the answer is in memory until the totals are known.</summary>
    private const int MostLines = 50_000;
    private const int MostBytes = 16 * 1024 * 1024;

    /// <summary>Prices lines given as JSON, or a table: the same columns and rules as a file of the calculator.</summary>
    /// <param name="methodology">With a table: code of a methodology, used whatever its dates.</param>
    /// <param name="on">With a table: stands for import and submission date of every line.</param>
    /// <param name="ct">The caller went away.</param>
    [HttpPost]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<QuoteAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status415UnsupportedMediaType, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json")]
    public Task<IActionResult> Quote([FromQuery] string? methodology, [FromQuery] string? on, CancellationToken ct) =>
        Request.HasJsonContentType() ? QuoteLinesAsync(ct)
        : Request.ContentType?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) == true ? QuoteAsync(methodology, on, (terms, listeners) => FeeQuote.RunAsync(Request.Body, new TableHints(), terms, listeners, ct), ct)
        : Task.FromResult<IActionResult>(Refuse(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", text["MediaType"]));

    private async Task<IActionResult> QuoteLinesAsync(CancellationToken ct)
    {
        QuoteRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync<QuoteRequest>(Request.Body, cancellationToken: ct);
        }
        catch (JsonException broken)
        {
            return Refuse(StatusCodes.Status400BadRequest, "bad-json", text["BadJson", (broken.LineNumber ?? 0) + 1, (broken.BytePositionInLine ?? 0) + 1]);
        }

        return request?.Lines is not { Count: > 0 } lines ? Refuse(StatusCodes.Status400BadRequest, "no-lines", text["NoLines"])
            : lines.Count > MostLines ? TooMany()
            : await QuoteAsync(request.Methodology, request.On, (terms, listeners) => FeeQuote.RunAsync(new GivenRows(lines.Select(line => (line ?? new QuoteRequestLine()).Texts())), terms, listeners, ct), ct);
    }

    private async Task<IActionResult> QuoteAsync(string? methodology, string? on, Func<QuoteTerms, QuoteListeners, Task<QuoteOutcome>> run, CancellationToken ct)
    {
        var tariffs = await tariffService.CurrentAsync(ct);
        var table = string.IsNullOrEmpty(methodology) ? tariffs.Pricing : tariffs.Named(methodology);
        if (table is null)
        {
            return Refuse(StatusCodes.Status400BadRequest, "unknown-methodology", text["UnknownMethodology", methodology!, string.Join(", ", tariffs.Versions.Select(version => version.Methodology.Code))]);
        }

        DateOnly? day = DateOnly.TryParseExact(on, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed : null;
        if (day is null && !string.IsNullOrEmpty(on))
        {
            return Refuse(StatusCodes.Status400BadRequest, "bad-date", text["BadDate", on]);
        }

        var today = BusinessTime.Today(clock);
        var results = new List<QuoteAnswerLine>();
        var listeners = new QuoteListeners(line => Keep(results, line));
        try
        {
            using var outcome = await run(new QuoteTerms(tariffs.Catalogue, table, today, day, today), listeners);
            var sentences = new ProblemSentences(Culture.CurrentCode, tariffs.Versions.Select(version => version.Methodology));
            return outcome is QuoteOutcome.Unreadable { Problem: var problem } ? Unreadable(problem, sentences) : Answer(outcome, table, sentences, results);
        }
        catch (TooManyLinesException)
        {
            return TooMany();
        }
    }

    private static ValueTask Keep(List<QuoteAnswerLine> results, Line line)
    {
        if (results.Count == MostLines)
        {
            throw new TooManyLinesException();
        }

        results.Add(QuoteResults.Of(line));
        return ValueTask.CompletedTask;
    }

    private FileContentResult Answer(QuoteOutcome outcome, TariffTable table, ProblemSentences sentences, List<QuoteAnswerLine> results)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, QuoteJson.Options))
        {
            new QuoteJson(sentences).Write(json, table.Named?.Code, outcome, more => QuoteResults.Write(more, results));
        }

        Response.Headers.CacheControl = "no-store";
        Response.Headers.ContentLanguage = Culture.CurrentCode;
        return File(buffer.ToArray(), "application/json; charset=utf-8");
    }

    private ObjectResult Unreadable(TableProblem problem, ProblemSentences sentences)
    {
        var details = HttpContext.Details(StatusCodes.Status422UnprocessableEntity, "unreadable-table", sentences.Title(problem.PublicCode), sentences.Of(problem));
        details.Extensions["problems"] = new[] { new QuoteAnswerProblem(problem.Row, problem.PublicCode, "", problem.Value, sentences.Of(problem)) };
        return Problem(details);
    }

    private ObjectResult TooMany() => Refuse(StatusCodes.Status413PayloadTooLarge, "too-many-lines", text["TooManyLines", MostLines]);

    private ObjectResult Refuse(int status, string code, string sentence) => Problem(HttpContext.Details(status, code, text["Refused"], sentence));

    private ObjectResult Problem(ProblemDetails details)
    {
        Response.Headers.ContentLanguage = Culture.CurrentCode;
        return new ObjectResult(details) { StatusCode = details.Status, ContentTypes = { "application/problem+json" } };
    }

    private sealed class TooManyLinesException : Exception;
}

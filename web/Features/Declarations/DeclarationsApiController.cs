using System.Globalization;
using System.Text;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Signatures;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Declarations by programs, with an organisation's key: begin, look, submit. Lines come in by <see cref="DeclarationLinesApiController"/>.</summary>
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiKey)]
[ApiExplorerSettings(IgnoreApi = false)]
[Route("api/v1/declarations")]
public sealed class DeclarationsApiController(
    SubmissionService submissions, SignedSubmission signed, DeclarationsApi api, Idempotency idempotency, IStringLocalizer<DeclarationsApiText> text, IStringLocalizer<SignaturesText> signatures) : ControllerBase
{
    private const int MostBytes = 64 * 1024;

    /// <summary>Begins a declaration. One for a period, one for a document: a second is answered 409 with the number of the first.</summary>
    [HttpPost]
    [Authorize(Policy = PolicyNames.ApiDeclarationsWrite)]
    [Idempotent]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<DeclarationAnswer>(StatusCodes.Status201Created, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    public async Task<IActionResult> Create([FromBody] DeclarationRequest? request, CancellationToken ct)
    {
        var (what, refusal) = Read(request);
        if (what is null)
        {
            return refusal!;
        }

        CreateOutcome? refused = null;
        var organisation = HttpContext.ApiCaller().OrganisationId;
        var outcome = await RunAsync(
            async transaction =>
            {
                refused = await DeclarationService.CreateAsync(transaction, organisation, what, ActorContext.Current(HttpContext), ct);
                return refused is CreateOutcome.Created created
                    ? new StoredAnswer(StatusCodes.Status201Created, created.Number)
                    : throw new NotKeptException();
            },
            ct);
        return outcome is IdempotentOutcome.Answered { Answer: { } answer } answered ? await CreatedAsync(answer.Body, answered.Again, ct)
            : outcome?.ToResult() ?? Explain(refused!);
    }

    /// <summary>A declaration as it stands, with what is missing before it can be submitted.</summary>
    [HttpGet("{number}")]
    [Authorize(Policy = PolicyNames.ApiDeclarationsRead)]
    [ProducesResponseType<DeclarationAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    public async Task<IActionResult> Find(string number, CancellationToken ct) =>
        await api.FindAsync(Key(number), ActorContext.Current(HttpContext), ct) is { } answer ? Tagged(answer, StatusCodes.Status200OK) : NotFound();

    /// <summary>Every problem of its rows, a thousand at a time.</summary>
    /// <param name="number">The declaration's.</param>
    /// <param name="after">What the page before answered as next.</param>
    /// <param name="ct">The caller went away.</param>
    [HttpGet("{number}/problems")]
    [Authorize(Policy = PolicyNames.ApiDeclarationsRead)]
    [ProducesResponseType<ProblemsAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    public async Task<IActionResult> Problems(string number, [FromQuery] int? after, CancellationToken ct) =>
        await api.ProblemsAsync(Key(number), after ?? -1, ct) is { } answer ? Json(DeclarationsApi.Serialize(answer), StatusCodes.Status200OK) : NotFound();

    /// <summary>Signs and submits what was looked at: the revision comes back in If-Match or in the body, and anything newer is answered 409 with the revision of now.</summary>
    [HttpPost("{number}/submit")]
    [Authorize(Policy = PolicyNames.ApiDeclarationsSubmit)]
    [Idempotent]
    [RequestSizeLimit(MostBytes)]
    [ProducesResponseType<DeclarationAnswerReceipt>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status428PreconditionRequired, "application/problem+json")]
    public async Task<IActionResult> Submit(string number, [FromBody(EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] SubmitRequest? request, CancellationToken ct)
    {
        if (!ModelState.IsValid)
        {
            return this.Refuse(text, StatusCodes.Status400BadRequest, "bad-json", "BadJson");
        }

        if (ShownRevision(request) is not { } shown)
        {
            return this.Refuse(text, StatusCodes.Status428PreconditionRequired, "revision-needed", "RevisionNeeded");
        }

        SubmitOutcome? refused = null;
        var outcome = await RunAsync(
            async _ =>
            {
                // Its own transaction: sent again after a crash between the two, it finds its receipt and answers the same.
                refused = string.IsNullOrEmpty(request?.Signature)
                    ? await submissions.SubmitAsync(Key(number), shown, ActorContext.Current(HttpContext), ct)
                    : await signed.SubmitAsync(Key(number), shown, Encoding.ASCII.GetBytes(request.Signature), ActorContext.Current(HttpContext), ct);
                return refused switch
                {
                    SubmitOutcome.Submitted done => new StoredAnswer(StatusCodes.Status200OK, DeclarationsApi.Serialize(DeclarationsApi.Of(done.Receipt))),
                    SubmitOutcome.AlreadySubmitted before => new StoredAnswer(StatusCodes.Status200OK, DeclarationsApi.Serialize(DeclarationsApi.Of(before.Receipt))),
                    _ => throw new NotKeptException(),
                };
            },
            ct);
        return outcome?.ToResult() ?? Explain(refused!);
    }

    /// <summary>A refusal is not kept under the key: the same request may succeed when its reason is gone.</summary>
    private async Task<IdempotentOutcome?> RunAsync(Func<DbTransaction, Task<StoredAnswer>> work, CancellationToken ct)
    {
        try
        {
            return await idempotency.RunAsync(HttpContext.Idempotent(), work, ct);
        }
        catch (NotKeptException)
        {
            return null;
        }
    }

    private (NewDeclaration? What, IActionResult? Refusal) Read(DeclarationRequest? request)
    {
        if (request is null || !ModelState.IsValid)
        {
            return (null, this.Refuse(text, StatusCodes.Status400BadRequest, "bad-json", "BadJson"));
        }

        var kind = request.Kind ?? "period";
        if (kind == "consignment")
        {
            return (new NewDeclaration.ForConsignment(request.DocumentNo ?? ""), null);
        }

        if (kind is not ("period" or "nil"))
        {
            return (null, this.Refuse(text, StatusCodes.Status400BadRequest, "unknown-kind", "UnknownKind", kind));
        }

        return !Period.TryParse(request.Period, out var period) ? (null, this.Refuse(text, StatusCodes.Status400BadRequest, "bad-period", "BadPeriod", request.Period ?? ""))
            : (kind == "nil" ? new NewDeclaration.Nil(period) : new NewDeclaration.ForPeriod(period), null);
    }

    private long? ShownRevision(SubmitRequest? request)
    {
        var header = Request.Headers.IfMatch.ToString();
        if (header.Length == 0)
        {
            return request?.Revision;
        }

        return EntityTagHeaderValue.TryParse(header, out var tag) && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : null;
    }

    private async Task<IActionResult> CreatedAsync(string number, bool again, CancellationToken ct)
    {
        if (again)
        {
            Response.Headers["Idempotent-Replayed"] = "true";
        }

        Response.Headers.Location = $"/api/v1/declarations/{number}";
        return Tagged((await api.FindAsync(Key(number), ActorContext.Current(HttpContext), ct))!, StatusCodes.Status201Created);
    }

    private ObjectResult Explain(CreateOutcome outcome) => outcome switch
    {
        CreateOutcome.AlreadyDeclared already => this.Refuse(text, StatusCodes.Status409Conflict, "already-declared", "AlreadyDeclared", already.Number)
            .With("number", already.Number).With("state", DeclarationsApi.Snake(already.State)),
        CreateOutcome.PeriodNotBegun => this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "period-not-begun", "PeriodNotBegun"),
        _ => this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "document-no-not-valid", "DocumentNoNotValid", DeclarationService.MostDocumentCharacters),
    };

    private ObjectResult Explain(SubmitOutcome outcome)
    {
        switch (outcome)
        {
            case SubmitOutcome.Stale stale:
                Response.Headers.ETag = Tag(stale.Revision);
                return this.Refuse(text, StatusCodes.Status409Conflict, "stale-revision", "Stale", stale.Revision).With("revision", stale.Revision);
            case SubmitOutcome.NotReady notReady:
                var missing = notReady.Missing.Select(DeclarationsApi.Snake).ToList();
                return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "not-ready", "NotReady", string.Join(' ', notReady.Missing.Select(what => text["Missing." + what].Value))).With("missing", missing);
            case SubmitOutcome.DocumentDeclaredBefore before:
                return this.Refuse(text, StatusCodes.Status409Conflict, "document-declared-before", "DocumentDeclaredBefore", before.DocumentNo);
            case SubmitOutcome.ExportExceedsDeclared export:
                return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "export-exceeds-declared", "ExportExceeds", export.Number, export.LineNo, QuoteJson.Decimals(export.LeftGrams, 3));
            case SubmitOutcome.SignatureNeeded:
                return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "signature-needed", "SignatureNeeded");
            case SubmitOutcome.SignatureRefused signature:
                return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "signature-refused", "SignatureRefused", new SigningProblem(signature.Fault, signature.SignerName).Sentence(signatures))
                    .With("fault", DeclarationsApi.Snake(signature.Fault));
            case SubmitOutcome.TooLargeToSign large:
                return this.Refuse(text, StatusCodes.Status422UnprocessableEntity, "too-large-to-sign", "TooLargeToSign", large.Bytes);
            default:
                return this.Refuse(text, StatusCodes.Status404NotFound, "not-found", "NotFound");
        }
    }

    private DeclarationKey Key(string number) => new(HttpContext.ApiCaller().OrganisationId, number);

    private ContentResult Tagged(DeclarationAnswer answer, int status)
    {
        Response.Headers.ETag = Tag(answer.Revision);
        return Json(DeclarationsApi.Serialize(answer), status);
    }

    private ContentResult Json(string body, int status)
    {
        Response.Headers.CacheControl = "no-store";
        Response.Headers.ContentLanguage = Culture.CurrentCode;
        return new ContentResult { Content = body, StatusCode = status, ContentType = "application/json; charset=utf-8" };
    }

    private static string Tag(long revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>Rolls the key back with what was tried.</summary>
    private sealed class NotKeptException() : Exception("Refused; nothing is kept.");
}

using EwasteEpr.Kernel;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Features.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>Invoices for programs, with an organisation's key: what is owed, what is paid, how to pay it.</summary>
[IgnoreAntiforgeryToken]
[EnableRateLimiting(Limits.ApiKey)]
[ApiExplorerSettings(IgnoreApi = false)]
[Authorize(Policy = PolicyNames.ApiPaymentsRead)]
[Route("api/v1/invoices")]
public sealed class InvoicesApiController(InvoiceQueries invoices, IStringLocalizer<InvoicesText> text) : ControllerBase
{
    /// <summary>The organisation's invoices, newest first, fifty at a time.</summary>
    /// <param name="state">unpaid, part_paid, paid, credited, or overdue; all of them when left out.</param>
    /// <param name="from">Issued on this day or later, YYYY-MM-DD.</param>
    /// <param name="to">Issued on this day or earlier.</param>
    /// <param name="after">What the page before answered as next.</param>
    /// <param name="ct">The caller went away.</param>
    [HttpGet]
    [ProducesResponseType<InvoicesAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    public async Task<IActionResult> List([FromQuery] string? state, [FromQuery] string? from, [FromQuery] string? to, [FromQuery] Guid? after, CancellationToken ct)
    {
        var wanted = InvoiceAnswer.StateOf(state);
        if (!ModelState.IsValid || (wanted is null && state is not (null or "" or "overdue")) || !TryDay(from, out var first) || !TryDay(to, out var last))
        {
            return this.Refuse(StatusCodes.Status400BadRequest, "bad-filter", text["Api.Title"], text["Api.BadFilter"]);
        }

        var page = await invoices.ListAsync(HttpContext.ApiCaller().OrganisationId, new InvoiceFilter(wanted, state == "overdue", null, first, last?.AddDays(1), after), ct);
        return Ok(new InvoicesAnswer([.. page.Rows.Select(InvoiceAnswer.Of)], page.Next));
    }

    /// <summary>One invoice with its lines, what happened to it, and the requisites to pay it.</summary>
    [HttpGet("{number}")]
    [ProducesResponseType<InvoiceDetailAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")]
    public async Task<IActionResult> Find(string number, CancellationToken ct) =>
        await invoices.GetAsync(HttpContext.ApiCaller().OrganisationId, number, ct) is { } invoice
            ? Ok(InvoiceDetailAnswer.Of(invoice))
            : this.Refuse(StatusCodes.Status404NotFound, "not-found", text["Api.Title"], text["Api.NotFound"]);

    private static bool TryDay(string? given, out DateOnly? day)
    {
        day = null;
        if (string.IsNullOrEmpty(given))
        {
            return true;
        }

        var isDay = DateOnly.TryParseExact(given, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var read) && read.Year is > 1999 and < 2200;
        day = isDay ? read : null;
        return isDay;
    }
}

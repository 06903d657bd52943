using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Payments.Statements;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>The statement of account (акт сверки): the organisation's own, and any organisation's for the operator.</summary>
public sealed class StatementController(StatementService statements, OrganisationService organisations, Db db, TimeProvider clock, IStringLocalizer<InvoicesText> text) : Controller
{
    private const string OwnerSql = "select organisation_id from organisations where slug = @slug";

    private DateOnly Today => BusinessTime.Today(clock);

    [HttpGet("/{culture:culture}/org/{slug}/statement")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public Task<IActionResult> Statement(StatementQuery query, CancellationToken ct) => ShowAsync(HttpContext.Organisation().OrganisationId, query, Where.Organisation(HttpContext, "statement"), ct);

    [HttpGet("/{culture:culture}/org/{slug}/statement.csv")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public Task<IActionResult> Csv(StatementQuery query, CancellationToken ct) => CsvAsync(HttpContext.Organisation().OrganisationId, query, ct);

    [HttpGet("/{culture:culture}/org/{slug}/statement/print")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public Task<IActionResult> Print(StatementQuery query, CancellationToken ct) => PaperAsync(HttpContext.Organisation().OrganisationId, query, asPage: true, ct);

    [HttpGet("/{culture:culture}/org/{slug}/statement/pdf")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public Task<IActionResult> Pdf(StatementQuery query, CancellationToken ct) => PaperAsync(HttpContext.Organisation().OrganisationId, query, asPage: false, ct);

    [HttpGet("/{culture:culture}/operator/statements/{owner}")]
    [Authorize(Policy = PolicyNames.AnyOperator)]
    public async Task<IActionResult> OfAny(string owner, StatementQuery query, CancellationToken ct) =>
        await FindAsync(owner, ct) is { } id ? await ShowAsync(id, query, $"/{Culture.CurrentCode}/operator/statements/{owner}", ct) : NotFound();

    [HttpGet("/{culture:culture}/operator/statements/{owner}/csv")]
    [Authorize(Policy = PolicyNames.AnyOperator)]
    public async Task<IActionResult> CsvOfAny(string owner, StatementQuery query, CancellationToken ct) => await FindAsync(owner, ct) is { } id ? await CsvAsync(id, query, ct) : NotFound();

    [HttpGet("/{culture:culture}/operator/statements/{owner}/pdf")]
    [Authorize(Policy = PolicyNames.AnyOperator)]
    public async Task<IActionResult> PdfOfAny(string owner, StatementQuery query, CancellationToken ct) =>
        await FindAsync(owner, ct) is { } id ? await PaperAsync(id, query, asPage: false, ct) : NotFound();

    private Task<OrganisationId?> FindAsync(string slug, CancellationToken ct) => db.QuerySingleOrDefaultAsync<OrganisationId?>(OwnerSql, new { slug }, ct);

    private async Task<IActionResult> ShowAsync(OrganisationId owner, StatementQuery query, string here, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var isOperators = here.Contains("/operator/", StringComparison.Ordinal);
        var statement = await statements.GetAsync(owner, query.Days(Today), ct);
        return View("Statement", new StatementPage(
            statement, statement.Days.Until!.Value.AddDays(-1), await OwnerAsync(owner, ct), await statements.PositionAsync(owner, ct), here,
            isOperators ? $"/{Culture.CurrentCode}/operator/invoices" : Where.Organisation(HttpContext, "invoices"), query, Today, isOperators));
    }

    private async Task<IActionResult> CsvAsync(OrganisationId owner, StatementQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var statement = await statements.GetAsync(owner, query.Days(Today), ct);
        return new CsvFile("statement.csv", StatementPage.CsvHead, StatementPage.CsvRows(statement, statement.Days.Until!.Value.AddDays(-1)));
    }

    private async Task<IActionResult> PaperAsync(OrganisationId owner, StatementQuery query, bool asPage, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var statement = await statements.GetAsync(owner, query.Days(Today), ct);
        var paper = new StatementPaper(statement, await OwnerAsync(owner, ct), statement.Days.Until!.Value.AddDays(-1), (await PaymentTerms.ReadAsync(db, ct)).Printed);
        return new PaperResult(InvoicePapers.Of(paper, text), asPage);
    }

    private async Task<InvoiceOwner> OwnerAsync(OrganisationId owner, CancellationToken ct)
    {
        var details = (await organisations.DetailsAsync(owner, ct))!;
        return new InvoiceOwner(details.Slug, details.Name("kk"), details.Name("ru"), details.Bin, details.Address);
    }
}

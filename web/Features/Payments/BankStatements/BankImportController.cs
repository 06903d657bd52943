using EwasteEpr.Payments.BankStatements;
using EwasteEpr.Payments.Certificates;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments.BankStatements;

/// <summary>A bank statement from its file to documents of the bank: file, columns if they are new, preview, import.</summary>
[Route("/{culture:culture}/operator/payments/import")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class BankImportController(
    StatementUploads uploads, StatementImport import, StatementQueries statements, BankImportFollow follow, IStringLocalizer<BankStatementsText> text) : Controller
{
    private const long MostRequestBytes = StatementLimits.FileBytes + (1024 * 1024);
    private const int PageRows = 200;

    [HttpGet("")]
    public async Task<IActionResult> Import(CancellationToken ct) => View(await follow.PageAsync(new ImportForm(null), ct));

    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    [RequestFormLimits(MultipartBodyLengthLimit = MostRequestBytes)]
    [RequestSizeLimit(MostRequestBytes)]
    public async Task<IActionResult> Import([Bind(Prefix = "Form")] ImportForm form, IFormFile? file, [FromServices] BankWords words, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(words);
        if (Request.IsLanguageSwitch())
        {
            ModelState.Clear();
        }
        else if (file is null)
        {
            ModelState.AddModelError("file", text["Import.FileMissing"]);
        }
        else
        {
            await using var content = file.OpenReadStream();
            var uploaded = await uploads.UploadAsync(Path.GetFileName(file.FileName), form.Account, content, ActorContext.Current(HttpContext), ct);
            if (uploaded is not UploadedStatement.Refused refused)
            {
                return Next(uploaded);
            }

            ModelState.AddModelError("file", words.Of(refused.Fault));
        }

        return View(await follow.PageAsync(form, ct));
    }

    [HttpGet("{id:guid}/columns")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Columns(Guid id, CancellationToken ct) => await uploads.HeadAsync(id, ct) is { } head ? View(new StatementColumnsPage(id, head)) : NotFound();

    [HttpPost("{id:guid}/columns")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Columns(Guid id, [Bind(Prefix = "Form")] StatementColumnsForm form, [FromServices] BankWords words, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(words);
        switch (await uploads.NameColumnsAsync(id, form.ToColumns(), ActorContext.Current(HttpContext), ct))
        {
            case null:
                return NotFound();
            case UploadedStatement.Refused refused:
                ModelState.AddModelError("", words.Of(refused.Fault));
                break;
            case UploadedStatement.NeedsColumns:
                ModelState.AddModelError("", text["Columns.Needed"]);
                break;
            case var next:
                return Next(next);
        }

        return await uploads.HeadAsync(id, ct) is { } head ? View(new StatementColumnsPage(id, head)) : NotFound();
    }

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Statement(Guid id, string? fate, int after, CancellationToken ct) =>
        await statements.FindAsync(id, ct) is { } statement
            ? View(new BankStatementPage(statement, await statements.RowsAsync(id, fate, after, PageRows + 1, ct), fate, after, PageRows))
            : NotFound();

    [HttpPost("{id:guid}")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Run(Guid id, int[]? second, CancellationToken ct)
    {
        switch (await import.ImportAsync(id, second ?? [], ActorContext.Current(HttpContext), ct))
        {
            case ImportedStatement.NotFound:
                return NotFound();
            case ImportedStatement.Done done:
                await follow.NudgeAsync(id, ct);
                TempData["Said"] = done.Rows == 0 ? "Said.NothingNew" : "Said.Imported";
                break;
            default:
                TempData["Said"] = "Said.AlreadyImported";
                break;
        }

        return LocalRedirect($"/{Culture.CurrentCode}/operator/payments/import/{id}");
    }

    [HttpPost("{id:guid}/discard")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Discard(Guid id, CancellationToken ct)
    {
        if (!await import.DiscardAsync(id, ActorContext.Current(HttpContext), ct))
        {
            return NotFound();
        }

        TempData["Said"] = "Said.Discarded";
        return LocalRedirect($"/{Culture.CurrentCode}/operator/payments/import");
    }

    [HttpGet("{id:guid}/rows.csv")]
    public async Task<IActionResult> Rows(Guid id, CancellationToken ct) => await statements.FindAsync(id, ct) is null ? NotFound() : new CsvFile(
        "statement-rows.csv", ["row", "line", "fate", "fault", "field", "value", "way", "amount_kzt", "booked_on", "document_on", "document_no", "party", "party_number", "purpose", "status", "class", "invoice"],
        (await statements.RowsAsync(id, null, 0, StatementLimits.Rows, ct)).Select(row => new object?[]
        {
            row.RowNo, row.LineNo, row.Fate, row.Fault, row.FaultField, row.FaultValue, row.Way, row.AmountTiyn / 100m, row.BookedOn, row.DocumentOn, row.DocumentNo, row.PartyName, row.PartyNumber, row.Purpose, row.Status, row.Class, row.Invoice,
        }));

    /// <summary>In Demo: a file as a bank would send it, that pays invoices which are open at this moment.</summary>
    [HttpGet("demo-statement.txt")]
    [Organisations.DemoOnly]
    public async Task<IActionResult> Demo([FromServices] DemoStatement demo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(demo);
        return await demo.WriteAsync(ct) is { } bytes ? File(bytes, "text/plain; charset=windows-1251", "kl_to_1c.txt") : NotFound();
    }

    private LocalRedirectResult Next(UploadedStatement uploaded) => LocalRedirect($"/{Culture.CurrentCode}/operator/payments/import/" + uploaded switch
    {
        UploadedStatement.Preview preview => $"{preview.StatementId}",
        UploadedStatement.NeedsColumns needs => $"{needs.StatementId}/columns",
        _ => throw new InvalidOperationException($"Not a way on: {uploaded}."),
    });
}

/// <summary>What the import does besides: the page's lists, and the first look at what came in.</summary>
public sealed class BankImportFollow(StatementQueries statements, BankAccounts accounts, BankRowSweep rows, CertificateSweep certificates)
{
    /// <summary>So many are understood before the page answers; the rest a job takes.</summary>
    private const int AtOnce = 300;

    public async Task<ImportPage> PageAsync(ImportForm form, CancellationToken ct) => new(form, await accounts.ListAsync(ct), await statements.ListAsync(ct));

    public async Task NudgeAsync(Guid statement, CancellationToken ct)
    {
        await rows.NudgeAsync(statement, AtOnce, ct);
        await certificates.SweepAsync(ct);
    }
}

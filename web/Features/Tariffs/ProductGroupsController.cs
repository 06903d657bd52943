using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>The national list of products (order 689): rows by form or CSV, entered by one person and published by another.</summary>
[Route("/{culture:culture}/operator/product-groups")]
[Authorize(Policy = PolicyNames.AnyOperator)]
public sealed class ProductGroupsController(ProductGroupProposals groups, IStringLocalizer<TariffsText> text) : Controller
{
    private const int ProblemsShown = 20;

    [HttpGet("")]
    public Task<IActionResult> Index(string? done, CancellationToken ct) => ShowAsync(new ProductGroupForm(), done, ct);

    [HttpPost("")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Propose([Bind(Prefix = nameof(ProductGroupsPage.Form))] ProductGroupForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        await form.ReadFileAsync(ct);
        if (form.HasTable)
        {
            ModelState.Clear(); // what was pasted counts, and its fields are of no concern
        }

        var (rows, problems) = form.Read();
        foreach (var problem in problems.Take(ProblemsShown))
        {
            var sentence = text["G." + problem.Code, problem.Value, ProductGroupFile.MostRows].Value;
            ModelState.AddModelError("Form." + (form.HasTable ? nameof(form.Rows) : ProductGroupForm.FieldOf(problem.Column)), form.HasTable && problem.Row > 0 ? text["E.Row", problem.Row, problem.Column, sentence] : sentence);
        }

        if (!ModelState.IsValid)
        {
            return await ShowAsync(form, null, ct);
        }

        await groups.ProposeAsync(rows, ActorContext.Current(HttpContext), ct);
        return Back(nameof(ProposalState.Proposed));
    }

    [HttpPost("{id:guid}/publish")]
    [Authorize(Policy = PolicyNames.OperatorApprover)]
    public async Task<IActionResult> Publish(Guid id, CancellationToken ct) => Answer(await groups.PublishAsync(id, ActorContext.Current(HttpContext), ct), ProposalState.Published);

    [HttpPost("{id:guid}/withdraw")]
    public async Task<IActionResult> Withdraw(Guid id, CancellationToken ct) => Answer(await groups.WithdrawAsync(id, ActorContext.Current(HttpContext), ct), ProposalState.Withdrawn);

    /// <summary>Public, in the form in which it can be changed and sent back.</summary>
    [HttpGet("/{culture:culture}/rates/product-groups.csv")]
    [AllowAnonymous]
    public async Task<IActionResult> Csv(CancellationToken ct) => new CsvFile(
        "product-groups.csv", ProductGroupFile.Columns,
        (await groups.ListAsync(ct)).Select(row => new object?[] { row.GroupCode, row.HsPrefix, row.ValidFrom, row.LastDay, row.NameKk, row.NameRu, row.NameEn, row.Act }));

    private async Task<IActionResult> ShowAsync(ProductGroupForm form, string? done, CancellationToken ct) =>
        View("ProductGroups", new ProductGroupsPage(await groups.ListAsync(ct), await groups.WaitingAsync(ct), form, HttpContext.Person().PersonId.Value, done));

    private IActionResult Answer(DecideOutcome outcome, ProposalState done) =>
        outcome == DecideOutcome.NotFound ? NotFound() : Back(outcome == DecideOutcome.Done ? done.ToString() : outcome.ToString());

    private LocalRedirectResult Back(string done) => LocalRedirect($"/{Culture.CurrentCode}/operator/product-groups?done={done}");
}

public sealed record ProductGroupsPage(IReadOnlyList<ProductGroupListed> Groups, IReadOnlyList<ProductGroupProposal> Waiting, ProductGroupForm Form, Guid Reader, string? Done);

using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Payments;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>The operator's side: what was submitted, looked at line by line, accepted or returned with reasons. An inspector sees the same of their region.</summary>
[Route("/{culture:culture}/operator/declarations")]
public sealed class ReviewController(
    ReviewQueue queue, ReviewService review, DeclarationService declarations, LineQueries lines, LineExplanations explanations, ComparisonService comparison, BillingNudge billing, IStringLocalizer<DeclarationsText> text) : Controller
{
    [HttpGet("")]
    [Authorize(Policy = PolicyNames.DeclarationReader)]
    public async Task<IActionResult> Queue(DeclarationsQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var filter = query.ToFilter();
        return View(new QueuePage(query, await queue.ListAsync(filter, Regions, ct), await queue.CountAsync(Regions, ct)));
    }

    [HttpGet("{no}/review")]
    [Authorize(Policy = PolicyNames.DeclarationReader)]
    public Task<IActionResult> Review(string no, int? why, int? after, CancellationToken ct) => PageAsync(no, null, why, after, ct);

    [HttpPost("{no}/review")]
    [Authorize(Policy = PolicyNames.OperatorPreparer)]
    public async Task<IActionResult> Decide(string no, [Bind(Prefix = "Form")] ReviewForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (form.Decision is not ("accept" or "return"))
        {
            ModelState.AddModelError("Form.Decision", text["Review.DecisionMissing"]);
            return await PageAsync(no, form, null, null, ct);
        }

        var actor = ActorContext.Current(HttpContext);
        switch (form.Decision == "accept" ? await review.AcceptAsync(no, form.Version, actor, ct) : await review.ReturnAsync(no, form.Version, form.Reasons ?? "", actor, ct))
        {
            case ReviewOutcome.NotFound:
                return NotFound();
            case ReviewOutcome.Decided decided:
                if (await review.FindAsync(no, ct) is { } key)
                {
                    await billing.BillAsync(key, ct);
                }

                TempData["Said"] = decided.State == DeclarationState.Accepted ? "Said.Accepted" : "Said.Returned";
                return LocalRedirect($"/{Culture.CurrentCode}/operator/declarations/{no}/review");
            case ReviewOutcome.ReasonsNeeded:
                ModelState.AddModelError("Form.Reasons", text["Review.ReasonsMissing", ReviewService.MostReasonCharacters]);
                break;
            case ReviewOutcome.AlreadyDecided already:
                ModelState.AddModelError("", text["Review.AlreadyDecided", Shared.Format.Current.DateTime(already.At)]);
                break;
            case ReviewOutcome.OtherVersion:
                ModelState.AddModelError("", text["Review.OtherVersion"]);
                break;
            default:
                ModelState.AddModelError("", text["Review.Own"]);
                break;
        }

        return await PageAsync(no, form, null, null, ct);
    }

    /// <summary>The whole country for the operator; their regions for an inspector.</summary>
    private IReadOnlyList<string>? Regions => IsOperator ? null : HttpContext.Person().Regions();

    private bool IsOperator => HttpContext.Person().PlatformRoles.Any(role => role is PlatformRole.OperatorPreparer or PlatformRole.OperatorApprover);

    private async Task<IActionResult> PageAsync(string no, ReviewForm? form, int? why, int? after, CancellationToken ct)
    {
        if (await queue.FindAsync(no, Regions, ct) is not { } organisation)
        {
            return NotFound();
        }

        var key = new DeclarationKey(new OrganisationId(organisation.OrganisationId), no);
        var current = (await declarations.GetAsync(key, null, ct))!.CurrentVersion!.Value;
        var declaration = (await declarations.GetAsync(key, current, ct))!;
        return View("Review", new ReviewPage(
            organisation,
            declaration,
            await declarations.TotalsAsync(key, current, ct),
            await lines.ListAsync(key, current, new LineFilter(After: after ?? 0), ct),
            why is { } line ? await explanations.OfAsync(key, current, line, ct) : null,
            await comparison.CompareAsync(key, current, ct),
            form ?? new ReviewForm(null, null, current),
            HttpContext.Person().PlatformRoles.Contains(PlatformRole.OperatorPreparer, StringComparer.Ordinal),
            after));
    }
}

public sealed record ReviewForm(string? Decision, string? Reasons, int Version);

public sealed record QueuePage(DeclarationsQuery Query, Page<ReviewRow, Guid> List, IReadOnlyList<ReviewCount> Counts)
{
    public int Waiting => Counts.FirstOrDefault(count => count.State == DeclarationState.Submitted)?.Declarations ?? 0;

    public int All => Counts.Sum(count => count.Declarations);
}

public sealed record ReviewPage(
    ReviewedOrganisation Organisation, DeclarationDetail Declaration, IReadOnlyList<CategoryTotal> Totals, Page<LineRow, int> Lines, Explanation? Opened, Comparison? Last, ReviewForm Form, bool MayDecide, int? After);

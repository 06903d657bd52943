using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.PublicRegister.Waste;
using EwasteEpr.Signatures;
using EwasteEpr.Signatures.Demo;
using EwasteEpr.Web.Features.Certification;
using EwasteEpr.Web.Features.Signatures;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>A recycler's yearly extract for the cadastre: looked at by the site's people, signed by the signatory.</summary>
[Authorize(Policy = PolicyNames.OrgSiteReader)]
[OnlyWhoDoes(Activity.Recycler, Activity.Refurbisher)]
[Route("/{culture:culture}/org/{slug}/cadastre")]
public sealed class CadastreController(CadastreService cadastre, DocumentSigning signing, TimeProvider clock) : Controller
{
    private OrganisationAccess Access => HttpContext.Organisation();

    private string Here => $"/{Culture.CurrentCode}/org/{Access.Slug}/cadastre";

    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken ct) => View("Cadastre", new CadastreListPage(Here, await cadastre.ListAsync(Access.OrganisationId, ct), BusinessTime.Today(clock)));

    [HttpGet("{year:int}")]
    [SignsDocuments]
    public Task<IActionResult> Year(int year, CancellationToken ct) => ShowAsync(year, null, ct);

    /// <summary>The exact bytes that are signed.</summary>
    [HttpGet("{year:int}/extract.csv")]
    public async Task<IActionResult> Content(int year, CancellationToken ct) => IsYear(year)
        ? File(Encoding.UTF8.GetBytes((await cadastre.FindAsync(Access.OrganisationId, year, ct)).Content), "text/csv; charset=utf-8", $"cadastre-{year}.csv") : NotFound();

    [HttpGet("{year:int}/signature")]
    public async Task<IActionResult> Signature(int year, CancellationToken ct) =>
        IsYear(year) && (await cadastre.FindAsync(Access.OrganisationId, year, ct)).Signed is { } signed && await signing.CmsAsync(new SignedSubject(SignedSubject.CadastreExtract, signed.CadastreExtractId, 1), Access.OrganisationId, ct) is { } cms
            ? File(cms, "application/pkcs7-signature", $"cadastre-{year}.csv.p7s") : NotFound();

    /// <summary>One extract a year: whoever clicks again finds it signed.</summary>
    [HttpPost("{year:int}")]
    [Authorize(Policy = PolicyNames.OrgSignatory)]
    [SignsDocuments]
    [RequestSizeLimit(CmsReading.MostBytes * 2)]
    public async Task<IActionResult> Sign(int year, [FromForm] GivenSignature given, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(given);
        if (!IsYear(year))
        {
            return NotFound();
        }

        return await BytesOf(year, given, ct) is not { } cms ? await ShowAsync(year, SigningProblem.Missing, ct) : await cadastre.SignAsync(Access.OrganisationId, year, cms, ActorContext.Current(HttpContext), ct) switch
        {
            CadastreOutcome.SignatureRefused refused => await ShowAsync(year, new SigningProblem(refused.Fault, refused.SignerName), ct),
            _ => LocalRedirect($"{Here}/{year}"),
        };
    }

    private bool IsYear(int year) => year >= 2020 && year <= BusinessTime.Today(clock).Year;

    private async Task<byte[]?> BytesOf(int year, GivenSignature given, CancellationToken ct)
    {
        if (!given.IsInvented)
        {
            return await given.BytesAsync(ct);
        }

        return HttpContext.RequestServices.GetService<InventedKeys>() is { } keys && ActorContext.Current(HttpContext).UserId is { } person
            ? await keys.SignAsync(Encoding.UTF8.GetBytes((await cadastre.FindAsync(Access.OrganisationId, year, ct)).Content), Access.OrganisationId, person, ct) : null;
    }

    private async Task<IActionResult> ShowAsync(int year, SigningProblem? problem, CancellationToken ct)
    {
        if (!IsYear(year))
        {
            return NotFound();
        }

        var extract = await cadastre.FindAsync(Access.OrganisationId, year, ct);
        Response.StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        var panel = extract.Signed is null && Access.Has(OrganisationRole.Signatory)
            ? new SigningPanel($"{Here}/{year}", $"{Here}/{year}/extract.csv", $"cadastre-{year}.csv", []) { MayInvent = HttpContext.RequestServices.GetService<InventedKeys>() is not null, Problem = problem } : null;
        return View("CadastreYear", new CadastreYearPage(Here, extract, panel, BusinessTime.Today(clock)));
    }
}

public sealed record CadastreListPage(string Home, IReadOnlyList<CadastreYear> Years, DateOnly Today);

/// <param name="Signing">None for who may not sign, and when it is signed.</param>
public sealed record CadastreYearPage(string Home, CadastreExtract Extract, SigningPanel? Signing, DateOnly Today);

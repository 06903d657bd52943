using EwasteEpr.Certification;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Certification;

/// <summary>Public: who is certified, for what, and until when. What was suspended or withdrawn stays visible.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/register/recyclers")]
public sealed class RecyclerRegisterController(CertificationQueries queries, OrganisationService organisations) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(string? state, string? category, string? region, CancellationToken ct)
    {
        var filter = Read(state, category, region);
        return View("/Features/Certification/Register.cshtml", new RegisterPage(await queries.RegisterAsync(filter, ct), filter, await organisations.RegionsAsync(ct)));
    }

    [HttpGet("/{culture:culture}/register/recyclers.csv")]
    public async Task<IActionResult> Csv(string? state, string? category, string? region, CancellationToken ct) => new CsvFile(
        "recyclers.csv", ["certification", "organisation_kk", "organisation_ru", "bin", "kind", "state", "categories", "sites", "tonnes_a_year", "valid_from", "expires_on"],
        (await queries.RegisterAsync(Read(state, category, region), ct)).Select(row => new object?[]
        {
            row.Number, row.OrganisationKk, row.OrganisationRu, row.Bin, row.Kind.ToString(), row.Told, string.Join(' ', row.Categories), row.Sites, row.AnnualGrams / 1_000_000m, row.ValidFrom, row.ExpiresOn,
        }));

    [HttpGet("{number}")]
    public async Task<IActionResult> One(string number, CancellationToken ct)
    {
        // It may be suspended at any moment; nobody keeps an old answer.
        Response.Headers.CacheControl = "no-store";
        return await queries.FindAsync(number, ct) is { } details
            ? View("/Features/Certification/Certification.cshtml", new CertificationPage(
                details, await queries.OperationsAsync(ct), await queries.CapacityAsync(null, details.Certification.CertificationId, ct), new ProposalForm(), IsOperator: false, null))
            : NotFound();
    }

    private static RegisterFilter Read(string? state, string? category, string? region) => new(
        state is "Valid" or "Suspended" or "Withdrawn" or "Expired" ? state : null, Categories.All.Contains(category ?? "", StringComparer.Ordinal) ? category : null, region is { Length: 9 } ? region : null);
}

public sealed record RegisterPage(IReadOnlyList<CertificationRow> Rows, RegisterFilter Filter, IReadOnlyList<Region> Regions);

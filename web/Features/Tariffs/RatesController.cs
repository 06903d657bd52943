using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>Public: which tariff holds on which day, with its act, all its rows, and what an HS code leads to.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/rates")]
public sealed class RatesController(TariffService tariffs, TariffProposals proposals, MciProposals mci, HsRowProposals codes, TimeProvider clock) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(string? on, string? hs, CancellationToken ct)
    {
        var snapshot = await tariffs.CurrentAsync(ct);
        var today = BusinessTime.Today(clock);
        var problem = DateInput.TryParse(on, out var day);
        day = problem == DateProblem.None ? day : today;
        var lookup = string.IsNullOrWhiteSpace(hs) ? null : Lookup(snapshot, Cut(hs), day);
        var values = (await mci.ListAsync(ct)).Where(value => value.State == nameof(ProposalState.Published)).ToList();
        return View(new RatesPage(snapshot, today, day, on is null ? null : Cut(on), problem is not (DateProblem.None or DateProblem.Empty), lookup, values));
    }

    [HttpGet("{version}")]
    public async Task<IActionResult> Version(string version, CancellationToken ct)
    {
        var snapshot = await tariffs.CurrentAsync(ct);
        if (snapshot.Version(version) is null || await proposals.ReviewAsync(snapshot.Version(version)!.Methodology.Code, snapshot, ct) is not { } review)
        {
            return NotFound();
        }

        return View(new VersionPage(snapshot, review));
    }

    [HttpGet("{version}/rows.csv")]
    public async Task<IActionResult> Rows(string version, CancellationToken ct) =>
        (await tariffs.CurrentAsync(ct)).Version(version) is { } found ? TariffTables.Rows(found) : NotFound();

    [HttpGet("versions.csv")]
    public async Task<IActionResult> Versions(CancellationToken ct) => TariffTables.Versions(await tariffs.CurrentAsync(ct));

    [HttpGet("mci.csv")]
    public async Task<IActionResult> Mci(CancellationToken ct) => TariffTables.Mci(await mci.ListAsync(ct));

    [HttpGet("codes.csv")]
    public async Task<IActionResult> Codes(CancellationToken ct) => TariffTables.Codes(await codes.ListAsync(all: true, ct), (await tariffs.CurrentAsync(ct)).Catalogue);

    private static HsLookup Lookup(TariffSnapshot snapshot, string typed, DateOnly on)
    {
        if (!HsCode.TryParse(typed, out var code))
        {
            return new HsLookup(typed, IsCode: false, default, default, null, []);
        }

        var answer = snapshot.Catalogue.FindHs(code);
        snapshot.Catalogue.TryGetKey(answer.Key, out var key);
        var rates = answer.Kind == HsKind.Known
            ? Enum.GetValues<TariffProgramme>().Select(programme => new LookupRate(programme, snapshot.Programme(programme).Find(code, answer.Key, key!.Category, on))).ToList()
            : [];
        return new HsLookup(typed, IsCode: true, code, answer, key, rates);
    }

    private static string Cut(string text) => text.Length > 40 ? text[..40] : text.Trim();
}

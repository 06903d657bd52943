using EwasteEpr.Declarations.Agents;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>An agent's desk: every client whose mandate holds today, and nil filed for many at once.</summary>
[Authorize(Policy = PolicyNames.SignedIn)]
[Route("/{culture:culture}/agent")]
public sealed class AgentController(AgentClients clients, NilFiling filing, TariffService tariffs) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Agent(string? period, string? state, string? q, int page, CancellationToken ct)
    {
        var (filter, current) = await FilterAsync(period, state, q, page, ct);
        var desk = await clients.ListAsync(HttpContext.Person().PersonId, filter, ct);
        var isIllustrative = (await tariffs.CurrentAsync(ct)).PricingProgramme == TariffProgramme.Illustrative;
        return View(new AgentPage(desk, filter, current, isIllustrative));
    }

    [HttpGet("clients.csv")]
    public async Task<IActionResult> ClientsFile(string? period, string? state, string? q, CancellationToken ct)
    {
        var (filter, _) = await FilterAsync(period, state, q, 1, ct);
        var due = (await clients.ListAsync(HttpContext.Person().PersonId, filter, ct)).DueOn;
        var rows = await clients.AllAsync(HttpContext.Person().PersonId, filter, ct);
        return new CsvFile(
            $"clients-{filter.Period}.csv",
            ["client_kk", "client_ru", "bin", "period", "due_on", "state", "number", "lines", "mass_kg", "fee_kzt", "submitted_at", "scopes", "mandate_last_day"],
            rows.Select(row => new object?[]
            {
                row.NameKk, row.NameRu, row.Bin, filter.Period.ToString(), due, row.State, row.Number, row.Lines, Weight.FromGrams(row.MassGrams).Kilograms, Money.FromTiyn(row.FeeTiyn).Amount,
                row.SubmittedAt, string.Join(' ', row.Scopes), row.LastDay,
            }));
    }

    /// <summary>What would be filed, and for whom. Nothing is changed by looking.</summary>
    [HttpGet("nil")]
    [RequireFreshSignIn]
    public async Task<IActionResult> Nil(string? period, string[]? client, CancellationToken ct) =>
        Period.TryParse(period, out var chosen) ? await CheckAsync(Guid.CreateVersion7(), chosen, client ?? [], ct) : NotFound();

    [HttpPost("nil")]
    [RequireFreshSignIn]
    public async Task<IActionResult> Nil(Guid batch, string? period, string[]? client, CancellationToken ct)
    {
        if (batch == Guid.Empty || !Period.TryParse(period, out var chosen))
        {
            return NotFound();
        }

        if (client is not { Length: > 0 and <= NilFiling.MostAtOnce })
        {
            return await CheckAsync(batch, chosen, client ?? [], ct);
        }

        if (await clients.FindEverAsync(HttpContext.Person().PersonId, client, ct) is not { } found)
        {
            return NotFound();
        }

        await filing.RunAsync(batch, chosen, found, ActorContext.Current(HttpContext), ct);
        return LocalRedirect($"/{Culture.CurrentCode}/agent/nil/{batch}");
    }

    [HttpGet("nil/{batch:guid}")]
    public async Task<IActionResult> NilResult(Guid batch, CancellationToken ct) =>
        await filing.ResultAsync(batch, HttpContext.Person().PersonId, ct) is { Count: > 0 } results ? View(new NilResultPage(batch, results)) : NotFound();

    private async Task<IActionResult> CheckAsync(Guid batch, Period period, string[] slugs, CancellationToken ct)
    {
        if (slugs.Length > NilFiling.MostAtOnce || await clients.FindAsync(HttpContext.Person().PersonId, period, slugs, ct) is not { } found)
        {
            return NotFound();
        }

        return View("NilCheck", new NilCheckPage(batch, period, found));
    }

    private async Task<(AgentFilter Filter, Period Current)> FilterAsync(string? period, string? state, string? q, int page, CancellationToken ct)
    {
        var current = await clients.PeriodToDeclareAsync(ct);
        return (new AgentFilter(
            Period.TryParse(period, out var chosen) ? chosen : current,
            Enum.TryParse<ClientState>(state, out var known) && Enum.IsDefined(known) ? known : null,
            q is { Length: > 100 } ? q[..100] : q,
            Math.Clamp(page, 1, 1000)), current);
    }
}

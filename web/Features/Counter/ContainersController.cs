using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.TakeBack.Offline;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Counter;

/// <summary>Containers of the point: opened, filled by acceptances, weighed and sealed, labelled.</summary>
[Authorize(Policy = PolicyNames.PointStaff)]
[Route("/{culture:culture}/point/containers")]
public sealed class ContainersController(ShiftService shifts, ContainerService containers, OfflineReleases releases, Format format, IStringLocalizer<CounterText> text) : CounterBase(shifts)
{
    [HttpGet("")]
    public Task<IActionResult> List(CancellationToken ct) => ShowListAsync(new ContainerForm(null, null, null, null, false), ct);

    [HttpPost("")]
    public async Task<IActionResult> Open(ContainerForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (form.Kind is not { } kind || form.Category is not { } category || !(category == "mixed" || Categories.All.Contains(category, StringComparer.Ordinal))
            || !ScaleReading.TryRead(form.Tare, out var tare) || tare is null || !ScaleReading.TryRead(form.Capacity, out var capacity) || capacity is { Grams: <= 0 })
        {
            ModelState.AddModelError(nameof(form.Kind), text["Containers.Bad"]);
            return await ShowListAsync(form, ct);
        }

        await containers.OpenAsync(new NewContainer(kind, category, form.Reuse, tare.Value, capacity), Place, Who, ct);
        return LocalRedirect(Root + "/containers");
    }

    [HttpGet("{id:guid}")]
    public Task<IActionResult> Container(Guid id, CancellationToken ct) => ShowAsync(id, new SealForm(null, null), ct);

    [HttpPost("{id:guid}/seal")]
    public async Task<IActionResult> Seal(Guid id, SealForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (!ScaleReading.TryRead(form.Gross, out var gross) || gross is not { } weighed || string.IsNullOrWhiteSpace(form.SealNo) || form.SealNo.Length > 40)
        {
            ModelState.AddModelError(nameof(form.Gross), text["Seal.Missing"]);
            return await ShowAsync(id, form, ct);
        }

        switch (await containers.SealAsync(new SealContainer(id, weighed, form.SealNo), Place, Who, ct))
        {
            case SealOutcome.Sealed done:
                await releases.SweepAsync(ct);
                return Say(text["Container.Sealed", done.Number, format.Kilograms(done.Net)], $"/containers/{id:D}");
            case var refused:
                ModelState.AddModelError(nameof(form.Gross), text["Seal." + refused.GetType().Name]);
                return await ShowAsync(id, form, ct);
        }
    }

    [HttpPost("{id:guid}/sample")]
    public async Task<IActionResult> Sample(Guid id, SampleForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (form is not { LookedAt: > 0 and <= 1000 and var lookedAt, Found: >= 0 and var found } || found > lookedAt)
        {
            return Say(text["Sample.Bad"], $"/containers/{id:D}");
        }

        if (!await releases.RescanAsync(new SampleRescan(id, lookedAt, found), Place, Who, ct))
        {
            return NotFound();
        }

        await releases.SweepAsync(ct);
        return Say(text["Sample.Done"], $"/containers/{id:D}");
    }

    private async Task<IActionResult> ShowListAsync(ContainerForm form, CancellationToken ct) =>
        View("Containers", new ContainersPage(Shift, await containers.ListAsync(Shift.OrganisationId, Shift.PointId, ct), form));

    private async Task<IActionResult> ShowAsync(Guid id, SealForm form, CancellationToken ct) =>
        await containers.FindAsync(id, Shift.OrganisationId, Shift.PointId, ct) is { } container ? View("Container", new ContainerPage(Shift, container, form)) : NotFound();
}

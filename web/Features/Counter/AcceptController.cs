using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Vouchers.Rewards;
using EwasteEpr.Web.Features.Vouchers;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Counter;

/// <summary>Thing by thing: what it is, in what state, how heavy, into which container; or why not.</summary>
[Authorize(Policy = PolicyNames.PointStaff)]
[Route("/{culture:culture}/point/accept/{code}")]
public sealed class AcceptController(
    ShiftService shifts, DropOffQueries visits, IntakeService intakes, IntakePhotos photos, ContainerService containers, CounterReferences references, IStringLocalizer<CounterText> text) : CounterBase(shifts)
{
    [HttpGet("")]
    public async Task<IActionResult> Accept(string code, CancellationToken ct) =>
        await VisitAsync(code, ct) is { } visit ? await ShowAsync(visit, Blank(visit), ct) : NotFound();

    [HttpPost("")]
    public async Task<IActionResult> Decide(string code, DecideForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (await VisitAsync(code, ct) is not { } visit)
        {
            return NotFound();
        }

        var photo = await PhotoAsync(visit, form, ct);
        var (accepted, refused) = Read(form);
        if (!ModelState.IsValid)
        {
            return await ShowAsync(visit, form, ct);
        }

        var request = new DecideVisit(form.Intake, visit.DropOff.DropOffId, accepted, refused, GiverCookie.Read(HttpContext));
        switch (await intakes.DecideAsync(request, Place, Who, ct))
        {
            case DecideOutcome.Decided { IntakeId: { } intake }:
                if (photo is not null)
                {
                    await photos.AddAsync(intake, OrganisationId, photo, Who, ct);
                }

                return LocalRedirect($"{Root}/intakes/{intake:D}");
            case DecideOutcome.Decided:
                return Say(text["Refused.Done"]);
            case DecideOutcome.Problem problem:
                ModelState.AddModelError(FieldOf(form, problem), text["Problem." + problem.What]);
                break;
        }

        // A colleague may have decided meanwhile: what is shown again is what is true now.
        return await VisitAsync(code, ct) is { } now ? await ShowAsync(now, form, ct) : NotFound();
    }

    private async Task<DropOffView?> VisitAsync(string code, CancellationToken ct) => DropOffCode.Normalise(code) is { } normal ? await visits.ByCodeAsync(normal, ct) : null;

    private async Task<byte[]?> PhotoAsync(DropOffView visit, DecideForm form, CancellationToken ct)
    {
        if (form.Photo is not { Length: > 0 } file)
        {
            if (visit.DropOff.Channel == "WalkIn" && form.Items?.Any(item => item.Decision == "accept") == true)
            {
                ModelState.AddModelError(nameof(form.Photo), text["Problem.Photo"]);
            }

            return null;
        }

        using var buffer = new MemoryStream();
        if (file.Length <= IntakePhotos.MostBytes)
        {
            await file.CopyToAsync(buffer, ct);
        }

        if (IntakePhotos.TypeOf(buffer.ToArray()) is null)
        {
            ModelState.AddModelError(nameof(form.Photo), text["Problem.BadPhoto"]);
            return null;
        }

        return buffer.ToArray();
    }

    private (List<AcceptedItem> Accepted, List<RefusedItem> Refused) Read(DecideForm form)
    {
        var (accepted, refused) = (new List<AcceptedItem>(), new List<RefusedItem>());
        foreach (var (item, index) in (form.Items ?? []).Select((item, index) => (item, index)))
        {
            if (item.Decision == "refuse")
            {
                Require(item.Reason is not null, index, nameof(item.Reason), "Problem.Reason");
                refused.Add(new RefusedItem(item.Item, item.Reason ?? RefusalReason.Other, item.Note));
            }
            else if (item.Decision == "accept")
            {
                accepted.Add(ReadAccepted(item, index));
            }
        }

        Require(accepted.Count + refused.Count > 0, 0, nameof(DecideItemForm.Decision), "Problem.Nothing");
        return (accepted, refused);
    }

    private AcceptedItem ReadAccepted(DecideItemForm item, int index)
    {
        Require(item.Condition is not null, index, nameof(item.Condition), "Problem.Condition");
        Require(item.Container is not null, index, nameof(item.Container), "Problem.ContainerNotOpen");
        Require(ScaleReading.TryRead(item.Gross, out var gross), index, nameof(item.Gross), "Problem.BadWeight");
        Require(ScaleReading.TryRead(item.Tare, out var tare), index, nameof(item.Tare), "Problem.BadWeight");
        Require(SerialNumber.TryRead(item.Serial, out _), index, nameof(item.Serial), "Problem.BadImei");
        Require(item.Data is not (DataChoice.Wipe or DataChoice.Destroy) || !string.IsNullOrWhiteSpace(item.Bag), index, nameof(item.Bag), "Problem.BagMissing");
        return new AcceptedItem(
            item.Item, item.UnuKey ?? "", item.Condition ?? ItemCondition.Broken, gross, tare, item.Serial, item.Label, item.Bag, item.Data, item.Hazards ?? [], item.Reuse, item.Container ?? Guid.Empty);
    }

    private void Require(bool holds, int index, string field, string sentence)
    {
        if (!holds)
        {
            ModelState.AddModelError(FieldName(index, field), text[sentence]);
        }
    }

    private static string FieldName(int index, string field) => string.Create(CultureInfo.InvariantCulture, $"Items[{index}].{field}");

    private static string FieldOf(DecideForm form, DecideOutcome.Problem problem)
    {
        var index = Math.Max(0, (form.Items ?? []).ToList().FindIndex(item => item.Item == problem.ItemId));
        return FieldName(index, problem.What switch
        {
            DecideProblem.BadWeight => nameof(DecideItemForm.Gross),
            DecideProblem.BadImei => nameof(DecideItemForm.Serial),
            DecideProblem.BagMissing or DecideProblem.BagTaken => nameof(DecideItemForm.Bag),
            DecideProblem.LabelTaken => nameof(DecideItemForm.Label),
            DecideProblem.UnknownAppliance => nameof(DecideItemForm.UnuKey),
            DecideProblem.NotFound or DecideProblem.Nothing or DecideProblem.AlreadyDecided => nameof(DecideItemForm.Decision),
            _ => nameof(DecideItemForm.Container),
        });
    }

    /// <summary>The condition stays open: the reward goes by what the counter sees, not by what the holder said.</summary>
    private static DecideForm Blank(DropOffView visit) => new(
        Guid.CreateVersion7(),
        [.. visit.Items.Where(item => item.State == "Announced").Select(item => new DecideItemForm(
            item.ItemId, "accept", item.UnuKey, null, null, null, null, null, null,
            Enum.Parse<DataChoice>(item.DataChoice), null, item.ForReuse, null, null, null))],
        null);

    private async Task<IActionResult> ShowAsync(DropOffView visit, DecideForm form, CancellationToken ct)
    {
        var open = visit.Items.Where(item => item.State == "Announced").Select(item => item.ItemId).ToHashSet();
        var shown = form with { Items = [.. (form.Items ?? []).Where(item => open.Contains(item.Item))] };
        var boxes = (await containers.ListAsync(Shift.OrganisationId, Shift.PointId, ct)).Where(container => container.State == "Open").ToList();
        var quote = visit.DropOff.IsHeld || open.Count == 0 ? null : await references.QuoteAsync(visit, Shift.PointId, ct);
        return View("Accept", new AcceptPage(Shift, visit, shown.Items!.Count == 0 && open.Count > 0 ? Blank(visit) : shown, boxes, await references.GuideAsync(ct), quote));
    }
}

/// <summary>What the counter looks up beside its own work.</summary>
public sealed class CounterReferences(GuideService guide, PointService points, RewardQuotes quotes, TimeProvider clock)
{
    public Task<IReadOnlyList<GuideItem>> GuideAsync(CancellationToken ct) => guide.ItemsAsync(ct);

    /// <summary>What a visit that nobody promised anything may earn here today; told before anything is accepted.</summary>
    public async Task<RewardQuote?> QuoteAsync(DropOffView visit, PointId at, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(visit);
        if (await points.FindAsync(at, null, ct) is not { } point)
        {
            return null;
        }

        var items = visit.Items.Where(item => item.State == "Announced").Select(item => new RewardItem(item.UnuKey, item.Category, null, Enum.TryParse<ItemCondition>(item.Condition, out var said) ? said : null)).ToList();
        return point.GivesRewards ? await quotes.QuoteAsync(items, point.RegionKato, BusinessTime.Today(clock), ct) : new RewardQuote.None(NoReward.NotCovered);
    }
}

using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.TakeBack.Demo;

/// <summary>More sealed boxes at one counter: each thing announced, accepted, weighed.</summary>
public sealed class DemoBoxes(Db db, DemoTakeBackTools counters, Workplace place)
{
    private int made;
    private int visits;

    private Actor Staff => new(place.Person.Value, place.Organisation.Value, null, "point_staff", "demo", null);

    public async Task<DemoBox> FillAsync(string category, int things, CancellationToken ct)
    {
        var box = await OpenAsync(category, things, ct);
        return await counters.Containers.SealAsync(new SealContainer(box.Id, Weight.FromGrams(box.Net + box.Tare), "885-" + box.Number[2..]), place, Staff, ct) is SealOutcome.Sealed
            ? box : throw new InvalidOperationException("The demonstration's box was not sealed.");
    }

    /// <summary>Full, and not weighed as a whole yet.</summary>
    public async Task<DemoBox> OpenAsync(string category, int things, CancellationToken ct)
    {
        made++;
        var tare = 18_000 + (made * 250);
        var no = await counters.Containers.OpenAsync(new NewContainer(ContainerKind.Cage, category, false, Weight.FromGrams(tare), Weight.FromKilograms(400)), place, Staff, ct)
            ?? throw new InvalidOperationException("The demonstration's container was not opened.");
        var box = await db.QuerySingleAsync<Guid>("select container_id from containers where number = @no", new { no }, ct);
        var net = 0L;
        for (var thing = 0; thing < things; thing++)
        {
            var isComputer = category == "6" || (category == "mixed" && thing % 2 == 0);
            var grams = isComputer ? 8_150 + (visits * 173 % 1_100) : 5_050 + (visits * 91 % 700);
            await AcceptAsync(isComputer ? "0302" : "0204", box, grams, ct);
            net += grams;
        }

        return new DemoBox(box, no!, net, tare);
    }

    private async Task AcceptAsync(string key, Guid box, long grams, CancellationToken ct)
    {
        visits++;
        var request = new NewDropOff(DropOffOrigin.Web, "kk", place.Point, [new NewItem(key, HeldCondition.Unknown, key == "0302" ? DataChoice.Wiped : DataChoice.None, false)], $"demo-road-{box:N}-{visits}", IsOwner: true);
        var visit = await counters.DropOffs.AnnounceAsync(request, Staff with { UserId = null, OrganisationId = null, Role = "anonymous" }, ct) as AnnounceOutcome.Announced
            ?? throw new InvalidOperationException($"The demonstration's drop-off of {key} was refused.");
        var item = (await counters.Visits.OpenAsync(visit.DropOffId, ct))!.Items[0];
        var accepted = new AcceptedItem(item.ItemId, key, ItemCondition.Working, Weight.FromGrams(grams), null, null, null, null, key == "0302" ? DataChoice.Wiped : DataChoice.None, [], false, box);
        if (await counters.Intakes.DecideAsync(new DecideVisit(Guid.CreateVersion7(), visit.DropOffId, [accepted], []), place, Staff, ct) is not DecideOutcome.Decided)
        {
            throw new InvalidOperationException($"The demonstration's {key} was not accepted.");
        }
    }
}

/// <param name="Net">Of what was put in.</param>
public sealed record DemoBox(Guid Id, string Number, long Net, long Tare);

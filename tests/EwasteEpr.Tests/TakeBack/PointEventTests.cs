using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.TakeBack.Offline;

namespace EwasteEpr.Tests.TakeBack;

/// <summary>A tablet that had no network for a day.</summary>
public sealed class PointEventTests : IAsyncLifetime
{
    private readonly GivenTakeBack given = new();
    private OfflineDevice device = null!;

    public async Task InitializeAsync()
    {
        await given.InitializeAsync();
        var id = await given.Db.QuerySingleAsync<Guid>(
            "insert into devices (organisation_id, name, token_hash, paired_at, created_by) values (@organisation, 'Tablet', @hash, app.now(), @person) returning device_id",
            new { organisation = given.Place.Organisation, hash = new byte[] { 1 }, person = given.Place.Person }, default);
        device = new OfflineDevice(id, given.Place.Organisation);
    }

    public Task DisposeAsync() => given.DisposeAsync();

    [Fact]
    public async Task ADay_SentTenTimesInAnyOrderAndInParallel_HasOneEffect()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var announced = await given.AnnouncedAsync();
        var day = Day(announced.Code);
        var random = new Random(7);
        var orders = Enumerable.Range(0, 10).Select(_ => day.OrderBy(_ => random.Next()).ToList()).ToList();
        // Parts too: whoever was cut off in the middle sends what it has again.
        var answers = await Task.WhenAll(orders.Select((order, i) => SendAsync(i % 3 == 0 ? order.Take(4) : order)));
        Assert.All(await SendAsync(day), answer => Assert.Equal("Applied", answer.Outcome));
        Assert.Equal((3, 1, 3, 1), (
            await given.AskAsync<long>("select count(*) from intakes"), await given.AskAsync<long>("select count(*) from refusals"),
            await given.AskAsync<long>("select count(*) from vouchers"), await given.AskAsync<long>("select count(*) from intakes where undone_at is not null")));
        Assert.Equal(186 + 200, await given.StockAsync());
        Assert.Equal("Sealed", await given.AskAsync<string>("select state from containers"));
        Assert.All(answers.SelectMany(answer => answer), answer => Assert.Contains(answer.Outcome, new[] { "Applied", "Waiting" }));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Value_WaitsForTheScale()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var day = Day((await given.AnnouncedAsync()).Code);
        await SendAsync(day.SkipLast(1)); // not sealed yet
        Assert.Equal(0, await given.Releases.SweepAsync(default));
        Assert.Equal(2, await given.AskAsync<long>("select count(*) from vouchers where state = 'Held'"));
        await SendAsync(day);
        Assert.Equal(2, await given.Releases.SweepAsync(default));
        Assert.Equal(0, await given.Releases.SweepAsync(default));
        Assert.Equal(0, await given.AskAsync<long>("select count(*) from vouchers where state = 'Held'"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Value_IsNotFreed_WhenTheScaleDisagrees_UntilSomebodyLooked()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var day = Day((await given.AnnouncedAsync()).Code, grossOfSeal: 1_200 + 250);
        await SendAsync(day);
        Assert.Equal(0, await given.Releases.SweepAsync(default));
        var container = await given.AskAsync<Guid>("select container_id from containers");
        Assert.False(await given.Releases.RescanAsync(new SampleRescan(container, 5, 5), given.Other, given.Staff, default));
        Assert.True(await given.Releases.RescanAsync(new SampleRescan(container, 5, 4), given.Place, given.Staff, default));
        Assert.Equal(0, await given.Releases.SweepAsync(default));
        Assert.True(await given.Releases.RescanAsync(new SampleRescan(container, 5, 5), given.Place, given.Staff, default));
        Assert.Equal(2, await given.Releases.SweepAsync(default));
    }

    [Fact]
    public async Task Value_IsNotFreed_WhileARecordIsMissingFromTheChain()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var queue = new Queue(given);
        queue.Add(PointEventKind.Undo, new { @event = Guid.CreateVersion7() }); // never arrives
        var container = queue.Add(PointEventKind.Container, new { kind = "Box", category = "6", tareGrams = 1_200 });
        queue.Add(PointEventKind.Accept, AcceptOf((await given.AnnouncedAsync()).Code, container, 186));
        await SendAsync(queue.Events.Skip(1));
        await given.Containers.SealAsync(new(container, Weight.FromGrams(1_386), "S-1"), given.Place, given.Staff, default);
        Assert.Equal(0, await given.Releases.SweepAsync(default));
    }

    [Fact]
    public async Task LostRecords_AreGivenUpByTwoPeople_AndThenTheWeighedVouchersAreFree()
    {
        await given.Campaigns.OpenAsync(1_000_000);
        var queue = new Queue(given);
        queue.Add(PointEventKind.Undo, new { @event = Guid.CreateVersion7() }); // on the broken device
        var unheard = queue.Add(PointEventKind.Container, new { kind = "Box", category = "6", tareGrams = 1_200 }); // and this container too
        var container = queue.Add(PointEventKind.Container, new { kind = "Box", category = "6", tareGrams = 1_200 });
        queue.Add(PointEventKind.Accept, AcceptOf((await given.AnnouncedAsync()).Code, container, 186));
        queue.Add(PointEventKind.Accept, AcceptOf((await given.AnnouncedAsync("another browser")).Code, unheard, 150));
        Assert.Equal(["Applied", "Applied", "Waiting"], (await SendAsync(queue.Events.Skip(2))).Select(answer => answer.Outcome));
        await given.Containers.SealAsync(new(container, Weight.FromGrams(1_386), "S-1"), given.Place, given.Staff, default);
        Assert.Equal(0, await given.Releases.SweepAsync(default));

        var lost = new LostRecords(given.Db);
        var gap = Assert.Single(await lost.ListAsync(default));
        Assert.Equal((1, 2, 1, 1, null), (gap.FirstMissing, gap.LastMissing, gap.Vouchers, gap.RecordsWaiting, gap.State));
        var (first, second) = (given.Staff with { UserId = await StrangerAsync() }, given.Staff with { UserId = await StrangerAsync() });
        Assert.Equal(LossDecision.NotFound, await lost.ProposeAsync(gap.DeviceId, 2, "broken", first, default));
        Assert.Equal(LossDecision.Done, await lost.ProposeAsync(gap.DeviceId, gap.FirstMissing, "broken", first, default));
        Assert.Equal(LossDecision.WrongState, await lost.ProposeAsync(gap.DeviceId, gap.FirstMissing, "broken", second, default));
        var loss = Assert.Single(await lost.ListAsync(default)).LossId!.Value;
        Assert.Equal(LossDecision.SamePerson, await lost.DecideAsync(loss, apply: true, first, default));
        Assert.Equal(0, await given.Releases.SweepAsync(default));
        Assert.Equal(LossDecision.Done, await lost.DecideAsync(loss, apply: true, second, default));
        Assert.Equal(LossDecision.WrongState, await lost.DecideAsync(loss, apply: false, second, default));

        Assert.Equal(1, await given.Releases.SweepAsync(default));
        Assert.Equal("ForerunnerLost", await given.AskAsync<string>("select reason from point_events where outcome = 'Refused'"));
        Assert.Equal(2, await given.AskAsync<long>("select count(*) from audit.entries where action like 'point_events.loss_%'"));
        // Told after all, the records are taken as ever.
        Assert.Equal("Applied", (await SendAsync(queue.Events.Skip(1).Take(1)))[0].Outcome);
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task DevicesClock_IsAClaim_AndTheServersOrderHolds()
    {
        var queue = new Queue(given);
        queue.Add(PointEventKind.Container, new { kind = "Box", category = "6", tareGrams = 1_200 }, at: "1999-01-01T00:00:00Z");
        queue.Add(PointEventKind.DropOff, new { items = new[] { new { unuKey = "0306", condition = "Unknown", dataChoice = "Wiped" } } }, at: "no clock");
        Assert.All(await SendAsync(queue.Events), answer => Assert.Equal("Applied", answer.Outcome));
        Assert.Equal("1999-01-01T00:00:00Z", await given.AskAsync<string>("select body ->> 'At' from point_events where device_seq = 1"));
        Assert.True(await given.AskAsync<bool>("select opened_at > '2020-01-01' from containers"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task SameSequenceTwice_IsAFork_AndChangesNothing()
    {
        var queue = new Queue(given);
        queue.Add(PointEventKind.Container, new { kind = "Box", category = "6", tareGrams = 1_200 });
        await SendAsync(queue.Events);
        var forked = queue.Events[0] with { Id = Guid.CreateVersion7() };
        Assert.Equal("Forked", Assert.Single(await SendAsync([forked])).Outcome);
        var altered = queue.Events[0] with { Body = queue.Events[0].Body.Replace("1200", "100", StringComparison.Ordinal) };
        Assert.Equal(("Refused", "IdTaken"), Assert.Single(await SendAsync([altered])) is var answer ? (answer.Outcome, answer.Reason) : default);
        Assert.Equal(1, await given.AskAsync<long>("select count(*) from containers"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task WhatCannotBe_IsRefusedWithAReason_AndKept()
    {
        var queue = new Queue(given);
        var container = queue.Add(PointEventKind.Container, new { kind = "Box", category = "6", tareGrams = 1_200 });
        queue.Add(PointEventKind.Accept, AcceptOf("ABCD12345", container, 186));
        queue.AddText(PointEventKind.Seal, "{\"container\": 7");
        queue.Add(PointEventKind.Container, new { kind = "Box", category = "9", tareGrams = 1_200 });
        queue.Add(PointEventKind.Container, new { kind = "Box", category = "6", tareGrams = 1_200 }, person: await StrangerAsync());
        var answers = await SendAsync(queue.Events);
        Assert.Equal(["Applied", "UnknownCode", "BadBody", "BadBody", "NotStaff"], answers.Select(answer => answer.Reason ?? answer.Outcome));
        Assert.Equal(5, await given.AskAsync<long>("select count(*) from point_events"));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task AnotherOrganisationsPoint_IsNotThere()
    {
        Assert.Null(await given.Events.TakeAsync(new PointBatch(PointId.New(), null, null, []), device, Actor.System("test"), default));
    }

    private async Task<Guid> StrangerAsync() => (await given.Places.People.PersonAsync()).Id.Value;

    /// <summary>A container, a code, a walk-in, a thing refused, one taken back, and the seal.</summary>
    private List<PointEvent> Day(string code, long grossOfSeal = 1_200 + 386)
    {
        var queue = new Queue(given);
        var container = queue.Add(PointEventKind.Container, new { kind = "Box", category = "6", tareGrams = 1_200 });
        queue.Add(PointEventKind.Accept, AcceptOf(code, container, 186));
        var walkIn = queue.Add(PointEventKind.DropOff, new { language = "ru", items = new[] { Item("0306"), Item("0306"), Item("0301") } });
        var wrong = queue.Add(PointEventKind.Accept, AcceptOf(walkIn, container, 99));
        queue.Add(PointEventKind.Undo, new { @event = wrong });
        queue.Add(PointEventKind.Accept, AcceptOf(walkIn, container, 200));
        queue.Add(PointEventKind.Refuse, new { dropOff = walkIn, unuKey = "0301", reason = "Changed" });
        queue.Add(PointEventKind.Seal, new { container, grossGrams = grossOfSeal, sealNo = "884 215" });
        return queue.Events;

        static object Item(string key) => new { unuKey = key, condition = "Unknown", dataChoice = "None", forReuse = false };
    }

    private static object AcceptOf(string code, Guid container, long grams) => new { code, items = new[] { Taken(container, grams) } };

    private static object AcceptOf(Guid dropOff, Guid container, long grams) => new { dropOff, items = new[] { Taken(container, grams) } };

    private static object Taken(Guid container, long grams) => new { unuKey = "0306", condition = "Working", grossGrams = grams, dataChoice = "Wiped", hazards = Array.Empty<string>(), container };

    private async Task<IReadOnlyList<PointEventAnswer>> SendAsync(IEnumerable<PointEvent> events) =>
        (await given.Events.TakeAsync(new PointBatch(given.Place.Point, "20-1187", new DateOnly(2090, 1, 1), [.. events]), device, Actor.System("test"), default))!;

    /// <summary>What the device's script does.</summary>
    private sealed class Queue(GivenTakeBack given)
    {
        private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

        public List<PointEvent> Events { get; } = [];

        public Guid Add(PointEventKind kind, object body, string at = "2026-11-20T14:31:00+05:00", Guid? person = null) => AddText(kind, JsonSerializer.Serialize(body, Snake), at, person);

        public Guid AddText(PointEventKind kind, string body, string at = "2026-11-20T14:31:00+05:00", Guid? person = null)
        {
            var id = Guid.CreateVersion7();
            Events.Add(new PointEvent(id, Events.Count + 1, Events.LastOrDefault()?.Hash, kind, person ?? given.Place.Person.Value, at, body));
            return id;
        }
    }
}

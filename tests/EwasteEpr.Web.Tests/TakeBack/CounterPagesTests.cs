using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.TakeBack;

/// <summary>The counter's side over HTTP: a shift, a code, a decision, ten minutes, a container.</summary>
public sealed class CounterPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    [Fact]
    public async Task Counter_AcceptsByCode_ShowsTheSlip_AndTakesItBack()
    {
        using var staff = await OnShiftAsync("point-staff");
        var container = await ContainerAsync(staff, "6");
        var visit = await AnnouncedAsync("0306");
        using var wrong = await staff.SubmitAsync(await staff.GetPageAsync("/en/point"), "#find", Form(("code", "ABCD-12345")));
        Assert.Contains("There is no such code", DemoSite.TextOf(await wrong.ToPageAsync()), StringComparison.Ordinal);
        using var found = await staff.SubmitAsync(await staff.GetPageAsync("/en/point"), "#find", Form(("code", DropOffCode.Shown(visit.Code).ToLowerInvariant())));
        var path = found.Headers.Location!.OriginalString;
        var page = await staff.GetPageAsync(path);
        using var incomplete = await staff.SubmitAsync(page, ".m-cform", Form(("Items[0].Gross", "many"), ("Items[0].Serial", "353918058833158")));
        var problems = DemoSite.TextOf(await incomplete.ToPageAsync());
        Assert.All(new[] { "Choose the condition", "Net above zero", "An IMEI has 15 digits" }, sentence => Assert.Contains(sentence, problems, StringComparison.OrdinalIgnoreCase));

        using var accepted = await staff.SubmitAsync(page, ".m-cform", Accepting(container, "0,186"));
        Assert.StartsWith("/en/point/intakes/", accepted.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var slip = await staff.GetPageAsync(accepted.Headers.Location.OriginalString);
        Assert.Contains("2,000", DemoSite.TextOf(slip), StringComparison.Ordinal);
        Assert.Empty(slip.QuerySelectorAll("#voucher-code")); // the giver's own browser shows it
        using var other = await OnShiftAsync("point-staff-2");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync(accepted.Headers.Location.OriginalString)).StatusCode);
        using var twice = await staff.SubmitAsync(page, ".m-cform", Accepting(container, "0,186"));
        Assert.Contains("accepted or refused it already", DemoSite.TextOf(await twice.ToPageAsync()), StringComparison.Ordinal);

        using var undone = await staff.SubmitAsync(slip, "form[action*='/undo/']", Form());
        Assert.Contains("Undone", DemoSite.TextOf(await staff.GetPageAsync(undone.Headers.Location!.OriginalString)), StringComparison.Ordinal);
        Assert.Equal(0, await site.CountAsync($"select count(*) from intake_items i join stock_lots l using (lot_id) where l.container_id = '{container}' and i.undone_at is null"));
        await site.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task WalkIn_NeedsThePhotograph_AndPrintsCodeAndPin()
    {
        using var staff = await OnShiftAsync("point-staff-19");
        var container = await ContainerAsync(staff, "6");
        var start = await staff.GetPageAsync("/en/point/walk-in");
        using var nothing = await staff.SubmitAsync(start, "main form", Form());
        Assert.Contains("Choose one thing at least", DemoSite.TextOf(await nothing.ToPageAsync()), StringComparison.Ordinal);
        using var opened = await staff.SubmitAsync(start, "main form", Form(("keys", "0306"), ("isOwner", "true")));
        var page = await staff.GetPageAsync(opened.Headers.Location!.OriginalString);
        var decision = Accepting(container, "0.15");
        decision["Items[0].Data"] = "Wiped";
        using var without = await staff.SubmitAsync(page, ".m-cform", decision);
        Assert.Contains("A photograph is needed", DemoSite.TextOf(await without.ToPageAsync()), StringComparison.Ordinal);

        using var form = new MultipartFormDataContent();
        foreach (var field in page.QuerySelectorAll(".m-cform input[type=hidden]"))
        {
            form.Add(new StringContent(field.GetAttribute("value")!), field.GetAttribute("name")!);
        }

        foreach (var (name, value) in decision)
        {
            form.Add(new StringContent(value), name);
        }

        using var picture = new ByteArrayContent([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]);
        form.Add(picture, "Photo", "phone.svg");
        using var accepted = await staff.PostAsync(new Uri(opened.Headers.Location.OriginalString, UriKind.Relative), form);
        var slip = await staff.GetPageAsync(accepted.Headers.Location!.OriginalString);
        Assert.NotNull(slip.QuerySelector("#voucher-code"));
        using var photo = await staff.GetAsync(new Uri(accepted.Headers.Location.OriginalString + "/photo", UriKind.Relative));
        Assert.Equal(("image/png", "attachment"), (photo.Content.Headers.ContentType!.MediaType, photo.Content.Headers.ContentDisposition!.DispositionType));
    }

    [Fact]
    public async Task Container_IsWeighedAndSealed_AndAnothersIsNotThere()
    {
        using var staff = await OnShiftAsync("point-staff-3");
        var container = await ContainerAsync(staff, "6");
        var path = $"/en/point/containers/{container}";
        using var empty = await staff.SubmitAsync(await staff.GetPageAsync(path), "form[action$='/seal']", Form(("gross", "5"), ("sealNo", "S-77")));
        Assert.Contains("empty container is not sealed", DemoSite.TextOf(await empty.ToPageAsync()), StringComparison.Ordinal);
        var visit = await AnnouncedAsync("0306");
        using var accepted = await staff.SubmitAsync(await staff.GetPageAsync("/en/point/accept/" + visit.Code), ".m-cform", Accepting(container, "0.2"));
        Assert.Equal(HttpStatusCode.Redirect, accepted.StatusCode);
        using var done = await staff.SubmitAsync(await staff.GetPageAsync(path), "form[action$='/seal']", Form(("gross", "1,4"), ("sealNo", "S-77")));
        Assert.Contains("C-", DemoSite.TextOf(await staff.GetPageAsync(done.Headers.Location!.OriginalString)), StringComparison.Ordinal);
        using var other = await OnShiftAsync("point-staff-4");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync(path)).StatusCode);
    }

    [Fact]
    public async Task WithoutAShift_EveryDoorLeadsToOpeningOne_AndOthersStayOutside()
    {
        using var staff = await site.SignedInAsync("point-staff-5");
        using var answer = await staff.GetAsync(new Uri("/en/point", UriKind.Relative));
        Assert.Equal("/en/point/shift", answer.Headers.Location!.OriginalString);
        using var open = await staff.SubmitAsync(await staff.GetPageAsync("/en/point/shift"), "main form", Form(("Form.Point", Guid.CreateVersion7().ToString())));
        Assert.Equal(HttpStatusCode.NotFound, open.StatusCode);
        using var cashier = await site.SignedInAsync("merchant-cashier");
        Assert.Equal(HttpStatusCode.Forbidden, (await cashier.GetPageAsync("/en/point")).StatusCode);
    }

    [Fact]
    public async Task Events_OverHttp_HaveOneEffect_AndAreNotForStrangers()
    {
        using var device = await site.DeviceAsync("point-6");
        var (point, person) = await site.Service<Db>().QuerySingleAsync<(Guid, Guid)>(
            "select p.point_id, m.person_id from collection_points p join organisations o using (organisation_id) join memberships m using (organisation_id) where o.demo_code = 'point-6' and 'point_staff' = any (m.roles) order by p.slug, m.person_id limit 1", null, default);
        var opened = Event(1, null, "Container", person, """{"kind":"Box","category":"6","tare_grams":1200}""");
        var first = await SendAsync(device, point, opened);
        Assert.Equal("Applied", first.GetProperty("events")[0].GetProperty("outcome").GetString());
        Assert.Equal(first.ToString(), (await SendAsync(device, point, opened)).ToString());
        using var nowhere = await device.PostAsJsonAsync("/api/v1/point/events", new { point = Guid.CreateVersion7(), events = new[] { opened } });
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        using var broken = await device.PostAsJsonAsync("/api/v1/point/events", new { point, events = new[] { new { id = "x" } } });
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        using var stranger = await site.Client.PostAsJsonAsync("/api/v1/point/events", new { point, events = Array.Empty<object>() });
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        await site.Service<Db>().ExecuteAsync("update devices set revoked_at = app.now() where name = 'Tablet' and organisation_id = (select organisation_id from organisations where demo_code = 'point-6')", null, default);
        using var revoked = await device.PostAsJsonAsync("/api/v1/point/events", new { point, events = Array.Empty<object>() });
        Assert.Equal(HttpStatusCode.Unauthorized, revoked.StatusCode);
    }

    private static async Task<JsonElement> SendAsync<T>(HttpClient device, Guid point, T one)
    {
        using var answer = await device.PostAsJsonAsync("/api/v1/point/events", new { point, events = new[] { one } });
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static object Event(long sequence, string? previous, string kind, Guid person, string body) =>
        new { id = Guid.CreateVersion7(), sequence, previous_hash = previous, kind, person, at = "2026-11-20T14:31:00Z", body };

    private async Task<HttpClient> OnShiftAsync(string persona)
    {
        var staff = await site.SignedInAsync(persona);
        var page = await staff.GetPageAsync("/en/point/shift");
        if (page.QuerySelector("input[name='Form.Point']") is { } point)
        {
            using var opened = await staff.SubmitAsync(page, "main form", Form(("Form.Point", point.GetAttribute("value")!), ("Form.Scale", "20-1187"), ("Form.Until.Day", "30"), ("Form.Until.Month", "6"), ("Form.Until.Year", "2090")));
            Assert.Equal("/en/point", opened.Headers.Location!.OriginalString);
        }

        return staff;
    }

    private async Task<Guid> ContainerAsync(HttpClient staff, string category)
    {
        using var opened = await staff.SubmitAsync(await staff.GetPageAsync("/en/point/containers"), "main form", Form(("kind", "Box"), ("category", category), ("tare", "1,2"), ("capacity", "")));
        Assert.Equal(HttpStatusCode.Redirect, opened.StatusCode);
        return await site.Service<Db>().QuerySingleAsync<Guid>("select container_id from containers order by opened_at desc, container_id desc limit 1", null, default);
    }

    private async Task<AnnounceOutcome.Announced> AnnouncedAsync(string key)
    {
        var point = await site.Service<Db>().QuerySingleAsync<Guid>("select point_id from collection_points where region_kato = '750000000' and kind = 'CollectionPoint' and gives_rewards and state = 'Open' order by slug limit 1", null, default);
        var request = new NewDropOff(DropOffOrigin.Web, "en", new PointId(point), [new NewItem(key, HeldCondition.Working, DataChoice.Wiped, false)], Convert.ToHexString(RandomNumberGenerator.GetBytes(16)), IsOwner: true);
        return Assert.IsType<AnnounceOutcome.Announced>(await site.Service<DropOffService>().AnnounceAsync(request, Actor.System("test"), default));
    }

    private static Dictionary<string, string> Accepting(Guid container, string kilograms) => Form(
        ("Items[0].Decision", "accept"), ("Items[0].UnuKey", "0306"), ("Items[0].Condition", "Working"), ("Items[0].Gross", kilograms), ("Items[0].Container", container.ToString()), ("Items[0].Data", "Wiped"),
        ("Items[0].Label", "T" + RandomNumberGenerator.GetInt32(1_000_000).ToString(CultureInfo.InvariantCulture)), ("Items[0].Serial", ""));

    private static Dictionary<string, string> Form(params (string Name, string Value)[] fields) => fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
}

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using EwasteEpr.TakeBack.Demo;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;
using static EwasteEpr.Web.Tests.Consignments.GivenLoads;

namespace EwasteEpr.Web.Tests.Consignments;

/// <summary>Weighbridges: tickets as a file, and automatic scales with a key.</summary>
public sealed class TicketTests(DemoSite site) : IClassFixture<DemoSite>
{
    private GivenLoads Given { get; } = new(site);

    private static string Kg(long grams) => (grams / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    [Fact]
    public async Task AFileOfTickets_ShowsEveryLine_AndWritesWhatWasSeen()
    {
        using var recycler = await site.SignedInAsync("recycler-staff");
        var (good, far) = ((await Given.ArrivedAsync(recycler)).Box, (await Given.ArrivedAsync(recycler)).Box);
        var content = $"ticket;container;gross_kg;tare_kg;packaging_kg;scale;counted\nW-1;{good.Number};{Kg(good.Net + good.Tare)};{Kg(good.Tare)};;30-2211;\nW-2;{far.Number};{Kg(far.Net + far.Tare + 5_000)};{Kg(far.Tare)};;30-2211;\nW-3;C-99999;10;1;;;\nW-4;{good.Number};many;1;;;\n";
        var at = await UploadAsync(recycler, content);
        var preview = await recycler.GetPageAsync(at);
        Assert.Equal(4, preview.QuerySelectorAll("#rows tbody tr").Length);
        Assert.Contains("1 of 4 lines", preview.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("above the tolerance", DemoSite.TextOf(preview), StringComparison.Ordinal);
        Assert.Equal(0, await Given.Db.QuerySingleAsync<long>("select count(*) from site_lots where container_id = @id", new { id = good.Id }, default)); // looked at, not written

        using (var stale = await recycler.SubmitAsync(preview, "#apply", Fields(("seen", "0123456789abcdef"))))
        {
            Assert.Contains("nothing was written", DemoSite.TextOf(await stale.ToPageAsync()), StringComparison.Ordinal);
        }

        using var applied = await recycler.SubmitAsync(preview, "#apply", Fields());
        Assert.Equal(at, applied.Headers.Location!.OriginalString);
        using var twice = await recycler.SubmitAsync(preview, "#apply", Fields());
        Assert.Equal(at, twice.Headers.Location!.OriginalString);
        Assert.Equal(good.Net, await Given.Db.QuerySingleAsync<long>("select sum(received_grams)::bigint from site_lots where container_id = @id", new { id = good.Id }, default));
        var after = await recycler.GetPageAsync(at);
        Assert.Contains("Weighed in with these figures", DemoSite.TextOf(after), StringComparison.Ordinal);
        Assert.Equal(4, after.QuerySelectorAll("#rows tbody tr").Length); // no line has disappeared
        using var other = await site.SignedInAsync("recycler-2-head");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync($"/en/org/{site.Slug("recycler-2")}/tickets/{at.Split('/')[^1]}")).StatusCode);
    }

    [Fact]
    public async Task AFile_ThatIsNoTable_SaysWhatItNeeds()
    {
        using var recycler = await site.SignedInAsync("recycler-staff");
        Assert.Contains("first line needs ticket", await UploadAsync(recycler, "a;b;c\n1;2;3\n"), StringComparison.Ordinal);
    }

    private async Task<string> UploadAsync(HttpClient recycler, string content)
    {
        var page = await recycler.GetPageAsync(Given.Recycler + "/tickets");
        using var form = new MultipartFormDataContent
        {
            { new StringContent(page.QuerySelector("#upload [name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken" },
            { new StringContent($"{await Given.SiteAsync():D}"), "site" }, { new StringContent(content), "file", "tickets.csv" },
        };
        using var sent = await recycler.PostAsync(new Uri(Given.Recycler + "/tickets", UriKind.Relative), form);
        return sent.Headers.Location?.OriginalString ?? DemoSite.TextOf(await sent.ToPageAsync());
    }

    [Fact]
    public async Task AnAutomaticScale_WeighsIn_OnceForEachKey()
    {
        using var recycler = await site.SignedInAsync("recycler-staff");
        var (number, box) = await Given.ArrivedAsync(recycler);
        var label = box.Number;
        using var scale = site.NewClient();
        scale.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await site.KeyAsync("recycler-1", "weigh-ins:write"));
        object Body(long net, bool confirmed = false, string? of = null) => new { container = of ?? label, gross_grams = net + box.Tare, tare_grams = box.Tare, scale = "30-2211", ticket = $"A-{label}", confirmed };
        using (var keyless = await SendAsync(scale, Body(box.Net), null))
        {
            Assert.Equal(HttpStatusCode.BadRequest, keyless.StatusCode);
        }

        using (var far = await SendAsync(scale, Body(box.Net - 6_000), "far"))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, far.StatusCode);
            Assert.Equal(-6_000, (await far.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("gap_grams").GetInt64());
        }

        using (var unknown = await SendAsync(scale, Body(box.Net, of: "C-99999"), "unknown"))
        {
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        }

        using var other = site.NewClient();
        other.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await site.KeyAsync("recycler-2", "weigh-ins:write"));
        using (var foreign = await SendAsync(other, Body(box.Net), "foreign"))
        {
            Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        }

        using var first = await SendAsync(scale, Body(box.Net + 10), "good");
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        var answer = await first.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((number, 10L, "verified"), (answer.GetProperty("consignment").GetString(), answer.GetProperty("gap_grams").GetInt64(), answer.GetProperty("basis").GetString()));
        using var again = await SendAsync(scale, Body(box.Net + 10), "good");
        Assert.Equal(answer.ToString(), (await again.Content.ReadFromJsonAsync<JsonElement>()).ToString());
        using var later = await SendAsync(scale, Body(box.Net + 10), "later");
        Assert.Equal(HttpStatusCode.Conflict, later.StatusCode);
        Assert.Equal(box.Net + 10, await Given.Db.QuerySingleAsync<long>("select sum(received_grams)::bigint from site_lots where container_id = @id", new { id = box.Id }, default));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient scale, object body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/weigh-ins", UriKind.Relative)) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await scale.SendAsync(request);
    }
}

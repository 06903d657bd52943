using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using EwasteEpr.Marketplace;

namespace EwasteEpr.Web.Tests.Marketplace;

public sealed class LotsApiTests(LotSite site) : IClassFixture<LotSite>
{
    [Fact]
    public async Task Key_ListsLots_Offers_AndIsAnsweredTheSameAgain()
    {
        using var program = await ProgramAsync("recycler-1");
        var lot = await site.LotAsync("Open", "1");
        var list = await program.GetFromJsonAsync<JsonElement>("/api/v1/lots");
        Assert.Contains(list.EnumerateArray(), one => one.GetProperty("number").GetString() == lot);
        var details = await program.GetFromJsonAsync<JsonElement>($"/api/v1/lots/{lot}");
        var place = details.GetProperty("sites")[0].GetProperty("site").GetGuid();
        var nonce = OfferSecret.NewNonce();
        var body = new { site = place, tenge_per_tonne = "-101444.37", nonce = Convert.ToHexStringLower(nonce) };
        using var first = await SendAsync(program, lot, "key-1", body);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var answer = await first.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(Convert.ToHexStringLower(new OfferSecret(-10_144_437, nonce).Commitment(lot)), answer.GetProperty("commitment").GetString());
        using var again = await SendAsync(program, lot, "key-1", body);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        using var other = await SendAsync(program, lot, "key-1", body with { tenge_per_tonne = "-1.00" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        var open = await (await program.GetAsync(new Uri($"/api/v1/lots/{lot}", UriKind.Relative))).Content.ReadAsStringAsync();
        Assert.DoesNotContain("101444", open, StringComparison.Ordinal);
        Assert.Equal(0, await site.CountAsync("select count(*) from app.idempotency_keys where answer like '%101444%'"));
    }

    [Fact]
    public async Task Offer_WhenRefused_HasACode()
    {
        using var program = await ProgramAsync("recycler-1");
        var lot = await site.LotAsync("Open", "1");
        var place = (await program.GetFromJsonAsync<JsonElement>($"/api/v1/lots/{lot}")).GetProperty("sites")[0].GetProperty("site").GetGuid();
        var nonce = Convert.ToHexStringLower(OfferSecret.NewNonce());
        foreach (var (number, body, code) in new (string, object, string)[]
        {
            (lot, new { site = place, tenge_per_tonne = "many", nonce }, "price-missing"), (lot, new { site = place, tenge_per_tonne = "-1", nonce = "1" }, "nonce-missing"),
            (lot, new { site = place, tenge_per_tonne = "-190000", nonce }, "below-reserve"), (lot, new { site = Guid.CreateVersion7(), tenge_per_tonne = "-1", nonce }, "not-certified"),
            ("L-2000-0001", new { site = place, tenge_per_tonne = "-1", nonce }, "no-lot"), (await site.LotAsync("Closed"), new { site = place, tenge_per_tonne = "-1", nonce }, "closed"),
        })
        {
            using var refused = await SendAsync(program, number, Guid.CreateVersion7().ToString(), body);
            Assert.Equal(code, (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task Description_NamesTheRoutes()
    {
        var document = await site.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        Assert.True(document.GetProperty("paths").TryGetProperty("/api/v1/lots/{number}/offers", out _));
    }

    private async Task<HttpClient> ProgramAsync(string organisation)
    {
        var program = site.NewClient();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await site.KeyAsync(organisation, "market:offer"));
        program.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        return program;
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient program, string lot, string key, object body) => program.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/v1/lots/{lot}/offers", UriKind.Relative))
    {
        Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", key } },
    });
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Issuing;

namespace EwasteEpr.Web.Tests.Vouchers;

/// <summary>The till's program: the same rules with a key, and the same answer for the same key.</summary>
public sealed class VouchersApiTests(VoucherSite site) : IClassFixture<VoucherSite>
{
    [Fact]
    public async Task Redeem_OnceAndToldAgain_OthersConflict()
    {
        var voucher = await site.IssuedAsync();
        using var till = await TillAsync("merchant-2");
        var (first, body) = await RedeemAsync(till, voucher, "k1");
        Assert.Equal((HttpStatusCode.OK, 2_000m), (first, body.GetProperty("tenge").GetDecimal()));
        var (again, same) = await RedeemAsync(till, voucher, "k1");
        Assert.Equal((HttpStatusCode.OK, body.GetRawText()), (again, same.GetRawText()));
        var (other, refusal) = await RedeemAsync(till, voucher, "k2");
        Assert.Equal((HttpStatusCode.Conflict, "urn:ewaste-epr:problem:already-redeemed"), (other, refusal.GetProperty("type").GetString()));
        Assert.Equal(1, await site.CountAsync($"select count(*) from redemptions where voucher_id = '{voucher.VoucherId}'"));
    }

    [Fact]
    public async Task Redeem_ByTwentyTillsAtOnce_OneWins()
    {
        var voucher = await site.IssuedAsync();
        using var till = await TillAsync("merchant-2");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => RedeemAsync(till, voucher, $"race {voucher.VoucherId} {n}")));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(19, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Look_SaysWhatItIsWorth_OrWhyNot()
    {
        var voucher = await site.IssuedAsync();
        using var till = await TillAsync("merchant-3");
        using var good = await till.GetAsync(new Uri($"/api/v1/vouchers/{voucher.Code}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        using var wrong = await till.GetAsync(new Uri($"/api/v1/vouchers/{VoucherCode.New()}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
    }

    [Fact]
    public async Task Void_ByTheSameKey_Once_AndBadBodiesAreRefused()
    {
        var voucher = await site.IssuedAsync();
        using var till = await TillAsync("merchant-2");
        await RedeemAsync(till, voucher, $"v {voucher.VoucherId}");
        using var other = await TillAsync("merchant-4");
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(other, $"/api/v1/vouchers/{voucher.Code}/void", new { }, "a")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync(till, $"/api/v1/vouchers/{voucher.Code}/void", new { }, "b")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(till, $"/api/v1/vouchers/{voucher.Code}/void", new { }, "c")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(till, $"/api/v1/vouchers/{voucher.Code}/redeem", new { fiscal_receipt = "1" }, "d")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(till, $"/api/v1/vouchers/{voucher.Code}/redeem", new { pin = voucher.Pin }, "e")).Status);
    }

    [Fact]
    public async Task Settlement_IsTheMerchantsOwn()
    {
        using var own = await TillAsync("merchant-1");
        using var other = await TillAsync("merchant-2");
        var number = await site.CountAsync("select max(number) from settlements s join organisations o on o.organisation_id = s.merchant_id where o.demo_code = 'merchant-1'");
        using var answer = await own.GetAsync(new Uri($"/api/v1/settlements/S-{number:000000}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(number, int.Parse((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetString()![2..], System.Globalization.CultureInfo.InvariantCulture));
        using var foreign = await other.GetAsync(new Uri($"/api/v1/settlements/{number}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
    }

    [Theory]
    [InlineData("get", "/api/v1/vouchers/{0}", null)]
    [InlineData("post", "/api/v1/vouchers/{0}/redeem", """{"pin":"1234","fiscal_receipt":"7"}""")]
    [InlineData("post", "/api/v1/vouchers/{0}/redeem", """{"pin":"1234"}""")]
    [InlineData("post", "/api/v1/vouchers/{0}/void", "{}")]
    [InlineData("get", "/api/v1/settlements/999999", null)]
    [InlineData("get", "/api/v1/points?cursor=x", null)]
    [InlineData("post", "/api/v1/drop-offs", """{"point":"nowhere","items":[{"unu_key":"0306"}],"owner":true}""")]
    [InlineData("post", "/api/v1/point/events", "{}")]
    public async Task EveryRefusal_IsAProblem_InThreeLanguages(string method, string path, string? body)
    {
        using var till = await TillAsync("merchant-2");
        var sentences = new List<string>();
        foreach (var language in new[] { "kk", "ru", "en" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, VoucherCode.New()), UriKind.Relative));
            request.Headers.AcceptLanguage.ParseAdd(language);
            if (body is not null)
            {
                request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
                request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
            }

            using var answer = await till.SendAsync(request);
            Assert.False(answer.IsSuccessStatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            sentences.Add((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString()!);
        }

        Assert.Equal(3, sentences.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task OpenApi_DescribesEveryDoorOfTheCitizensSide()
    {
        var paths = (await site.Client.GetFromJsonAsync<JsonElement>(new Uri("/openapi/v1.json", UriKind.Relative))).GetProperty("paths");
        (string Path, string Method)[] doors =
        [
            ("/api/v1/drop-offs", "post"), ("/api/v1/points", "get"), ("/api/v1/point/events", "post"), ("/api/v1/vouchers/{code}", "get"),
            ("/api/v1/vouchers/{code}/redeem", "post"), ("/api/v1/vouchers/{code}/void", "post"), ("/api/v1/settlements/{no}", "get"),
        ];
        Assert.All(doors, door => Assert.NotEmpty(paths.GetProperty(door.Path).GetProperty(door.Method).GetProperty("responses").EnumerateObject()));
    }

    private async Task<HttpClient> TillAsync(string merchant)
    {
        var client = site.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await KeyAsync(merchant));
        return client;
    }

    private async Task<string> KeyAsync(string merchant)
    {
        var id = await site.Service<EwasteEpr.Kernel.Db>().QuerySingleAsync<EwasteEpr.Kernel.OrganisationId>("select organisation_id from organisations where demo_code = @merchant", new { merchant }, CancellationToken.None);
        return (await site.Service<EwasteEpr.Organisations.ApiKeyService>().CreateAsync(id, "till", ["vouchers:read", "vouchers:redeem"], EwasteEpr.Kernel.Actor.System("test"), CancellationToken.None))!;
    }

    private static Task<(HttpStatusCode Status, JsonElement Body)> RedeemAsync(HttpClient till, IssueOutcome.Made voucher, string key) =>
        PostAsync(till, $"/api/v1/vouchers/{voucher.Code}/redeem", new { pin = voucher.Pin, fiscal_receipt = "R-7" }, key);

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync<T>(HttpClient till, string path, T body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Uri.EscapeDataString(key));
        using var answer = await till.SendAsync(request);
        return (answer.StatusCode, answer.StatusCode == HttpStatusCode.NoContent ? default : await answer.Content.ReadFromJsonAsync<JsonElement>());
    }
}

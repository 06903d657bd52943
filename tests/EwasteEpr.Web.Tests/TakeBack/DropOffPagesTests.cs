using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.TakeBack;

/// <summary>The citizen's side over HTTP, without a script.</summary>
public sealed class DropOffPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string ThirdScreen = "/en/drop-off/new?i=0306~Working~Wiped~0&go=point&town=almaty";

    [Fact]
    public async Task ThreeScreens_AskOneThingEach_AndKeepEveryAnswerInTheAddress()
    {
        var first = await site.GetPageAsync("/en/drop-off/new");
        Assert.Equal(8, first.QuerySelectorAll("input[name=item]").Length);
        Assert.Contains("Choose what you are handing in", (await site.GetPageAsync("/en/drop-off/new?go=about")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Found for", (await site.GetPageAsync("/en/drop-off/new?q=vacuum&go=find")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        var second = await site.GetPageAsync("/en/drop-off/new?item=0306&go=about");
        Assert.Equal(3, second.QuerySelectorAll("input[name=data]").Length);
        Assert.Empty((await site.GetPageAsync("/en/drop-off/new?item=0108&go=about")).QuerySelectorAll("input[name=data]"));
        Assert.Equal(2, (await site.GetPageAsync("/en/drop-off/new?item=0306&go=point")).QuerySelectorAll("main .m-opt .govuk-error-message").Length);

        using var answered = await site.Client.GetAsync(new Uri("/en/drop-off/new?item=0306&condition=Working&data=Wiped&reuse=true&go=point", UriKind.Relative));
        Assert.Equal("/en/drop-off/new?i=0306~Working~Wiped~1&go=point", Uri.UnescapeDataString(answered.Headers.Location!.OriginalString));
        var third = await site.GetPageAsync(ThirdScreen);
        Assert.Contains("₸", third.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(third.QuerySelectorAll("input[name=point]"));
        Assert.Equal(HttpStatusCode.OK, (await site.GetPageAsync("/en/drop-off/new?i=nonsense&item=9999&go=point&data=7")).StatusCode);
    }

    [Fact]
    public async Task Code_IsShownToItsBrowserAlone_AndTheSamePageSentTwiceIsOne()
    {
        using var browser = site.NewClient(keepsCookies: true);
        var (location, page) = await AnnouncedAsync(browser);
        var mine = await browser.GetPageAsync(location);
        Assert.Matches("^[0-9A-Z]{4}-[0-9A-Z]{5}$", mine.QuerySelector("#code")!.TextContent.Trim());
        Assert.Contains("2,000", mine.QuerySelector(".m-hold")!.TextContent, StringComparison.Ordinal);
        using var again = await browser.SubmitAsync(page, "#get-code", Form(("isOwner", "true"), ("point", Point(page))));
        Assert.Equal(location, again.Headers.Location!.OriginalString);
        Assert.Single((await browser.GetPageAsync("/en/drop-off/mine")).QuerySelectorAll("main dl a"));

        using var stranger = site.NewClient(keepsCookies: true);
        foreach (var path in new[] { location, location + "/state" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetPageAsync(path)).StatusCode);
        }

        using var strangers = await stranger.SubmitAsync(await stranger.GetPageAsync(ThirdScreen), "#get-code", Form(), location + "/withdraw");
        Assert.Equal(HttpStatusCode.NotFound, strangers.StatusCode);
        using var withdrawn = await browser.SubmitAsync(mine, "form[action$='/withdraw']:not([action*='consent'])", Form());
        Assert.Contains("withdrawn", (await browser.GetPageAsync(location)).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutPointOrOwner_TheThirdScreenSaysSo_AndLosesNothing()
    {
        using var browser = site.NewClient(keepsCookies: true);
        using var answer = await browser.SubmitAsync(await browser.GetPageAsync(ThirdScreen), "#get-code", Form(("point", "")));
        var page = await answer.ToPageAsync();
        Assert.Contains("Confirm that you are the owner", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Choose a point", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("0306~Working~Wiped~0", page.QuerySelector("#get-code input[name=i]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task ExtraFieldsInThePost_ChangeNothing()
    {
        using var browser = site.NewClient(keepsCookies: true);
        var page = await browser.GetPageAsync(ThirdScreen);
        using var made = await browser.SubmitAsync(page, "#get-code", Form(("isOwner", "true"), ("point", Point(page)), ("state", "Done"), ("origin", "Counter"), ("amount", "99999"), ("Stream", "Organisation")));
        var id = made.Headers.Location!.OriginalString.Split('/')[^1];
        Assert.Equal("Reserved Web Household", await site.Service<Db>().QuerySingleAsync<string>("select concat_ws(' ', state, origin, stream) from drop_offs where drop_off_id = @id", new { id = Guid.Parse(id) }, default));
    }

    [Fact]
    public async Task PhoneCode_HoldsTheRewardForThreeDays()
    {
        using var browser = site.NewClient(keepsCookies: true);
        var (location, _) = await AnnouncedAsync(browser);
        using var bad = await browser.SubmitAsync(await browser.GetPageAsync(location), "form[action$='/phone']", Form(("Ask.Phone", "12")));
        Assert.Contains("This is no number", (await bad.ToPageAsync()).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        using var sent = await browser.SubmitAsync(await browser.GetPageAsync(location), "form[action$='/phone']", Form(("Ask.Phone", "8 701 765 43 21"), ("Ask.News", "true")));
        var page = await browser.GetPageAsync(sent.Headers.Location!.OriginalString.Split('#')[0]);
        var code = new string([.. page.QuerySelector("#sms")!.TextContent.Where(char.IsAsciiDigit)]);
        using var wrong = await browser.SubmitAsync(page, "form[action$='/confirm']", Form(("Ask.Code", "12")));
        Assert.Contains("wrong or too old", (await wrong.ToPageAsync()).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        using var right = await browser.SubmitAsync(page, "form[action$='/confirm']", Form(("Ask.Code", code)));
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        var confirmed = await browser.GetPageAsync(location);
        Assert.Contains("The phone is confirmed", confirmed.QuerySelector("#phone")!.TextContent, StringComparison.Ordinal);
        using var forgotten = await browser.SubmitAsync(confirmed, "form[action$='/consent/withdraw']", Form());
        Assert.Contains("Your number is deleted", (await browser.GetPageAsync(location)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstCitizenPage_WeighsLessThanAHundredKilobytes()
    {
        var page = await site.GetPageAsync("/kk/drop-off/new");
        var assets = page.QuerySelectorAll("link[rel=stylesheet], link[rel=preload], link[rel=icon], script[src]").Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!).Distinct();
        using var browser = site.NewClient();
        browser.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        var bytes = (await browser.GetByteArrayAsync(new Uri("/kk/drop-off/new", UriKind.Relative))).Length;
        foreach (var asset in assets)
        {
            bytes += (await browser.GetByteArrayAsync(new Uri(asset, UriKind.Relative))).Length;
        }

        Assert.True(bytes < 100 * 1024, $"{bytes} bytes");
    }

    [Fact]
    public async Task Passport_OpensForAnybody_InTheirLanguage_AndNothingOpensForAGuess()
    {
        using var browser = site.NewClient(keepsCookies: true);
        var (location, _) = await AnnouncedAsync(browser);
        var passport = (await browser.GetPageAsync(location)).QuerySelector("a[href*='/d/']")!.GetAttribute("href")!;
        using var shortened = await site.Client.SendAsync(Pages.Asking(passport[3..], "ru"));
        Assert.Equal("/ru" + passport[3..], shortened.Headers.Location!.OriginalString);
        var page = await site.GetPageAsync(passport);
        Assert.Equal(4, page.QuerySelectorAll(".m-line > li").Length);
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync("/en/d/000000000000")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync("/en/d/x")).StatusCode);
        using var guess = await site.Client.GetAsync(new Uri("/d/nothing", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, guess.StatusCode);
    }

    [Fact]
    public async Task Api_AnnouncesOnceForEachKey_AndSaysWhyNot()
    {
        var point = await site.Service<Db>().QuerySingleAsync<string>("select slug from collection_points where region_kato = '750000000' and kind = 'CollectionPoint' and gives_rewards and state = 'Open' order by slug limit 1", null, default);
        var body = new { language = "kk", point, items = new[] { new { unu_key = "0306", condition = "Working", data_choice = "Wiped" } }, giver = "a kiosk's customer 1", owner = true };
        var key = Guid.CreateVersion7().ToString();
        using var first = await PostAsync(body, key);
        var made = await first.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(2_000, made.GetProperty("kept_tenge").GetInt64());
        using var second = await PostAsync(body, key);
        Assert.Equal(made.GetProperty("code").GetString(), (await second.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Equal(0, await site.CountAsync($"select count(*) from app.idempotency_keys where answer like '%{made.GetProperty("passport").GetString()}%'"));
        using var notOwner = await PostAsync(new { body.point, body.items, owner = false }, Guid.CreateVersion7().ToString());
        Assert.Contains("not-owner", await notOwner.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var nowhere = await PostAsync(new { point = "nowhere", body.items, owner = true }, Guid.CreateVersion7().ToString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nowhere.StatusCode);
        using var nothing = await PostAsync(new { point, owner = true }, Guid.CreateVersion7().ToString());
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync<T>(T body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/drop-offs", UriKind.Relative)) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        return await site.Client.SendAsync(request);
    }

    private static async Task<(string Location, AngleSharp.Dom.IDocument Page)> AnnouncedAsync(HttpClient browser)
    {
        var page = await browser.GetPageAsync(ThirdScreen);
        using var answer = await browser.SubmitAsync(page, "#get-code", Form(("isOwner", "true"), ("point", Point(page))));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return (answer.Headers.Location!.OriginalString, page);
    }

    private static string Point(AngleSharp.Dom.IDocument page) => page.QuerySelector("input[name=point]:checked")!.GetAttribute("value")!;

    private static Dictionary<string, string> Form(params (string Name, string Value)[] fields) => fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
}

using System.Net;
using AngleSharp.Dom;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Vouchers;

/// <summary>The voucher's page: for its owner a voucher, for everybody else the same question whatever the address.</summary>
public sealed class VoucherPageTests(VoucherSite site) : IClassFixture<VoucherSite>
{
    [Fact]
    public async Task Stranger_SeesTheSamePage_ForEveryKindOfCode()
    {
        var issued = await site.IssuedAsync();
        var held = await site.IssuedAsync(null, HoldReason.OutOfHours);
        string[] codes = [issued.Code.ToString(), held.Code.ToString(), VoucherCode.New().ToString(), "nonsense"];
        var pages = new List<string>();
        foreach (var code in codes)
        {
            var page = await site.GetPageAsync("/en/v/" + code);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            pages.Add(DemoSite.TextOf(page).Replace(code, "", StringComparison.Ordinal));
        }

        Assert.Single(pages.Distinct());
    }

    [Fact]
    public async Task WrongUsedAndForeign_AreAnsweredAlike()
    {
        using var browser = site.NewClient(keepsCookies: true);
        var issued = await site.IssuedAsync();
        var page = await browser.GetPageAsync("/en/v");
        var answers = new List<(HttpStatusCode, string)>();
        foreach (var (code, pin) in new[] { (issued.Code.ToString(), issued.Pin == "0000" ? "0001" : "0000"), (VoucherCode.New().ToString(), "1234"), ("nonsense", "") })
        {
            using var answer = await browser.SubmitAsync(page, "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["Code"] = code, ["Pin"] = pin });
            answers.Add((answer.StatusCode, DemoSite.TextOf(await answer.ToPageAsync())));
        }

        Assert.Single(answers.Distinct());
        Assert.Contains("do not go together", answers[0].Item2);
    }

    [Fact]
    public async Task Owner_ByCodeAndPin_SeesIt_AndItsLiveQrAndPaper()
    {
        using var browser = site.NewClient(keepsCookies: true);
        var issued = await site.IssuedAsync();
        var ask = await browser.GetPageAsync("/en/v/" + issued.Code);
        using var opened = await browser.SubmitAsync(ask, "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["Pin"] = issued.Pin });
        Assert.Equal(HttpStatusCode.Redirect, opened.StatusCode);
        var page = await browser.GetPageAsync(opened.Headers.Location!.OriginalString);
        Assert.Equal("Your voucher is ready", page.QuerySelector("h1")!.TextContent);
        Assert.Contains(issued.Code.Grouped, DemoSite.TextOf(page));
        using var live = await browser.GetAsync(new Uri($"/en/v/{issued.Code}/live", UriKind.Relative));
        Assert.Equal("image/svg+xml", live.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetPageAsync($"/en/v/{issued.Code}/print")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync($"/en/v/{issued.Code}/print")).StatusCode);
        var other = await site.IssuedAsync();
        Assert.Equal("Open your voucher", (await browser.GetPageAsync("/en/v/" + other.Code)).QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task Owner_ByTheBrowserOfTheDropOff_NeedsNoPin_AndMayAppealOnce()
    {
        var held = await site.IssuedAsync("my-browser", HoldReason.DuplicateSerial);
        using var browser = site.NewClient(keepsCookies: true);
        browser.DefaultRequestHeaders.Add("Cookie", "giver=my-browser");
        var page = await browser.GetPageAsync("/en/v/" + held.Code);
        Assert.Contains("handed in before", DemoSite.TextOf(page));
        using var handler = new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false };
        using var plain = new HttpClient(handler) { BaseAddress = site.Address };
        plain.DefaultRequestHeaders.Add("Cookie", "giver=my-browser");
        using var get = await plain.GetAsync(new Uri("/en/v/" + held.Code, UriKind.Relative));
        var form = await get.ToPageAsync();
        plain.DefaultRequestHeaders.Remove("Cookie");
        plain.DefaultRequestHeaders.Add("Cookie", string.Join("; ", get.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]).Append("giver=my-browser")));
        using var appealed = await plain.SubmitAsync(form, "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["Text"] = "It was my late father's." });
        Assert.EndsWith("said=Appealed", appealed.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(1, await site.CountAsync($"select count(*) from voucher_holds where voucher_id = '{held.VoucherId}' and appeal is not null"));
    }

    [Fact]
    public async Task ByPhone_AStrangersNumberIsAnsweredAlike_AndAWrongCodeOpensNothing()
    {
        using var browser = site.NewClient(keepsCookies: true);
        using var bad = await browser.SubmitAsync(await browser.GetPageAsync("/en/v/by-phone"), "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["Phone"] = "12" });
        Assert.Contains("no phone number", DemoSite.TextOf(await bad.ToPageAsync()));
        using var sent = await browser.SubmitAsync(await browser.GetPageAsync("/en/v/by-phone"), "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["Phone"] = "8 702 555 44 33" });
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        var step = await browser.GetPageAsync(sent.Headers.Location!.OriginalString);
        Assert.Null(step.QuerySelector("#sms"));
        using var wrong = await browser.SubmitAsync(step, "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["Code"] = "123456" });
        Assert.Contains("wrong or too old", DemoSite.TextOf(await wrong.ToPageAsync()));
        Assert.Contains("No voucher was opened", DemoSite.TextOf(await browser.GetPageAsync("/en/v/mine")));
    }

    [Theory]
    [InlineData("/kk/v/by-phone")]
    [InlineData("/ru/v/mine")]
    [InlineData("/kk/campaigns")]
    [InlineData("/ru/campaigns?region=750000000")]
    [InlineData("/en/campaigns/101")]
    [InlineData("/en/demo/vouchers")]
    public async Task PublicPages_Open(string path) => Assert.Equal(HttpStatusCode.OK, (await site.GetPageAsync(path)).StatusCode);

    [Fact]
    public async Task ACampaignThatWasNeverOpened_IsNotThere()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync($"/en/campaigns/{await site.CampaignAsync(site.Operator)}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetPageAsync("/en/campaigns/99999")).StatusCode);
    }
}

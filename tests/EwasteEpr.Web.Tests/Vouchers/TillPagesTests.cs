using System.Net;
using AngleSharp.Dom;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Vouchers;

/// <summary>The till as a cashier meets it: code, PIN and receipt, done; and every way in which it is refused.</summary>
public sealed class TillPagesTests(VoucherSite site) : IClassFixture<VoucherSite>
{
    private string Redeem => $"/en/org/{site.Slug("merchant-2")}/merchant/redeem";

    [Fact]
    public async Task Redeem_InTwoSteps_AndTheSecondTryIsToldWhenAndWhere()
    {
        var voucher = await site.IssuedAsync();
        using var cashier = await site.SignedInAsync("second-cashier");
        var done = await RedeemAsync(cashier, voucher);
        Assert.Equal("Redeemed", done.QuerySelector("h1")!.TextContent);
        Assert.Equal("Redeemed", await site.StateAsync(voucher.VoucherId));
        var again = await LookAsync(cashier, voucher.Code.Grouped);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Contains("This voucher has been used", again.QuerySelector("h1")!.TextContent);
        Assert.Contains("Темір Тас Маркет", DemoSite.TextOf(again));
    }

    [Fact]
    public async Task Redeem_TheSamePageTwice_IsOneRedemption()
    {
        var voucher = await site.IssuedAsync();
        using var cashier = await site.SignedInAsync("second-cashier");
        var page = await LookAsync(cashier, voucher.Code.ToString());
        Dictionary<string, string> values = new(StringComparer.Ordinal) { ["Pin"] = voucher.Pin, ["Receipt"] = "R-1" };
        var answers = await Task.WhenAll(cashier.SubmitAsync(page, "#redeem", values), cashier.SubmitAsync(page, "#redeem", values));
        var told = await cashier.SubmitAsync(page, "#redeem", values);
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Redirect);
        Assert.Equal(HttpStatusCode.Redirect, told.StatusCode);
        Assert.Equal(1, await site.CountAsync($"select count(*) from redemptions where voucher_id = '{voucher.VoucherId}'"));
    }

    [Fact]
    public async Task Redeem_WithAWrongPinOrNoReceipt_ComesBackWithSentences()
    {
        var voucher = await site.IssuedAsync();
        using var cashier = await site.SignedInAsync("second-cashier");
        var page = await LookAsync(cashier, voucher.Code.ToString());
        using var empty = await cashier.SubmitAsync(page, "#redeem", new Dictionary<string, string>(StringComparer.Ordinal) { ["Pin"] = "12" });
        var back = await empty.ToPageAsync();
        Assert.Contains("Type the four digits", DemoSite.TextOf(back));
        Assert.Contains("Type the receipt", DemoSite.TextOf(back));
        using var wrong = await cashier.SubmitAsync(back, "#redeem", new Dictionary<string, string>(StringComparer.Ordinal) { ["Pin"] = voucher.Pin == "0000" ? "0001" : "0000", ["Receipt"] = "R-2" });
        Assert.Contains("The PIN does not fit", DemoSite.TextOf(await wrong.ToPageAsync()));
        Assert.Equal("Issued", await site.StateAsync(voucher.VoucherId));
    }

    [Fact]
    public async Task Look_TellsMerchantsWhy()
    {
        using var cashier = await site.SignedInAsync("second-cashier");
        Assert.Contains("typing mistake", DemoSite.TextOf(await LookAsync(cashier, "7KQ4 M2XD 9V")));
        Assert.Equal("There is no such voucher", (await LookAsync(cashier, VoucherCode.New().ToString())).QuerySelector("h1")!.TextContent);
        var held = await site.IssuedAsync(null, HoldReason.DuplicateSerial);
        Assert.Equal("The voucher is being checked", (await LookAsync(cashier, held.Code.ToString())).QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task Look_ByAPrintedAddressOrALiveQr_FindsTheVoucher()
    {
        var voucher = await site.IssuedAsync();
        using var cashier = await site.SignedInAsync("second-cashier");
        Assert.Equal("The voucher is good", (await LookAsync(cashier, $"https://example.kz/v/{voucher.Code}")).QuerySelector("h1")!.TextContent);
        var live = site.Service<VoucherSecrets>().Live(voucher.Code, TimeProvider.System.GetUtcNow());
        var page = await LookAsync(cashier, live);
        Assert.Null(page.QuerySelector("#Pin"));
        using var answer = await cashier.SubmitAsync(page, "#redeem", new Dictionary<string, string>(StringComparer.Ordinal) { ["Receipt"] = "R-3" });
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task Void_FromTheDonePage_FreesTheVoucher_AndAnothersRedemptionIsNotThere()
    {
        var voucher = await site.IssuedAsync();
        using var cashier = await site.SignedInAsync("second-cashier");
        var done = await RedeemAsync(cashier, voucher);
        using var other = await site.SignedInAsync("zhetisu-cashier");
        var foreign = new Uri(done.Url).AbsolutePath.Replace(site.Slug("merchant-2"), site.Slug("merchant-4"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync(foreign)).StatusCode);
        using var voided = await cashier.SubmitAsync(done, "form[action$=void]", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.EndsWith("said=Voided", voided.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal("Issued", await site.StateAsync(voucher.VoucherId));
    }

    [Fact]
    public async Task Return_ShowsTheNewCodeOnce()
    {
        var voucher = await site.IssuedAsync();
        using var cashier = await site.SignedInAsync("second-cashier");
        var done = await RedeemAsync(cashier, voucher);
        var page = await cashier.GetPageAsync(new Uri(done.Url).AbsolutePath.Replace("/done/", "/redemptions/", StringComparison.Ordinal) + "/return");
        using var answer = await cashier.SubmitAsync(page, "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["Receipt"] = "R-9" });
        var returned = await answer.ToPageAsync();
        Assert.Equal("The new voucher is ready", returned.QuerySelector("h1")!.TextContent);
        using var twice = await cashier.SubmitAsync(page, "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["Receipt"] = "R-9" });
        Assert.EndsWith("said=ReturnAlreadyReturned", twice.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("merchant-owner", "merchant-1", "/en/org/{0}/merchant")]
    [InlineData("merchant-owner", "merchant-1", "/en/org/{0}/merchant/redemptions")]
    [InlineData("merchant-owner", "merchant-1", "/en/org/{0}/merchant/settlements")]
    [InlineData("merchant-cashier", "merchant-1", "/en/org/{0}/merchant/redemptions")]
    public async Task Rooms_Open(string person, string organisation, string path)
    {
        using var browser = await site.SignedInAsync(person);
        var page = await browser.GetPageAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, site.Slug(organisation)));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Settlement_OpensForItsMerchant_AsPageCsvAndPaper_AndForNoOther()
    {
        using var owner = await site.SignedInAsync("merchant-owner");
        var list = await owner.GetPageAsync($"/en/org/{site.Slug("merchant-1")}/merchant/settlements");
        var path = list.QuerySelector("#settlements tbody a")!.GetAttribute("href")!;
        foreach (var ending in new[] { "", ".csv", "/print" })
        {
            using var answer = await owner.GetAsync(new Uri(path + ending, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var other = await site.SignedInAsync("second-cashier");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetPageAsync(path.Replace(site.Slug("merchant-1"), site.Slug("merchant-2"), StringComparison.Ordinal))).StatusCode);
    }

    private async Task<IDocument> LookAsync(HttpClient cashier, string code)
    {
        var page = await cashier.GetPageAsync(Redeem);
        using var answer = await cashier.SubmitAsync(page, "#redeem", new Dictionary<string, string>(StringComparer.Ordinal) { ["Code"] = code });
        return await answer.ToPageAsync();
    }

    private async Task<IDocument> RedeemAsync(HttpClient cashier, IssueOutcome.Made voucher)
    {
        var page = await LookAsync(cashier, voucher.Code.ToString());
        using var answer = await cashier.SubmitAsync(page, "#redeem", new Dictionary<string, string>(StringComparer.Ordinal) { ["Pin"] = voucher.Pin, ["Receipt"] = "R-0" });
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return await cashier.GetPageAsync(answer.Headers.Location!.OriginalString);
    }
}

using System.Net;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Vouchers;

/// <summary>The operator's two hands over campaigns, held vouchers, merchants and payouts.</summary>
public sealed class OperatorVoucherPagesTests(VoucherSite site) : IClassFixture<VoucherSite>
{
    [Fact]
    public async Task Campaign_IsProposedByOneAndOpenedByAnother_MoneyToo()
    {
        using var preparer = await site.SignedInAsync("operator-preparer");
        using var approver = await site.SignedInAsync("operator-approver");
        var form = await preparer.GetPageAsync("/en/operator/campaigns/new");
        Dictionary<string, string> fields = new(StringComparer.Ordinal)
        {
            ["NameKk"] = "Қыс", ["NameRu"] = "Зима", ["NameEn"] = "Winter", ["Funding"] = "Sponsor", ["Funder"] = "«Үлгі»",
            ["From.Day"] = "1", ["From.Month"] = "1", ["From.Year"] = "2026", ["LastDay.Day"] = "1", ["LastDay.Month"] = "1", ["LastDay.Year"] = "2027", ["Rules"] = "0306; ; ; working; 2000\nbad line",
        };
        using var refused = await preparer.SubmitAsync(form, "#campaign", fields);
        Assert.Contains("Line 2 is not understood", DemoSite.TextOf(await refused.ToPageAsync()));
        fields["Rules"] = "0306; ; ; working; 2000\n1; 0; 40; any; 1000";
        using var proposed = await preparer.SubmitAsync(form, "#campaign", fields);
        Assert.Equal(HttpStatusCode.Redirect, proposed.StatusCode);
        var path = proposed.Headers.Location!.OriginalString.Split('?')[0];
        var page = await approver.GetPageAsync(path);
        using var opened = await approver.SubmitAsync(page, "form[action$=move]", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.EndsWith("said=Done", opened.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var own = await preparer.GetPageAsync(path);
        using var entered = await preparer.SubmitAsync(own, "form[action$=fundings]", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Amount"] = "50000", ["Document"] = "PO 7", ["ReceivedOn.Day"] = "1", ["ReceivedOn.Month"] = "2", ["ReceivedOn.Year"] = "2026",
        });
        Assert.EndsWith("said=Done", entered.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var funded = await approver.GetPageAsync(path);
        using var posted = await approver.SubmitAsync(funded, "form[action$=post]", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.EndsWith("said=Done", posted.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Contains("50,000", DemoSite.TextOf(await site.GetPageAsync(path.Replace("/operator", "", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task HeldVoucher_IsReleasedWithANote_AndCancelledByTwo()
    {
        using var preparer = await site.SignedInAsync("operator-preparer");
        using var approver = await site.SignedInAsync("operator-approver");
        var held = await site.IssuedAsync(null, EwasteEpr.Vouchers.Issuing.HoldReason.OutOfHours);
        var path = $"/en/operator/vouchers/{await site.CountAsync($"select voucher_no from vouchers where voucher_id = '{held.VoucherId}'")}";
        var page = await preparer.GetPageAsync(path);
        Assert.Contains("closed", DemoSite.TextOf(page));
        using var released = await preparer.SubmitAsync(page, "form[action$=release]", new Dictionary<string, string>(StringComparer.Ordinal) { ["note"] = "the clock was wrong" });
        Assert.EndsWith("said=Done", released.Headers.Location!.OriginalString, StringComparison.Ordinal);
        using var proposed = await preparer.SubmitAsync(await preparer.GetPageAsync(path), "form[action$=cancel]", new Dictionary<string, string>(StringComparer.Ordinal) { ["note"] = "given twice" });
        Assert.EndsWith("said=Done", proposed.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.DoesNotContain("Cancel it", DemoSite.TextOf(await preparer.GetPageAsync(path)));
        using var decided = await approver.SubmitAsync(await approver.GetPageAsync(path), "form[action$=decide]", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.EndsWith("said=Cancelled", decided.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal("Cancelled", await site.StateAsync(held.VoucherId));
        Assert.Equal(HttpStatusCode.NotFound, (await preparer.GetPageAsync("/en/operator/vouchers/999999")).StatusCode);
    }

    [Fact]
    public async Task SerialList_IsCountedFirst_AndWrittenAfterwards()
    {
        using var preparer = await site.SignedInAsync("operator-preparer");
        Dictionary<string, string> fields = new(StringComparer.Ordinal) { ["List"] = "Stolen", ["Remove"] = "false", ["csv"] = "serial\nSN-00-4711\nSN-00-4711\n?" };
        using var refused = await preparer.SubmitAsync(await preparer.GetPageAsync("/en/operator/serials"), "main form", fields);
        Assert.Contains("Say whose list it is", DemoSite.TextOf(await refused.ToPageAsync()));
        fields["Source"] = "police, no. 45";
        using var counted = await preparer.SubmitAsync(await preparer.GetPageAsync("/en/operator/serials"), "main form", fields);
        var preview = await counted.ToPageAsync();
        Assert.Equal("Usable entries in the list: 1", preview.QuerySelector("h1")!.TextContent);
        Assert.Equal(0, await site.CountAsync("select count(*) from watched_serials where source = 'police, no. 45'"));
        using var written = await preparer.SubmitAsync(preview, "main form", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.EndsWith("done=1", written.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var after = DemoSite.TextOf(await preparer.GetPageAsync(written.Headers.Location.OriginalString));
        Assert.Contains("police, no. 45", after);
        Assert.DoesNotContain("4711", after);
    }

    [Theory]
    [InlineData("/en/operator/campaigns")]
    [InlineData("/en/operator/campaigns/101")]
    [InlineData("/en/operator/vouchers")]
    [InlineData("/en/operator/settlements")]
    [InlineData("/en/operator/settlements?state=Paid")]
    [InlineData("/en/operator/settlements/1")]
    [InlineData("/en/operator/settlements/payout.csv")]
    [InlineData("/en/operator/merchants")]
    [InlineData("/kk/operator/lost-records")]
    [InlineData("/ru/operator/serials")]
    public async Task Rooms_Open(string path)
    {
        using var approver = await site.SignedInAsync("operator-approver");
        using var answer = await approver.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Merchant_IsAdmittedByAContract()
    {
        using var approver = await site.SignedInAsync("operator-approver");
        var page = await approver.GetPageAsync("/en/operator/merchants");
        using var missing = await approver.SubmitAsync(page, "form[action$=admit]", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.EndsWith("said=ContractMissing", missing.Headers.Location!.OriginalString, StringComparison.Ordinal);
        using var admitted = await approver.SubmitAsync(page, "form[action$=admit]", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ContractNo"] = "M-8", ["ContractOn.Day"] = "1", ["ContractOn.Month"] = "3", ["ContractOn.Year"] = "2026",
        });
        Assert.EndsWith("said=Done", admitted.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }
}

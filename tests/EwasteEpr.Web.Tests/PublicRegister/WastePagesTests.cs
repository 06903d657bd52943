using System.Globalization;
using System.Net;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.PublicRegister;

public sealed class WastePagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private static readonly string[] Parts = ["", "/places", "/movements", "/residues"];

    [Theory]
    [InlineData("kk")]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task EveryPart_IsShownWithItsFile_InEveryLanguage(string language)
    {
        var browser = await site.SignedInAsync("operator-preparer");
        foreach (var part in Parts)
        {
            var page = await browser.GetPageAsync($"/{language}/operator/waste-register{part}");
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.DoesNotContain(page.QuerySelectorAll("main td, main th, main h1, main caption"), cell => cell.TextContent.Contains("Kind.", StringComparison.Ordinal) || cell.TextContent.Contains("Hazard.", StringComparison.Ordinal));
            using var csv = await browser.GetAsync(new Uri($"/{language}/operator/waste-register{(part.Length == 0 ? "/inventory" : part)}.csv", UriKind.Relative));
            Assert.Equal("text/csv", csv.Content.Headers.ContentType!.MediaType);
        }
    }

    /// <summary>The register is the ledger seen by place: the sum of what lies somewhere is the sum of the accounts that hold it.</summary>
    [Fact]
    public async Task Inventory_AddsUpToTheLedger()
    {
        var held = await site.CountAsync("select coalesce(sum(balance), 0)::bigint from ledger.balances where purpose in ('mass_stock_lot', 'mass_in_transit', 'mass_site_lot', 'mass_in_batch', 'mass_fraction')");
        Assert.Equal(held, await site.CountAsync("select coalesce(sum(grams), 0)::bigint from waste_inventory"));
        Assert.True(held > 0);
        var browser = await site.SignedInAsync("operator-preparer");
        var csv = await browser.GetStringAsync(new Uri("/en/operator/waste-register/inventory.csv", UriKind.Relative));
        Assert.Equal(await site.CountAsync("select count(*) from waste_inventory"), csv.Count(c => c == '\n') - 1);
        var page = await browser.GetPageAsync("/en/operator/waste-register");
        var total = page.QuerySelectorAll("#sums tfoot td")[^2].TextContent.Trim();
        Assert.Equal(EwasteEpr.Web.Features.Shared.Format.In("en").KilogramsBare(Weight.FromGrams(held)), total);
    }

    [Fact]
    public async Task Inspector_ReadsTheOwnRegion_AndNoOther()
    {
        var browser = await site.SignedInAsync("inspector");
        var csv = await browser.GetStringAsync(new Uri("/en/operator/waste-register/places.csv", UriKind.Relative));
        Assert.All(csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1), line => Assert.Contains("750000000", line, StringComparison.Ordinal));
        foreach (var part in Parts)
        {
            using var answer = await browser.GetAsync(new Uri($"/en/operator/waste-register{part}?region=350000000", UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("kind=Container", "Container at a point")]
    [InlineData("hazard=yes", "hazardous")]
    public async Task Inventory_IsNarrowed(string query, string word)
    {
        var browser = await site.SignedInAsync("operator-preparer");
        var rows = (await browser.GetPageAsync("/en/operator/waste-register?" + query)).QuerySelectorAll("#inventory tbody tr");
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains(word, row.TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutSigningIn_NobodyReadsIt()
    {
        using var answer = await site.Client.GetAsync(new Uri("/en/operator/waste-register", UriKind.Relative));
        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Movements_HaveBothEnds()
    {
        var balance = await site.Service<Db>().QuerySingleAsync<long>("select coalesce(sum(case when measure in ('Collected', 'OpeningStock') then -amount else amount end), 0)::bigint from reconciliation.mass_legs", null, CancellationToken.None);
        Assert.Equal("0", balance.ToString(CultureInfo.InvariantCulture));
    }
}

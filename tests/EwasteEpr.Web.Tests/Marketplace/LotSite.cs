using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Marketplace;

/// <summary>The demonstration with its market, and a lot made to order.</summary>
public sealed class LotSite : DemoSite
{
    private const string LotSql = "select number from market_lots where state = @state and kind = @kind and category = @category order by number limit 1";

    public Task<string> LotAsync(string state, string category = "5", string kind = "Sealed") => Service<Db>().QuerySingleAsync<string>(LotSql, new { state, kind, category }, CancellationToken.None);

    public Task<string> StateAsync(string lot) => Service<Db>().QuerySingleAsync<string>("select state from market_lots where number = @lot", new { lot }, CancellationToken.None);

    /// <summary>Fills the offer form, looks at the check, sends it; answers the receipt or the form with its refusal.</summary>
    public static async Task<HttpResponseMessage> OfferAsync(HttpClient browser, string slug, string lot, string price)
    {
        ArgumentNullException.ThrowIfNull(browser);
        var page = await browser.GetPageAsync($"/en/org/{slug}/market/lots/{lot}");
        var site = page.QuerySelectorAll("#Site option").Select(option => option.GetAttribute("value")!).First(value => value.Length > 0);
        var check = await browser.SubmitAsync(page, "#offer", new Dictionary<string, string>(StringComparer.Ordinal) { ["Site"] = site, ["Price"] = price });
        var checkPage = await check.ToPageAsync();
        return checkPage.QuerySelector("#place") is null ? check : await browser.SubmitAsync(checkPage, "#place", new Dictionary<string, string>(StringComparer.Ordinal));
    }
}

using System.Net;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.PublicRegister;

public sealed class CadastrePagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private readonly int year = BusinessTime.Today(TimeProvider.System).Year;

    /// <summary>Signed once, over the bytes that were shown; the signed text stays although the records go on.</summary>
    [Fact]
    public async Task Signatory_SignsTheExtract_Once()
    {
        var home = $"/en/org/{site.Slug("recycler-1")}/cadastre/{year}";
        using var browser = await site.MemberAsync("recycler-1", "signatory");
        var page = await browser.GetPageAsync(home);
        var shown = await browser.GetStringAsync(new Uri(home + "/extract.csv", UriKind.Relative));
        Assert.StartsWith($"cadastre;{year}-01-01\nsite;kind;category;waste_code;hazardous;grams\n", shown, StringComparison.Ordinal);
        using var missing = await browser.SubmitAsync(page, "#sign", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, missing.StatusCode);
        for (var again = 0; again < 2; again++)
        {
            using var signed = await browser.SubmitAsync(page, "#sign", new Dictionary<string, string>(StringComparer.Ordinal) { ["how"] = "Invented" });
            Assert.Equal(home, signed.Headers.Location?.OriginalString);
        }

        Assert.Equal(1, await site.CountAsync("select count(*) from cadastre_extracts"));
        Assert.Equal(1, await site.CountAsync("select count(*) from signatures s join cadastre_extracts e on e.cadastre_extract_id = s.subject_id and e.content_sha256 = s.content_sha256 where s.subject_type = 'cadastre_extract'"));
        Assert.Equal(1, await site.CountAsync("select count(*) from audit.entries where action = 'cadastre.signed'"));
        var after = await browser.GetPageAsync(home);
        Assert.Contains("Signed on", after.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(after.QuerySelector("#sign"));
        Assert.Equal(shown, await browser.GetStringAsync(new Uri(home + "/extract.csv", UriKind.Relative)));
        using var cms = await browser.GetAsync(new Uri(home + "/signature", UriKind.Relative));
        Assert.Equal("application/pkcs7-signature", cms.Content.Headers.ContentType!.MediaType);
    }

    /// <summary>What a site held on 1 January plus what moved since is what it holds now.</summary>
    [Fact]
    public async Task Held_IsWhatTheLedgerHeldThen()
    {
        var next = year + 1;
        var held = await site.CountAsync($"select coalesce(sum(r.grams), 0)::bigint from organisations o cross join lateral cadastre_rows(o.organisation_id, {next}) r where r.kind = 'Held'");
        Assert.Equal(await site.CountAsync("select coalesce(sum(balance), 0)::bigint from ledger.balances where purpose in ('mass_site_lot', 'mass_in_batch', 'mass_fraction')"), held);
        Assert.Equal(0, await site.CountAsync("select count(*) from organisations o cross join lateral cadastre_rows(o.organisation_id, 2021) r"));
    }

    [Fact]
    public async Task AnotherOrganisation_AndAnotherYear_AreNotFound()
    {
        using var browser = await site.MemberAsync("recycler-1", "signatory");
        foreach (var path in new[] { $"/en/org/{site.Slug("recycler-2")}/cadastre", $"/en/org/{site.Slug("recycler-2")}/cadastre/{year}", $"/en/org/{site.Slug("recycler-1")}/cadastre/{year + 1}", $"/en/org/{site.Slug("recycler-1")}/cadastre/2019" })
        {
            using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }
}

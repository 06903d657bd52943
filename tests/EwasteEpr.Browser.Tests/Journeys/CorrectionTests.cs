using System.Globalization;
using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Payments.Certificates;
using Microsoft.Playwright;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>J4: two lines of a paid declaration change -> difference -> credit note -> set off against the next invoice -> statement of account.</summary>
public sealed class CorrectionTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    private static int documents;

    private const string StandingSql = """
        select (select coalesce(sum(i.open_tiyn), 0)::bigint from invoices i where i.organisation_id = c.organisation_id),
               (select coalesce(sum(r.credit_tiyn), 0)::bigint from receipts r where r.organisation_id = c.organisation_id)
          from credit_notes c
         where c.number = @note
        """;

    // What the receipt of the corrected invoice pays elsewhere by way of credit.
    private const string SetOffSql = """
        select coalesce(sum(a.amount_tiyn - a.taken_back_tiyn), 0)::bigint
          from allocations a
          join receipts r using (receipt_id)
          join invoices i on i.invoice_id = r.invoice_id
         where i.number = @invoice and a.via = 'Credit'
        """;

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task TwoLinesChange_ThePaidPartPaysTheNextInvoice(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await page.GotoAsync($"/{language}/demo");
        await page.Locator("button[name=persona][value='second-importer'], form:has(input[name=persona][value='second-importer']) button").First.ClickAsync();
        await page.WaitForURLAsync("**/org/*");
        var home = page.Url.TrimEnd('/');

        var declaration = await DeclareAsync(visit, home, language, "8450111100\tКір жуғыш машина\t18\t1153,8\n8418102001\tТоңазытқыш\t12\t728,4\n8516500000\tПеш\t40\t464\n");
        var invoice = await OpenBilledAsync(visit, language, "invoices");
        await PayAsync(page, invoice);
        await visit.AssertSoundAsync(language);

        await page.GotoAsync(declaration + "/amend");
        await page.FillAsync("[name='Form.Reason']", "Weighed again");
        await page.ClickAsync("#amend button.govuk-button");
        await ChangeMassAsync(page, declaration, 1, "1100");
        await ChangeMassAsync(page, declaration, 2, "700");
        await page.GotoAsync(declaration + "/versions/2/difference");
        await visit.AssertSoundAsync(language);
        Assert.Equal(2, await page.Locator("#difference tbody tr").CountAsync());
        await SubmitAsync(visit, declaration, language);

        var note = await OpenBilledAsync(visit, language, "credit-notes");
        Assert.StartsWith("CRN-", note, StringComparison.Ordinal);
        await page.Locator("#lines .m-why a").First.ClickAsync();
        await visit.AssertSoundAsync(language);
        Assert.True(await page.Locator("tr.exp .m-form").First.IsVisibleAsync());
        await page.Locator("#parts tbody a").ClickAsync();
        await visit.AssertSoundAsync(language);
        Assert.Equal(1, await page.Locator($".m-events a:has-text('{note}')").First.CountAsync());

        // Credit pays the oldest open invoice before anybody did anything: an older one of the demonstration, or the next one.
        var credited = await browser.Service<Db>().QuerySingleAsync<long>("select amount_tiyn from credit_notes where number = @note", new { note }, default);
        var (openBefore, creditBefore) = await browser.Service<Db>().QuerySingleAsync<(long, long)>(StandingSql, new { note }, default);
        await DeclareAsync(visit, home, language, "8516500000\tПеш\t400\t4640\n");
        var next = await OpenBilledAsync(visit, language, "invoices");
        var amount = await browser.Service<Db>().QuerySingleAsync<long>("select amount_tiyn from invoices where number = @next", new { next }, default);
        var (openAfter, creditAfter) = await browser.Service<Db>().QuerySingleAsync<(long, long)>(StandingSql, new { note }, default);
        Assert.Equal((openBefore + amount - creditBefore, 0), (openAfter, creditAfter));
        Assert.Equal(credited, await browser.Service<Db>().QuerySingleAsync<long>(SetOffSql, new { invoice }, default));
        await page.GotoAsync(page.Url.Split('?')[0] + "?why=open");
        await visit.AssertSoundAsync(language);
        Assert.True(await page.Locator("#why-open").IsVisibleAsync());
        foreach (var path in new[] { "/invoices", "/statement", "" })
        {
            await page.GotoAsync(home + path);
            await visit.AssertSoundAsync(language);
        }

        await browser.Service<CertificateSweep>().SweepAsync(default);
        await browser.Database.AssertInvariantsAsync();
    }

    private static async Task<string> DeclareAsync(Visit visit, string home, string language, string rows)
    {
        var page = visit.Page;
        await page.GotoAsync(home + "/declarations/new");
        await page.CheckAsync("input[value=Consignment]");
        await page.FillAsync("[name='Form.DocumentNo']", $"J4/{Interlocked.Increment(ref documents).ToString("000000", CultureInfo.InvariantCulture)}");
        await page.CheckAsync("input[value=paste]");
        await page.ClickAsync("#new button.govuk-button");
        await page.WaitForURLAsync("**/D-*/**");
        var declaration = page.Url[..page.Url.LastIndexOf('/')];
        await page.FillAsync("[name='Form.Text']", "Код ТН ВЭД\tНаименование\tКоличество, шт\tМасса, кг\n" + rows);
        await page.FillAsync("[name='Form.ObligationDate']", "10.11.2026");
        await page.ClickAsync("#lines-in button.govuk-button");
        await SubmitAsync(visit, declaration, language);
        return declaration;
    }

    private static async Task ChangeMassAsync(IPage page, string declaration, int line, string mass)
    {
        await page.GotoAsync($"{declaration}/lines?edit={line.ToString(CultureInfo.InvariantCulture)}");
        await page.FillAsync("[name='Form.MassKg']", mass);
        await page.ClickAsync("#line button.govuk-button");
    }

    private static async Task SubmitAsync(Visit visit, string declaration, string language)
    {
        var page = visit.Page;
        await page.GotoAsync(declaration + "/issues");
        for (var i = 0; i < 10 && await page.Locator(".m-groups a:has-text('UNIT'), .m-groups a:has-text('DUP'), .m-groups a:has-text('CHANGE'), .m-groups a:has-text('KEY-02')").CountAsync() > i; i++)
        {
            await page.Locator(".m-groups a").Nth(i).ClickAsync();
            await page.FillAsync("#reason", "Checked against the invoices");
            await page.Locator("form[action$='/issues/reason'] button").ClickAsync();
        }

        await page.GotoAsync(declaration + "/check");
        await page.ClickAsync("a[href*='submit?revision']");
        await page.ClickAsync("#sign button[value=SignIn]");
        await page.WaitForURLAsync("**/receipt");
        await visit.AssertSoundAsync(language);
    }

    /// <summary>From the receipt to what the submission became; answers its number.</summary>
    private static async Task<string> OpenBilledAsync(Visit visit, string language, string kind)
    {
        var link = visit.Page.Locator($"#billing a[href*='/{kind}/']").First;
        var number = (await link.TextContentAsync())!.Trim();
        await link.ClickAsync();
        await visit.AssertSoundAsync(language);
        return number;
    }

    /// <summary>By the pretended card, whose signed event the job applies.</summary>
    private async Task PayAsync(IPage page, string number)
    {
        var invoice = page.Url.Split('?')[0];
        await page.GotoAsync(invoice + "/pay");
        await page.ClickAsync("#pay button");
        await page.WaitForURLAsync("**/demo/card/**");
        await page.ClickAsync("button[value=pay]");
        await page.WaitForURLAsync($"**/invoices/{number}/pay/*");
        await browser.Service<ApplyProviderEvents>().SweepAsync(default);
        await page.GotoAsync(invoice);
        Assert.Equal("Paid", await browser.Service<Db>().QuerySingleAsync<string>("select state from invoices where number = @number", new { number }, default));
    }
}

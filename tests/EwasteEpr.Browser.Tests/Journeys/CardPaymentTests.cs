using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using Microsoft.Playwright;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>J3, its payment: from the invoice to the pretended card page, by the signed event to paid; then a refund by two people.</summary>
public sealed class CardPaymentTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    private const string MadeHere = "INV-1990-";

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task FromTheInvoice_ByPretendedCard_ToPaid(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        var invoice = await OpenInvoiceAsync();
        var room = await EnterAsync(visit, language, "importer-owner");
        await page.GotoAsync($"{room}/invoices/{invoice}/pay");
        await visit.AssertSoundAsync(language);

        // The button leads through a page of ours to the provider's.
        await page.ClickAsync("#pay button");
        await page.WaitForURLAsync("**/demo/card/**");
        await visit.AssertSoundAsync(language);
        await page.ClickAsync("button[value=decline]");
        await page.WaitForURLAsync("**declined=true");
        await visit.AssertSoundAsync(language);
        await page.ClickAsync("button[value=close]");
        await page.WaitForURLAsync("**gaveUp=true");
        await visit.AssertSoundAsync(language);
        await page.GotoAsync($"{room}/invoices/{invoice}/pay");
        await page.ClickAsync("#pay button"); // the same payment goes on
        await page.WaitForURLAsync("**/demo/card/**");
        await page.ClickAsync("button[value=pay]");
        await page.WaitForURLAsync($"**/invoices/{invoice}/pay/*");
        await visit.AssertSoundAsync(language);
        Assert.Equal(0, await page.Locator("#attempt .m-st--ok").CountAsync()); // it promises nothing

        // The job applies the provider's word; the page, which looks by itself, says so without a click.
        await browser.Service<ApplyProviderEvents>().SweepAsync(default);
        await page.Locator("#attempt .m-st--ok").WaitForAsync(new LocatorWaitForOptions { Timeout = 20_000 });
        await visit.AssertSoundAsync(language);
        if (!invoice.StartsWith(MadeHere, StringComparison.Ordinal))
        {
            await page.GotoAsync($"{room}/invoices/{invoice}");
            await visit.AssertSoundAsync(language);
        }
    }

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task TheOperatorsPages_AreSound(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await browser.Service<Db>().ExecuteAsync("insert into payment_cases (kind, subject) values ('UnknownPayment', 'pi_of_another_system') on conflict do nothing", null, default);
        await page.GotoAsync($"/{language}/demo");
        await page.Locator("button[name=persona][value='operator-preparer'], form:has(input[name=persona][value='operator-preparer']) button").First.ClickAsync();
        foreach (var path in new[] { "payments/cards", "payments/cases", "jobs" })
        {
            await page.GotoAsync($"/{language}/operator/{path}");
            await visit.AssertSoundAsync(language);
        }

        if (await browser.Service<Db>().QuerySingleOrDefaultAsync<Guid?>("select attempt_id from payment_attempts where state = 'Paid' order by attempt_id limit 1", null, default) is { } attempt)
        {
            await page.GotoAsync($"/{language}/operator/payments/cards/{attempt}");
            await visit.AssertSoundAsync(language);
        }
    }

    /// <summary>Another invoice for each walk: of the demonstration while it has one, then one made here, which has no declaration behind it.</summary>
    private async Task<string> OpenInvoiceAsync()
    {
        const string OpenSql = """
            select i.number from invoices i join organisations o using (organisation_id)
             where o.demo_code = 'importer-1' and i.open_tiyn between 1 and 500000000 and not exists (select from payment_attempts a where a.invoice_id = i.invoice_id)
             order by i.open_tiyn, i.number limit 1
            """;
        if (await browser.Service<Db>().QuerySingleOrDefaultAsync<string>(OpenSql, null, default) is { } open)
        {
            return open;
        }

        var serial = Random.Shared.Next(1, 999_999);
        var reference = Crockford.Random(8);
        await browser.Database.ExecuteAsOwnerAsync($$"""
            set session_replication_role = replica;
            insert into invoices (invoice_id, year, serial, number, organisation_id, declaration_id, version, programme, amount_tiyn, issued_on, payment_reference, payer_name_kk, payer_name_ru, terms)
            select uuidv7(), 1990, {{serial}}, '{{MadeHere}}' || lpad('{{serial}}', 6, '0'), organisation_id, uuidv7(), 1, 'Illustrative', 25000, app.today(), '{{reference}}', 'Сынақ', 'Проба', '{}'
              from organisations where demo_code = 'importer-1';
            set session_replication_role = default
            """);
        return await browser.Service<Db>().QuerySingleAsync<string>(OpenSql, null, default);
    }

    private static async Task<string> EnterAsync(Visit visit, string language, string persona)
    {
        await visit.Page.GotoAsync($"/{language}/demo");
        await visit.Page.Locator($"button[name=persona][value='{persona}'], form:has(input[name=persona][value='{persona}']) button").First.ClickAsync();
        await visit.Page.WaitForURLAsync("**/org/*");
        return visit.Page.Url.TrimEnd('/');
    }
}

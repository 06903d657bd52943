using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using Microsoft.Playwright;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>J3, its payment: from the invoice to the pretended card page, by the signed event to paid; then a refund by two people.</summary>
public sealed class CardPaymentTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task FromTheInvoice_ByPretendedCard_ToPaid(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        // Another invoice for each walk, of whoever among these three has one open.
        var (persona, invoice) = await browser.Service<Db>().QuerySingleAsync<OpenInvoice>(
            """
            select case o.demo_code when 'importer-1' then 'importer-owner' when 'importer-2' then 'second-importer' else 'producer' end as persona, i.number
              from invoices i join organisations o using (organisation_id)
             where o.demo_code in ('importer-1', 'importer-2', 'producer-1') and i.open_tiyn between 1 and 500000000
               and not exists (select from payment_attempts a where a.invoice_id = i.invoice_id)
             order by i.open_tiyn, i.number limit 1
            """, null, default);
        var room = await EnterAsync(visit, language, persona);
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
        await page.GotoAsync($"{room}/invoices/{invoice}");
        await visit.AssertSoundAsync(language);
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

    private static async Task<string> EnterAsync(Visit visit, string language, string persona)
    {
        await visit.Page.GotoAsync($"/{language}/demo");
        await visit.Page.Locator($"button[name=persona][value='{persona}'], form:has(input[name=persona][value='{persona}']) button").First.ClickAsync();
        await visit.Page.WaitForURLAsync("**/org/*");
        return visit.Page.Url.TrimEnd('/');
    }

    private sealed record OpenInvoice(string Persona, string Number);
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Kernel;
using Microsoft.Playwright;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>J1: three screens to the code, accepted at the counter, the voucher appears on the citizen's page, the passport shows the container. J5: a day without network.</summary>
public sealed class HandInTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    private const string Town = "almaty";

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Phone_ToVoucherAndPassport(string language, int width)
    {
        await using var citizen = await browser.VisitAsync(width);
        var code = await AnnounceAsync(citizen, language);
        var mine = citizen.Page.Url;

        await using var counter = await browser.VisitAsync(width);
        var container = await OpenCounterAsync(counter, language, "point-staff", "6");
        await counter.AssertSoundAsync(language);
        await counter.Page.GotoAsync($"/{language}/point");
        await counter.AssertSoundAsync(language);
        await counter.Page.FillAsync("#code", code);
        await counter.Page.ClickAsync("#find button");
        await counter.AssertSoundAsync(language);
        foreach (var key in new[] { "0", ",", "1", "8", "6" })
        {
            await counter.Page.Locator($".m-pad2 button:text-is('{key}')").First.ClickAsync();
        }

        await counter.Page.CheckAsync("input[name='Items[0].Condition'][value=Working]");
        await counter.Page.CheckAsync($"input[name='Items[0].Container'][value='{container}']");
        await counter.Page.FillAsync("input[name='Items[0].Label']", Unique("T"));
        await counter.Page.FillAsync("input[name='Items[0].Bag']", Unique("B"));
        await counter.Page.ClickAsync(".m-cform .m-save");
        await counter.Page.WaitForURLAsync("**/intakes/*");
        await counter.AssertSoundAsync(language);

        // The citizen's page finds out by itself.
        await citizen.Page.Locator(".m-voucherbox").WaitForAsync();
        Assert.Equal(mine, citizen.Page.Url);
        await citizen.AssertSoundAsync(language);
        Assert.Contains("2", await citizen.Page.Locator(".m-voucherbox .v").TextContentAsync(), StringComparison.Ordinal);

        await counter.Page.GotoAsync($"/{language}/point/containers/{container}");
        await counter.Page.FillAsync("#gross", "1,386");
        await counter.Page.FillAsync("#sealNo", Unique("S"));
        await counter.Page.ClickAsync("form[action$='/seal'] button.m-save");
        await counter.AssertSoundAsync(language);

        await citizen.Page.ClickAsync("a[href*='/d/']");
        await citizen.AssertSoundAsync(language);
        Assert.Equal(6, await citizen.Page.Locator(".m-line > li").CountAsync());
        Assert.DoesNotContain("2 000", await citizen.Page.Locator("main").TextContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThreeScreens_WithoutJavaScript()
    {
        await using var citizen = await browser.VisitAsync(360, javaScript: false);
        Assert.Matches("^[0-9A-Z]{4}-[0-9A-Z]{5}$", await AnnounceAsync(citizen, "kk", withAxe: false));
    }

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task CounterWorksADayWithoutNetwork_Replays_AndNothingIsDoubled(string language, int width)
    {
        await using var citizen = await browser.VisitAsync(width);
        var code = await AnnounceAsync(citizen, language);

        await using var counter = await browser.VisitAsync(width);
        var page = counter.Page;
        await PairAsync(page, language);
        await OpenCounterAsync(counter, language, "point-staff", "5");
        await page.GotoAsync($"/{language}/point/offline");
        await page.Locator("#offline[data-ready=true]").WaitForAsync();
        await page.EvaluateAsync("() => navigator.serviceWorker.ready");
        await counter.AssertSoundAsync(language);

        await page.Context.SetOfflineAsync(true);
        // Whatever page of the counter is opened now, the kept shell answers.
        await page.GotoAsync($"/{language}/point");
        await page.Locator("#offline[data-ready=true]").WaitForAsync();
        await page.ClickAsync("details:has(#container-form) summary");
        await page.SelectOptionAsync("#category", "6");
        await page.FillAsync("#tare", "1,2");
        await page.ClickAsync("#container-form button");
        await page.Locator("#outbox li").First.WaitForAsync(); // the container is there to be chosen
        await AcceptOfflineAsync(page, code, "0,186");
        await AcceptOfflineAsync(page, "", "0,2");
        await AcceptOfflineAsync(page, "", "0,3");
        var queued = await page.Locator("#outbox li").CountAsync();
        await page.Locator("#outbox button").First.ClickAsync(); // the last one was a mistake
        await page.Locator("#outbox li").Nth(queued).WaitForAsync();
        await page.ClickAsync("details:has(#seal-form) summary");
        await page.SelectOptionAsync("#seal-container", new SelectOptionValue { Index = await page.Locator("#seal-container option").CountAsync() - 1 });
        await page.FillAsync("#gross", "1,586");
        await page.FillAsync("#seal", Unique("S"));
        await page.ClickAsync("#seal-form button");
        await page.Locator("#outbox li").Nth(7).WaitForAsync(); // the queue is written before it is shown
        Assert.Equal(8, await page.Locator("#outbox li").CountAsync());
        Assert.Contains("8", await page.Locator("#sync").TextContentAsync(), StringComparison.Ordinal);
        // Closed and opened again without network, nothing is lost.
        await page.ReloadAsync();
        await page.Locator("#outbox li").Nth(7).WaitForAsync();
        Assert.Equal(8, await page.Locator("#outbox li").CountAsync());
        var before = await CountAsync("select count(*) from intakes where event_id is not null");

        await page.Context.SetOfflineAsync(false);
        await page.ClickAsync("#send");
        await page.Locator("#outbox [data-outcome=Applied]").Nth(7).WaitForAsync();
        // The answers get lost: the device sends all of it again.
        await page.EvaluateAsync("""
            () => new Promise((done) => { const open = indexedDB.open('ewaste-point'); open.onsuccess = () => {
              const change = open.result.transaction('events', 'readwrite'); const store = change.objectStore('events');
              store.getAll().onsuccess = (all) => { for (const one of all.target.result) store.put({ ...one, outcome: 'Queued' }); };
              change.oncomplete = () => { open.result.close(); done(); }; }; })
            """);
        await page.GotoAsync($"/{language}/point/offline");
        await page.Locator("#outbox [data-outcome=Applied]").Nth(7).WaitForAsync();
        await counter.AssertSoundAsync(language, expectsConsoleErrors: true); // the browser reports each request that found no network
        Assert.Equal(3, await CountAsync("select count(*) from intakes where event_id is not null") - before);
        Assert.Equal(1, await CountAsync($"select count(*) from intakes a join point_events e on e.event_id = a.event_id where a.undone_at is not null and e.device_id = (select device_id from devices order by paired_at desc limit 1)"));
        await browser.Database.AssertInvariantsAsync();

        // Held until the scale confirmed the container; it did.
        await browser.Service<EwasteEpr.TakeBack.Offline.OfflineReleases>().SweepAsync(CancellationToken.None);
        await citizen.Page.ReloadAsync();
        await citizen.Page.Locator(".m-voucherbox").WaitForAsync();
        await citizen.AssertSoundAsync(language);
    }

    private async Task<string> AnnounceAsync(Visit visit, string language, bool withAxe = true)
    {
        var page = visit.Page;
        await page.GotoAsync($"/{language}/drop-off/new");
        await LookAsync();
        await page.CheckAsync("input[name=item][value='0306']");
        await page.ClickAsync("button[value=about]");
        await page.CheckAsync("input[name=data][value=Wipe]");
        await page.CheckAsync("input[name=condition][value=Working]");
        await LookAsync();
        await page.ClickAsync("button[value=point]");
        await page.SelectOptionAsync("#town", Town);
        await page.ClickAsync("form:has(#town) button");
        await LookAsync();
        await page.CheckAsync("input[name=isOwner]");
        await page.ClickAsync("#get-code button");
        await page.WaitForURLAsync(new Regex("/drop-off/[0-9a-f-]{36}$", RegexOptions.NonBacktracking));
        await LookAsync();
        // The picture stands above the letters and not on them.
        Assert.True(await page.EvaluateAsync<bool>("() => document.querySelector('.m-ticket svg').getBoundingClientRect().bottom <= document.getElementById('code').getBoundingClientRect().top"));
        return (await page.Locator("#code").TextContentAsync())!.Trim();

        Task LookAsync() => withAxe ? visit.AssertSoundAsync(language) : Task.CompletedTask;
    }

    private async Task<string> OpenCounterAsync(Visit visit, string language, string persona, string category)
    {
        var page = visit.Page;
        await page.GotoAsync($"/{language}/demo");
        await page.Locator($"button[name=persona][value='{persona}']").First.ClickAsync();
        await page.GotoAsync($"/{language}/point/shift");
        if (await page.Locator("input[name='Form.Point']").CountAsync() > 0)
        {
            await visit.AssertSoundAsync(language);
            await page.Locator("input[name='Form.Point']").First.CheckAsync();
            await page.FillAsync("[name='Form.Scale']", "20-1187");
            await page.FillAsync("[name='Form.Until.Day']", "30");
            await page.FillAsync("[name='Form.Until.Month']", "6");
            await page.FillAsync("[name='Form.Until.Year']", "2090");
            await page.ClickAsync("main form button.m-save");
        }

        await page.GotoAsync($"/{language}/point/containers");
        await page.SelectOptionAsync("#category", category);
        await page.FillAsync("#tare", "1,2");
        await page.ClickAsync("main form button");
        await visit.AssertSoundAsync(language);
        return await browser.Service<Db>().QuerySingleAsync<string>("select container_id::text from containers order by opened_at desc, container_id desc limit 1", null, CancellationToken.None);
    }

    private async Task PairAsync(IPage page, string language)
    {
        await page.GotoAsync($"/{language}/demo");
        await page.Locator("button[name=persona][value=point-owner]").First.ClickAsync();
        await page.WaitForURLAsync("**/org/*");
        await page.GotoAsync(page.Url.TrimEnd('/') + "/devices");
        await page.FillAsync("[name=Name]", Unique("Tablet "));
        await page.Locator("main form[action$='/devices'] button").ClickAsync();
        var code = await page.Locator("#secret").TextContentAsync();
        await page.GotoAsync($"/{language}/pair");
        await page.FillAsync("[name=Code]", code!);
        await page.Locator("main form button").ClickAsync();
        await page.WaitForURLAsync("**/counter");
    }

    private static async Task AcceptOfflineAsync(IPage page, string code, string kilograms)
    {
        var before = await page.Locator("#outbox li").CountAsync();
        await page.FillAsync("#offline-code", code);
        await page.SelectOptionAsync("#thing", "0306");
        await page.FillAsync("#kg", kilograms);
        await page.CheckAsync("input[name=condition][value=Working]");
        await page.SelectOptionAsync("#container", new SelectOptionValue { Index = await page.Locator("#container option").CountAsync() - 1 });
        await page.SelectOptionAsync("#data", "Wiped");
        await page.FillAsync("#label", Unique("T"));
        await page.ClickAsync("#accept-form button[value=accept]");
        await page.Locator("#outbox li").Nth(before + (code.Length == 0 ? 1 : 0)).WaitForAsync();
    }

    private Task<long> CountAsync(string sql) => browser.Service<Db>().QuerySingleAsync<long>(sql, null, CancellationToken.None);

    private static string Unique(string prefix) => prefix + RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture);
}

using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Organisations.Demo;
using EwasteEpr.Signatures;
using EwasteEpr.Signatures.Demo;
using Microsoft.Playwright;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>A declaration is signed with the component on the signatory's computer: cancelled, with a stranger's key, then with the right one.</summary>
public sealed class SigningTests(SigningTests.Site browser) : IClassFixture<SigningTests.Site>
{
    private static int documents;

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Declaration_IsSignedWithTheKeyOfItsOrganisation(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await page.GotoAsync($"/{language}/demo");
        await page.Locator("button[name=persona][value='second-importer'], form:has(input[name=persona][value='second-importer']) button").First.ClickAsync();
        await page.WaitForURLAsync("**/org/*");
        var home = page.Url.TrimEnd('/');
        var declaration = await DeclareAsync(page, home);
        await page.GotoAsync(declaration + "/check");
        await page.ClickAsync("a[href*='submit?revision']");
        await visit.AssertSoundAsync(language);

        browser.Component.Key = null; // the window is closed without a key
        await page.ClickAsync("#sign button[value=Key]");
        await page.Locator("[data-when=cancelled]").WaitForAsync();

        using var strangers = Issue(new InventedHolder("Бөтен адам", "040340008429", SignerRole.Head));
        browser.Component.Key = strangers;
        await page.ClickAsync("#sign button[value=Key]");
        await page.Locator("#signature-error").WaitForAsync();
        Assert.Contains("Бөтен адам", await page.Locator("#signature-error").TextContentAsync(), StringComparison.Ordinal);
        await visit.AssertSoundAsync(language, expectsConsoleErrors: true); // the browser itself names the 422

        var number = DemoPeople.Organisations.First(organisation => organisation.Code == "importer-2").Number;
        using var own = Issue(new InventedHolder("Бауыржан Тілеу", number, SignerRole.Signatory));
        browser.Component.Key = own;
        await page.ClickAsync("#sign button[value=Key]");
        await page.WaitForURLAsync("**/receipt");
        await visit.AssertSoundAsync(language, expectsConsoleErrors: true);
        Assert.Contains("Бауыржан Тілеу", await page.Locator("main").TextContentAsync(), StringComparison.Ordinal);
    }

    private System.Security.Cryptography.X509Certificates.X509Certificate2 Issue(InventedHolder holder)
    {
        var now = TimeProvider.System.GetUtcNow();
        return browser.Service<InventedAuthority>().Issue(holder, now.AddDays(-1), now.AddDays(30));
    }

    private static async Task<string> DeclareAsync(IPage page, string home)
    {
        await page.GotoAsync(home + "/declarations/new");
        await page.CheckAsync("input[value=Consignment]");
        await page.FillAsync("[name='Form.DocumentNo']", $"SIGN/{Interlocked.Increment(ref documents).ToString("000000", System.Globalization.CultureInfo.InvariantCulture)}");
        await page.CheckAsync("input[value=paste]");
        await page.ClickAsync("#new button.govuk-button");
        await page.WaitForURLAsync("**/D-*/**");
        var declaration = page.Url[..page.Url.LastIndexOf('/')];
        await page.FillAsync("[name='Form.Text']", "Код ТН ВЭД\tНаименование\tКоличество, шт\tМасса, кг\n8450111100\tКір жуғыш машина\t18\t1153,8\n");
        await page.FillAsync("[name='Form.ObligationDate']", "10.11.2026");
        await page.ClickAsync("#lines-in button.govuk-button");
        await page.WaitForURLAsync(address => !address.EndsWith("/paste", StringComparison.Ordinal));
        return declaration;
    }

    /// <summary>A site whose pages look for the component where the stand-in listens.</summary>
    public sealed class Site : Support.Browser, IAsyncLifetime
    {
        internal SigningComponentStandIn Component { get; private set; } = null!;

        protected override IReadOnlyList<string> Settings => [.. base.Settings, $"--EWASTE_NCALAYER={Component.Address}"];

        async Task IAsyncLifetime.InitializeAsync()
        {
            Component = await SigningComponentStandIn.StartAsync();
            await StartAsync();
        }

        async Task IAsyncLifetime.DisposeAsync()
        {
            await StopAsync();
            await Component.DisposeAsync();
        }
    }
}

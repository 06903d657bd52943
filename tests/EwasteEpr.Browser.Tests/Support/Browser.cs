using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using EwasteEpr.Web.Tests.Support;
using Microsoft.Playwright;

namespace EwasteEpr.Browser.Tests.Support;

/// <summary>The site over a database of its own with demo data, and one Chromium for all tests of a class.</summary>
public class Browser : SiteFixture, IAsyncLifetime
{
    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private IPlaywright? playwright;
    private IBrowser? chromium;

    protected override IReadOnlyList<string> Settings => ["--Demo=true"];

    Task IAsyncLifetime.InitializeAsync() => StartAsync();

    Task IAsyncLifetime.DisposeAsync() => StopAsync();

    protected async Task StartAsync()
    {
        await InitializeAsync();
        playwright = await Playwright.CreateAsync();
        chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Flags });
    }

    protected async Task StopAsync()
    {
        if (chromium is not null)
        {
            await chromium.DisposeAsync();
        }

        playwright?.Dispose();
        await DisposeAsync();
    }

    /// <summary>A visitor whose camera sees this film for ever. The film is named at the browser's start, so this visitor has a browser of its own.</summary>
    public async Task<Visit> WithCameraAsync(int width, string film)
    {
        var own = await playwright!.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = [.. Flags, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", $"--use-file-for-fake-video-capture={film}"],
        });
        var context = await own.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address.ToString(), ViewportSize = new ViewportSize { Width = width, Height = 800 }, Locale = "kk-KZ", ReducedMotion = ReducedMotion.Reduce, Permissions = ["camera"],
        });
        context.SetDefaultTimeout(60_000);
        return new Visit(context, await context.NewPageAsync(), own);
    }

    /// <summary>A visitor with an empty browser of this width; what the page writes to the console as an error fails the visit.</summary>
    public async Task<Visit> VisitAsync(int width, bool javaScript = true)
    {
        var context = await chromium!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = width < 600 ? 800 : 900 },
            JavaScriptEnabled = javaScript,
            Locale = "kk-KZ",
            ReducedMotion = ReducedMotion.Reduce, // axe would measure the colours of a row that is still fading in
        });
        context.SetDefaultTimeout(60_000);
        return new Visit(context, await context.NewPageAsync());
    }
}

/// <summary>One visitor's page with the checks that hold on every page.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly IBrowser? own;
    private readonly List<string> consoleErrors = [];

    /// <param name="context">The visitor's own.</param>
    /// <param name="page">Its first page.</param>
    /// <param name="own">A browser that ends with the visit.</param>
    public Visit(IBrowserContext context, IPage page, IBrowser? own = null)
    {
        this.context = context;
        this.own = own;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                consoleErrors.Add(message.Text);
            }
        };
    }

    public IPage Page { get; }

    // Without this each node of each rule that passed is described, serialised and sent: most of what axe costs.
    private static readonly AxeRunOptions OnlyViolations = new() { ResultTypes = [ResultType.Violations] };

    private const string WidestScript = """
        [...document.querySelectorAll('main *, header *, nav *, footer *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest('.m-tw'))
          .slice(0, 4).map(e => e.tagName.toLowerCase() + (e.id && '#' + e.id) + (e.className && '.' + e.className)).join(', ')
        """;

    /// <summary>No serious axe finding, no sideways scrolling, no console error, a title, one h1, the page's language said.</summary>
    public async Task AssertSoundAsync(string language, bool expectsConsoleErrors = false)
    {
        Assert.Equal(language, await Page.Locator("html").GetAttributeAsync("lang"));
        Assert.Equal(1, await Page.Locator("h1").CountAsync());
        Assert.False(string.IsNullOrWhiteSpace(await Page.TitleAsync()));
        var sideways = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(sideways <= 0, sideways <= 0 ? "" : $"{Page.Url} scrolls sideways by {sideways} px: {await Page.EvaluateAsync<string>(WidestScript)}");
        var findings = (await Page.RunAxe(OnlyViolations)).Violations.Where(finding => finding.Impact is "serious" or "critical").ToList();
        Assert.True(findings.Count == 0, $"{Page.Url}: " + string.Join("; ", findings.Select(f => $"{f.Impact} {f.Id} at {f.Nodes[0].Target}")));
        if (!expectsConsoleErrors)
        {
            Assert.Empty(consoleErrors);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        if (own is not null)
        {
            await own.DisposeAsync();
        }
    }
}

/// <summary>Which language and width a journey is walked in: always Kazakh on a phone, with <c>./test --all</c> everything.</summary>
public static class Walks
{
    public static TheoryData<string, int> All
    {
        get
        {
            var walks = new TheoryData<string, int> { { "kk", 360 } };
            if (Environment.GetEnvironmentVariable("EWASTE_TEST_ALL") == "1")
            {
                walks.Add("kk", 1280);
                walks.Add("ru", 360);
                walks.Add("ru", 1280);
                walks.Add("en", 360);
                walks.Add("en", 1280);
            }

            return walks;
        }
    }
}

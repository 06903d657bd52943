using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>An agent files nil for two clients: the desk, what will be filed and for whom, the result.</summary>
public sealed class AgentTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Agent_FilesNilForTwoClients(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await page.GotoAsync($"/{language}/demo");
        await page.Locator("button[name=persona][value=agent]").First.ClickAsync();
        // A period for each walk: what one has filed is not to be filed any more.
        var quarter = language switch { "kk" => 1, "ru" => 2, _ => 3 };
        await page.GotoAsync($"/{language}/agent?period={(width < 600 ? 2022 : 2023)}-Q{quarter}");
        await visit.AssertSoundAsync(language);
        var boxes = page.Locator("input[name=client]");
        await boxes.Nth(0).CheckAsync();
        await boxes.Nth(1).CheckAsync();
        await page.Locator("form[action$='/agent/nil'] button").ClickAsync();
        await visit.AssertSoundAsync(language);
        Assert.Equal(2, await page.Locator("input[name=client]").CountAsync());
        await page.Locator("form[action$='/agent/nil'] button").ClickAsync();
        await page.WaitForURLAsync(new Regex("/agent/nil/[0-9a-f-]{36}$", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        Assert.Equal(2, await page.Locator(".m-st--ok").CountAsync());
    }
}

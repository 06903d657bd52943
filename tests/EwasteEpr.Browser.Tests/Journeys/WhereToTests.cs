using System.Text.RegularExpressions;
using EwasteEpr.Browser.Tests.Support;
using EwasteEpr.Kernel;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>A citizen finds out what to do with a thing and where to take it; an office hands in its list.</summary>
public sealed class WhereToTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Citizen_FindsWhatAndWhere(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await page.GotoAsync($"/{language}/what-can-i-hand-in");
        await visit.AssertSoundAsync(language);
        await page.FillAsync("#q", language switch { "kk" => "нотбук", "ru" => "нотбук", _ => "labtop" }); // written otherwise on purpose
        await page.Locator("[role=search] button").ClickAsync();
        await page.WaitForURLAsync(new Regex(@"\?q=", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        await page.Locator(".m-hits a").First.ClickAsync();
        await page.WaitForURLAsync(new Regex("/0303$", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        await page.SelectOptionAsync("#town", "almaty");
        await page.Locator("form.m-ask button").ClickAsync();
        await page.WaitForURLAsync(new Regex("town=almaty", RegexOptions.NonBacktracking));
        Assert.Equal(5, await page.Locator(".m-points > li").CountAsync());
        await page.Locator("a[href*='/points?item=0303']").Last.ClickAsync();
        await page.WaitForURLAsync(new Regex("/points", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        await page.Locator("#map-title").ScrollIntoViewIfNeededAsync();
        await page.Locator("#map .leaflet-interactive").First.WaitForAsync();
        await visit.AssertSoundAsync(language);
        await page.Locator(".m-points a").First.ClickAsync();
        await page.Locator(".m-hours").First.WaitForAsync();
        await visit.AssertSoundAsync(language);
    }

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Citizen_WithoutAScript_FindsTheNearestPoint(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width, javaScript: false);
        var page = visit.Page;
        await page.GotoAsync($"/{language}/points");
        await page.SelectOptionAsync("#town", "semey");
        await page.Locator("#seek > button[type=submit]").ClickAsync();
        await page.WaitForURLAsync(new Regex("town=semey", RegexOptions.NonBacktracking));
        Assert.True(await page.Locator(".m-points .km").CountAsync() >= 2);
        Assert.True(await page.Locator("#map").IsHiddenAsync());
        Assert.Equal(20, await page.Locator(".m-tiles a").CountAsync());
    }

    [Theory]
    [MemberData(nameof(Walks.All), MemberType = typeof(Walks))]
    public async Task Office_HandsInItsList(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        var page = visit.Page;
        await page.GotoAsync($"/{language}/demo");
        await page.Locator("button[name=persona][value=importer-preparer]").First.ClickAsync();
        await page.WaitForURLAsync(new Regex("/org/", RegexOptions.NonBacktracking));
        var room = new Uri(page.Url).AbsolutePath.Split('/')[3];
        await page.GotoAsync($"/{language}/org/{room}/pickups");
        await visit.AssertSoundAsync(language);
        await page.Locator("form[action$='/pickups'] button").ClickAsync();
        await page.WaitForURLAsync(new Regex("/pickups/H-", RegexOptions.NonBacktracking));
        await page.FillAsync("#list", "Ноутбук HP\t3\nМонитор Dell\t2\nПринтер\t1");
        await page.Locator("form[action$='/assets'] button").First.ClickAsync();
        await page.WaitForURLAsync(new Regex("added=3", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        var day = BusinessTime.Today(TimeProvider.System).AddDays(7 + (language == "kk" ? 0 : language == "ru" ? 1 : 2) + (width < 600 ? 0 : 10));
        await page.SelectOptionAsync("[name='Booking.Point']", "almaty-pynkt-1");
        await page.FillAsync("[name='Booking.Day.Day']", $"{day.Day}");
        await page.FillAsync("[name='Booking.Day.Month']", $"{day.Month}");
        await page.FillAsync("[name='Booking.Day.Year']", $"{day.Year}");
        await page.FillAsync("[name='Booking.Address']", "Алматы, Үлгі көшесі, 109");
        await page.FillAsync("[name='Booking.ContactName']", "Данияр");
        await page.FillAsync("[name='Booking.ContactPhone']", "+7 000 000 00 00");
        await page.CheckAsync("[name='Booking.Owner']");
        await page.Locator("#booking button").ClickAsync();
        await page.WaitForURLAsync(new Regex("done=Booked", RegexOptions.NonBacktracking));
        await visit.AssertSoundAsync(language);
        await page.Locator("a[href$='/papers/act']").ClickAsync();
        await page.Locator(".m-paper").First.WaitForAsync();
        Assert.Contains("H-", await page.ContentAsync(), StringComparison.Ordinal);
    }
}

using EwasteEpr.Browser.Tests.Support;

namespace EwasteEpr.Browser.Tests.Journeys;

/// <summary>Every public page is sound in the languages and widths that people use.</summary>
public sealed class PublicPagesTests(Support.Browser browser) : IClassFixture<Support.Browser>
{
    [Theory]
    [InlineData("kk", 360)]
    [InlineData("ru", 1280)]
    [InlineData("en", 1280)]
    public async Task PublicPages_AreSound(string language, int width)
    {
        await using var visit = await browser.VisitAsync(width);
        foreach (var path in new[] { "" })
        {
            var answer = await visit.Page.GotoAsync($"/{language}{path}");
            Assert.Equal(200, answer!.Status);
            await visit.AssertSoundAsync(language);
        }
    }
}

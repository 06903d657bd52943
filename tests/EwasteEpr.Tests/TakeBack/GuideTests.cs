using EwasteEpr.TakeBack.Guide;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.TakeBack;

public sealed class GuideTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly GuideService guide = new(database.Db);

    public void Dispose() => guide.Dispose();

    [Theory]
    [InlineData("телефон", "ru", "0306")]
    [InlineData("  Смартфон ", "kk", "0306")]
    [InlineData("тонозыткыш", "kk", "0108")] // without a Kazakh keyboard, and with a slip
    [InlineData("тоназыткыш", "kk", "0108")]
    [InlineData("кир жугыш", "kk", "0104")]
    [InlineData("стиральн", "ru", "0104")]
    [InlineData("машинка стиральная", "ru", "0104")]
    [InlineData("холадильник", "ru", "0108")]
    [InlineData("микроволновк", "ru", "0114")]
    [InlineData("шуруповерт", "ru", "0601")]
    [InlineData("headphnes", "en", "0401")]
    [InlineData("macbook", "ru", "0303")]
    [InlineData("washing", "kk", "0104")]
    [InlineData("старый монитор", "ru", "0308")]
    [InlineData("зарядка", "ru", "0201")]
    [InlineData("жк теледидар", "kk", "0408")]
    [InlineData("0306", "kk", null)] // a key is no word of anybody's
    [InlineData("ыыы", "ru", null)]
    [InlineData("'; drop table guide_words; --", "ru", null)]
    [InlineData("", "ru", null)]
    public async Task Search_FindsWhatPeopleMean(string typed, string language, string? expected) =>
        Assert.Equal(expected, (await guide.SearchAsync(typed, language, CancellationToken.None)).Select(hit => hit.Item.UnuKey).FirstOrDefault());

    [Fact]
    public async Task Search_WhenSomethingFits_ShowsNoGuesses()
    {
        Assert.DoesNotContain(await guide.SearchAsync("лампа", "ru", CancellationToken.None), hit => hit.IsGuess);
        Assert.All(await guide.SearchAsync("холадильник", "ru", CancellationToken.None), hit => Assert.True(hit.IsGuess));
        Assert.True((await guide.SearchAsync("а", "ru", CancellationToken.None)).Count <= 12);
    }

    [Fact]
    public async Task Alphabet_OfEachLanguage_IsThatLanguages()
    {
        var kazakh = (await guide.AlphabetAsync("kk", CancellationToken.None)).Select(word => word.Letter).Distinct().ToList();
        Assert.Equal(kazakh.Count, kazakh.Distinct().Count());
        Assert.True(kazakh.IndexOf("Қ") == kazakh.IndexOf("К") + 1, "Қ stands behind К");
        var russian = (await guide.AlphabetAsync("ru", CancellationToken.None)).ToList();
        Assert.Equal(russian.Select(word => word.Letter).Distinct().Count(), russian.Select(word => word.Letter).Aggregate(new List<string>(), (runs, letter) => runs.LastOrDefault() == letter ? runs : [.. runs, letter]).Count);
        Assert.Contains("Б", russian.Select(word => word.Letter));
    }

    [Fact]
    public async Task EveryItem_HasWordsAndTownsAreInTheirRegions()
    {
        var items = await guide.ItemsAsync(CancellationToken.None);
        Assert.Equal(54, items.Count);
        Assert.All(items, item => Assert.Equal(3, item.Words.Count));
        Assert.Equal(20, (await guide.TownsAsync(CancellationToken.None)).Select(town => town.RegionKato).Distinct().Count());
        Assert.Null(await guide.FindAsync("9999", CancellationToken.None));
    }

    [Theory]
    [InlineData("телефон", "тлефон", 1)]
    [InlineData("телефон", "телфеон", 1)]
    [InlineData("телефон", "телефоны", 1)]
    [InlineData("телефон", "тилифон", 2)]
    [InlineData("телефон", "магнитофон", 3)]
    public void Distance_CountsSlips(string left, string right, int expected) => Assert.Equal(expected, WordSearch.Distance(left, right, 2));

    [Theory]
    [InlineData("  ЁЛКА-Гирлянда!", "елка гирлянда")]
    [InlineData("Тоңазытқыш", "тоназыткыш")]
    [InlineData("һәм", "хам")]
    [InlineData(null, "")]
    public void Fold_ForgetsWhatFingersForget(string? typed, string expected) => Assert.Equal(expected, WordSearch.Fold(typed));
}

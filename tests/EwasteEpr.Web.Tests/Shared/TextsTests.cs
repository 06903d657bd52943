using System.Text.RegularExpressions;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Shared;

public sealed partial class TextsTests
{
    private static readonly string[] Languages = ["kk", "ru", "en"];

    [Fact]
    public void EveryFeature_SaysTheSameInThreeLanguages()
    {
        var features = Directory.EnumerateFiles(SiteFixture.WebFolder(), "*.kk.resx", SearchOption.AllDirectories).Where(path => !path.Contains("node_modules", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal)).ToList();
        Assert.True(features.Count >= 6);
        var problems = features.Select(path => path[..^".kk.resx".Length])
            .SelectMany(path => TextRules.Problems(Path.GetFileName(path), Languages.ToDictionary(language => language, language => TextRules.Load($"{path}.{language}.resx"), StringComparer.Ordinal)));
        Assert.Empty(problems);
    }

    [Fact]
    public void EveryKeyThatAViewNames_IsThere()
    {
        var problems = new List<string>();
        foreach (var view in Directory.EnumerateFiles(Path.Combine(SiteFixture.WebFolder(), "Features"), "*.cshtml", SearchOption.AllDirectories))
        {
            var source = File.ReadAllText(view);
            var shared = Keys(Path.Combine(SiteFixture.WebFolder(), "Features", "Shared", "SharedText.kk.resx"));
            var own = Injected().Match(source) is { Success: true } match
                ? Keys(TextFileOf(match.Groups["type"].Value))
                : [];
            problems.AddRange(Named().Matches(source)
                .Where(named => !(named.Groups["source"].Value == "T" ? own : shared).Contains(named.Groups["call"].Value == ".N(" ? named.Groups["key"].Value + ".other" : named.Groups["key"].Value))
                .Select(named => $"{Path.GetFileName(view)}: {named.Value}"));
        }

        Assert.Empty(problems);
    }

    /// <summary>A text class is named once in the product, so its last word finds its file.</summary>
    private static string TextFileOf(string type) =>
        Directory.EnumerateFiles(Path.Combine(SiteFixture.WebFolder(), "Features"), type.Split('.')[^1] + ".kk.resx", SearchOption.AllDirectories).Single();

    /// <summary>The rules can object: one broken text for each of them.</summary>
    [Theory]
    [InlineData("Атауы", "Название", "", "Key is empty")]
    [InlineData("Атауы", "Название", null, "Key is missing")]
    [InlineData("Name", "Название", "Name", "not translated")]
    [InlineData("{0} жол", "Строк", "{0} rows", "other placeholders")]
    [InlineData("Атауы", "Нaзвание", "Name", "mixes alphabets")]
    public void Problems_OfABrokenText_AreNamed(string kk, string ru, string? en, string expected)
    {
        var texts = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal)
        {
            ["kk"] = new(StringComparer.Ordinal) { ["Key"] = kk },
            ["ru"] = new(StringComparer.Ordinal) { ["Key"] = ru },
            ["en"] = en is null ? [] : new(StringComparer.Ordinal) { ["Key"] = en },
        };
        Assert.Contains(TextRules.Problems("Test", texts), problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Problems_OfAPluralWithoutAForm_AreNamed()
    {
        var texts = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal)
        {
            ["kk"] = new(StringComparer.Ordinal) { ["Rows.other"] = "{0} жол" },
            ["ru"] = new(StringComparer.Ordinal) { ["Rows.one"] = "{0} строка", ["Rows.many"] = "{0} строк" },
            ["en"] = new(StringComparer.Ordinal) { ["Rows.one"] = "{0} row", ["Rows.other"] = "{0} rows" },
        };
        Assert.Equal(["Test.ru: Rows.few is missing"], TextRules.Problems("Test", texts));
    }

    private static HashSet<string> Keys(string path) => [.. TextRules.Load(path).Keys];

    [GeneratedRegex(@"@inject IStringLocalizer<(?<type>[\w.]+)> T\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Injected();

    /// <summary>T["Key"], S["Key", ...] and T.N("Key", n) with the key written out.</summary>
    [GeneratedRegex(@"\b(?<source>[TS])(?<call>\[|\.N\()""(?<key>[\w.]+)""\s*[\],)]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Named();
}

using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using static EwasteEpr.Tests.Tariffs.GivenTariffs;

namespace EwasteEpr.Tests.Tariffs;

public sealed class SuccessionTests
{
    [Theory]
    [InlineData("2026-12-01", null, SuccessionKind.Closes, "B")] // the open end is closed
    [InlineData("2022-01-11", null, SuccessionKind.Replaces, "B")] // same first day: it takes the place
    [InlineData("2022-01-11", "2023-01-01", SuccessionKind.Overlaps, "B")] // would leave a rest behind
    [InlineData("2021-06-01", null, SuccessionKind.Overlaps, "B")] // would cover two
    [InlineData("2018-01-01", "2019-01-01", SuccessionKind.Overlaps, "A")] // inside a closed one
    [InlineData("2016-01-01", "2017-01-01", SuccessionKind.First, null)]
    [InlineData("2017-01-01", "2022-01-11", SuccessionKind.Replaces, "A")]
    public void Plan_SaysWhatPublishingDoes(string from, string? until, SuccessionKind kind, string? other)
    {
        PublishedRange[] published = [new("A", new DateRange(Day("2017-01-01"), Day("2022-01-11"))), new("B", new DateRange(Day("2022-01-11"), null))];
        var plan = Succession.Plan(new DateRange(Day(from), until is null ? null : Day(until)), published);
        Assert.Equal(new Succession(kind, other), plan);
    }

    [Fact]
    public void Diff_TellsZeroFromNotSetFromMissing()
    {
        TariffRow[] before = [Row(TariffMatch.Category, "1", 0), Row(TariffMatch.Category, "2", null), Row(TariffMatch.Category, "3", 5), Row(TariffMatch.Any, "EEE", 1)];
        TariffRow[] after = [Row(TariffMatch.Category, "1", null), Row(TariffMatch.Category, "2", 0), Row(TariffMatch.Category, "3", 5.0m), Row(TariffMatch.Category, "5", null)];
        Assert.Equal(
            [("1", TariffChange.Changed), ("2", TariffChange.Changed), ("3", TariffChange.Same), ("5", TariffChange.Added), ("EEE", TariffChange.Removed)],
            TariffDiff.Compare(before, after).Select(difference => (difference.Match, difference.Change)));
    }
}

using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Reconciliation.Publication;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Reconciliation;

/// <summary>Attacks what is published of a random country with everything that rows, columns, totals and the balance of mass give away.</summary>
public sealed class SuppressionTests
{
    private static readonly SuppressionRules Rules = SuppressionRules.Standard;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("EWASTE_TEST_ALL") == "1" ? 400 : 120)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void SuppressedCells_CannotBeComputed_WithinTheirRoom(int seed)
    {
        var country = new PublishedCountry(seed);
        var passed = PublicCells.Pass(country.Cells, country.Behind, new HashSet<PublicCell>(), Rules);
        Assert.Contains(passed, cell => !cell.IsSuppressed); // hiding everything would be no art
        foreach (var (cell, width) in Attack(passed))
        {
            var truth = country.Cells.Single(one => one.Place() == cell.Place());
            var isSensitive = Rules.IsSensitive(truth.Grams!.Value, country.Behind.GetValueOrDefault((truth.Region, truth.Category, truth.Measure)));
            var room = isSensitive ? Rules.Room(truth.Grams.Value) : Rules.LeastRoomGrams;
            Assert.True(width >= room - 1, $"seed {seed}: {cell.Measure} of {cell.Region}, {cell.Category} can be told within {width:0} g, and {room} g are its room");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void EverySensitiveCell_IsHidden_AndEveryOtherKeepsItsAmount(int seed)
    {
        var country = new PublishedCountry(seed);
        foreach (var (truth, shown) in country.Cells.Zip(PublicCells.Pass(country.Cells, country.Behind, new HashSet<PublicCell>(), Rules)))
        {
            Assert.Equal(truth.Place(), shown.Place());
            Assert.Equal(shown.IsSuppressed ? null : truth.Grams, shown.Grams);
            Assert.True(shown.IsSuppressed || !Rules.IsSensitive(truth.Grams!.Value, country.Behind.GetValueOrDefault((truth.Region, truth.Category, truth.Measure))));
        }
    }

    /// <summary>The attack must be able to succeed: without companions it finds small cells to the gram.</summary>
    [Fact]
    public void WithoutCompanions_TheAttackFindsSmallCells()
    {
        var found = 0;
        for (var seed = 1; seed <= 25; seed++)
        {
            var country = new PublishedCountry(seed);
            found += Attack(PublicCells.Pass(country.Cells, country.Behind, new HashSet<PublicCell>(), Rules with { WithCompanions = false })).Count(one => one.Width < 1);
        }

        Assert.True(found > 25, $"the attack found {found} cells only");
    }

    /// <summary>What the edition before hid is hidden again where that is no dearer, so that two editions tell no more than one.</summary>
    [Fact]
    public void NextEdition_KeepsItsCompanions()
    {
        var country = new PublishedCountry(3);
        var first = PublicCells.Pass(country.Cells, country.Behind, new HashSet<PublicCell>(), Rules).Where(cell => cell.IsSuppressed).Select(cell => cell.Place()).ToHashSet();
        var grown = country.Cells.Select(cell => cell with { Grams = cell.Grams + (cell.Grams / 200) }).ToList();
        var second = PublicCells.Pass(grown, country.Behind, first, Rules).Where(cell => cell.IsSuppressed).Select(cell => cell.Place()).ToHashSet();
        Assert.Empty(first.Except(second));
    }

    [Theory]
    [InlineData(4, 0, 10, 10, 40, true)] // four people
    [InlineData(5, 0, 10, 10, 50, false)]
    [InlineData(0, 2, 30, 30, 60, true)] // two organisations
    [InlineData(0, 3, 30, 30, 90, false)]
    [InlineData(0, 9, 900, 20, 1000, true)] // one brings nearly all: the rest without the second is 80, less than a tenth of 900
    [InlineData(0, 9, 900, 20, 1020, false)]
    [InlineData(3, 40, 10, 10, 430, true)]
    public void Sensitive_IsWhatTheTextSays(long people, long organisations, long largest, long second, long total, bool sensitive) =>
        Assert.Equal(sensitive, Rules.IsSensitive(total, new Contributors("*", "1", "Collected", people, organisations, largest, second, total)));

    [Fact]
    public void AFigureBehindWhichNobodyIsKnown_IsSensitive_AndNothingIsNot()
    {
        Assert.True(Rules.IsSensitive(1, null));
        Assert.False(Rules.IsSensitive(0, null));
    }

    /// <summary>The range of every hidden cell, from what is published alone.</summary>
    private static IEnumerable<(PublicCell Cell, double Width)> Attack(IReadOnlyList<PublicCell> published)
    {
        var hidden = published.Where(cell => cell.IsSuppressed).ToList();
        if (hidden.Count == 0)
        {
            yield break;
        }

        var (rows, right) = (new List<double[]>(), new List<double>());
        foreach (var equation in Equations(published))
        {
            var row = new double[hidden.Count];
            var known = 0.0;
            foreach (var (cell, sign) in equation)
            {
                if (cell.Grams is { } grams)
                {
                    known += sign * grams;
                }
                else
                {
                    row[hidden.FindIndex(one => one.Place() == cell.Place())] += sign;
                }
            }

            rows.Add(row);
            right.Add(-known / 1000);
        }

        // Each answer leaves the table at a corner that all equations allow, from which the next is near; begun anew now and then, because roundings add up.
        LinearProgram? program = null;
        for (var i = 0; i < hidden.Count; i++)
        {
            if (program is null || i % 16 == 0)
            {
                program = new LinearProgram(rows, right);
                Assert.True(program.Feasible);
            }

            yield return (hidden[i], 1000 * (program.Greatest(i) - program.Least(i)));
        }
    }

    private static IEnumerable<IReadOnlyList<(PublicCell Cell, int Sign)>> Equations(IReadOnlyList<PublicCell> cells)
    {
        foreach (var line in cells.GroupBy(cell => (cell.Measure, cell.Region)).Select(row => (Parts: row, IsSum: (Func<PublicCell, bool>)(cell => cell.Category == "*")))
            .Concat(cells.GroupBy(cell => (cell.Measure, cell.Category)).Select(column => (Parts: (IGrouping<(Measure, string), PublicCell>)column, IsSum: (Func<PublicCell, bool>)(cell => cell.Region == "*")))))
        {
            yield return [.. line.Parts.Select(cell => (cell, line.IsSum(cell) ? -1 : 1))];
        }

        // What was collected lies somewhere or became something: the country's balance, of each category and of all.
        foreach (var balance in cells.Where(cell => cell.Region == "*" && cell.Measure != Measure.PlacedOnMarket).GroupBy(cell => cell.Category))
        {
            yield return [.. balance.Select(cell => (cell, cell.Measure == Measure.Collected ? -1 : 1))];
        }
    }
}

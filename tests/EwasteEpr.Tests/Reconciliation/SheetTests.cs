using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Generation;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Reconciliation.Rates;
using EwasteEpr.Reconciliation.Sheets;
using EwasteEpr.Tests.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Reconciliation;

public sealed class SheetTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly KnownCodes Known = new(new Dictionary<string, string> { ["0306"] = "6", ["0108"] = "1" }, new HashSet<string> { "750000000" });

    [Theory]
    [InlineData("Sold;6;;750000000;2020;;1", SheetProblemCode.BadWord, "flow")]
    [InlineData("Collected;7;;750000000;2020;;1", SheetProblemCode.BadCategory, "category")]
    [InlineData("Collected;;9999;750000000;2020;;1", SheetProblemCode.BadKey, "unu_key")]
    [InlineData("Collected;6;;75;2020;;1", SheetProblemCode.BadRegion, "region")]
    [InlineData("Collected;6;;750000000;20;;1", SheetProblemCode.BadYear, "year")]
    [InlineData("Collected;6;;750000000;2020;5;1", SheetProblemCode.BadQuarter, "quarter")]
    [InlineData("Collected;6;;750000000;2020;;much", SheetProblemCode.BadNumber, "tonnes")]
    [InlineData("Collected;6;;750000000;2020;;-1", SheetProblemCode.OutOfRange, "tonnes")]
    [InlineData("Collected;6;;750000000;2021;1;5", SheetProblemCode.Repeated, "")]
    [InlineData("Collected;6;0306;750000000;2021;;5", SheetProblemCode.Repeated, "")]
    public void Read_OfABadRow_RefusesItAndKeepsTheOthers(string row, SheetProblemCode code, string column)
    {
        var reading = SheetReader.Read(SheetKind.History, "flow;category;unu_key;region;year;quarter;tonnes\nCollected;6;;750000000;2021;;1 234,5\n" + row, Known);
        var problem = Assert.Single(reading.Problems);
        Assert.Equal((code, column, 3), (problem.Code, problem.Column, problem.Row));
        Assert.Equal(1_234_500_000m, Assert.Single(reading.Rows).Value);
    }

    [Fact]
    public void Read_WithoutAColumn_SaysWhich() =>
        Assert.Contains(SheetReader.Read(SheetKind.Population, "region;year\n750000000;2024", Known).Problems, problem => problem is { Code: SheetProblemCode.MissingColumn, Column: "persons" });

    /// <summary>One person brings it, another puts it in force; then it is a figure of its own basis, and the same file changes nothing.</summary>
    [Fact]
    public async Task History_IsAppliedByASecondPerson_AndFeedsTheMatrixAsImported()
    {
        var service = new SheetService(database.Db);
        var (first, second) = (await PersonAsync(), await PersonAsync());
        const string csv = "flow;category;region;year;quarter;tonnes\nPlacedOnMarket;5;750000000;2011;;100\nPlacedOnMarket;5;350000000;2011;;40,5\nCollected;5;;2012;1;7\nCollected;5;;2012;2;7\nCollected;5;;2012;3;7\nCollected;9;;2012;4;7";
        var reading = await service.ReadAsync(SheetKind.History, csv, default);
        Assert.Single(reading.Problems);
        var id = Assert.IsType<ProposeSheetOutcome.Proposed>(await service.ProposeAsync(reading, new SheetLabel("past.csv", "Committee", "2013-01", false), first, default)).SheetId;
        var set = await new Figures(database.Db).ReadAsync(new Selection(2012), default);
        Assert.True(set.Of(Measure.PlacedOnMarket, "5", 2011).IsMissing); // proposed is not in force
        Assert.Equal(DecideSheetOutcome.SamePerson, await service.ApplyAsync(id, first, default));
        Assert.Equal(DecideSheetOutcome.Done, await service.ApplyAsync(id, second, default));
        set = await new Figures(database.Db).ReadAsync(new Selection(2012), default);
        Assert.Equal(new Figure(140_500_000, 2, FigureBasis.Imported), set.Of(Measure.PlacedOnMarket, "5", 2011));
        Assert.True(set.Of(Measure.Collected, "5", 2012).IsMissing); // three quarters are no year
        Assert.Equal(100_000_000, (await new Figures(database.Db).ReadAsync(new Selection(2012, Region: "750000000"), default)).Of(Measure.PlacedOnMarket, "5", 2011).Amount);

        Assert.IsType<ProposeSheetOutcome.SameFile>(await service.ProposeAsync(await service.ReadAsync(SheetKind.History, csv, default), new SheetLabel("again.csv", "x", "y", false), first, default));
        var overlapping = await service.ReadAsync(SheetKind.History, "flow;category;region;year;quarter;tonnes\nPlacedOnMarket;5;750000000;2011;3;1", default);
        Assert.Equal(SheetProblemCode.AlreadyThere, Assert.Single(overlapping.Problems).Code);
        await MatrixTests.AssertInvariantsAsync(database);
    }

    [Fact]
    public async Task Propose_WithoutASource_IsRefused()
    {
        var service = new SheetService(database.Db);
        var reading = await service.ReadAsync(SheetKind.Growth, "category;percent\n*;1,5", default);
        Assert.IsType<ProposeSheetOutcome.SourceNeeded>(await service.ProposeAsync(reading, new SheetLabel("growth.csv", "", "1", false), await PersonAsync(), default));
        Assert.IsType<ProposeSheetOutcome.NoRows>(await service.ProposeAsync(reading with { Rows = [], Sha256 = new byte[32] }, new SheetLabel("growth.csv", "x", "1", false), await PersonAsync(), default));
    }

    /// <summary>A lifetime that two people entered replaces that of the reference file, with its source.</summary>
    [Fact]
    public async Task Lifetimes_OfTheOperator_ReplaceTheReference()
    {
        var service = new SheetService(database.Db);
        var reading = await service.ReadAsync(SheetKind.Lifetimes, "unu_key;shape;scale\n0601;1,5;9", default);
        Assert.Empty(reading.Problems);
        var id = Assert.IsType<ProposeSheetOutcome.Proposed>(await service.ProposeAsync(reading, new SheetLabel("lifetimes.csv", "Survey", "2024", false), await PersonAsync(), default)).SheetId;
        Assert.Equal(DecideSheetOutcome.Done, await service.ApplyAsync(id, await PersonAsync(), default));
        var input = await new GenerationService(database.Db).ReadAsync(null, default);
        var row = Assert.Single(input.Lifetimes, one => one.UnuKey == "0601");
        Assert.Equal((1.5, 9.0, "Survey", "2024"), (row.Shape, row.ScaleYears, row.Source, row.Version));
    }

    /// <summary>The published check of variant A, through the same way that the page takes; and after the last year the assumption holds.</summary>
    [Fact]
    public void Estimate_OfThePublishedCheck_IsReproduced()
    {
        var placed = Enumerable.Range(1, 10).Select(year => new PlacedRow("0306", "6", 2000 + year, year * 1_000_000L)).ToList();
        var input = new GenerationInput(placed, [new LifetimeRow("0306", "6", 1.2, 1, "check", "1")], [new GrowthRow("*", 10, "x", "1", true)]);
        var rows = input.Estimate(new GenerationQuestion(WeeeVariant.A, 2012));
        double[] expected = [0, 0.632120559, 1.531600372, 2.507779493, 3.502677029, 4.50166788, 5.501481144, 6.501448519, 7.5014431, 8.501442241];
        Assert.All(expected.Zip(rows), pair => Assert.Equal(pair.First, pair.Second.GeneratedTonnes, 1e-8));
        Assert.Equal([11.0, 12.1], rows.Where(row => row.IsForecast).Select(row => Math.Round(row.PlacedTonnes, 9)));
        Assert.Empty(input.AbsentYears);
    }

    private async Task<Actor> PersonAsync() => GivenPeople.Acting((await new GivenPeople(database).PersonAsync()).Id);
}

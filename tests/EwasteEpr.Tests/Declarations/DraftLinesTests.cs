using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Tests.Declarations;

public sealed class DraftLinesTests(GivenDeclarations given) : IClassFixture<GivenDeclarations>
{
    [Fact]
    public async Task Add_WithEveryColumn_KeepsWhatWasWrittenAndEveryFactor()
    {
        var key = await given.DraftAsync();
        var fields = new LineFields
        {
            [Column.HsCode] = "8517 13 000 0", [Column.UnuKey] = "0306", [Column.Description] = "Телефон, чёрный", [Column.Units] = "1 250", [Column.MassKg] = "262,5",
            [Column.Packaging] = "бумага: 12,5; пластик 3", [Column.BatteryKg] = "40", [Column.Source] = "импорт", [Column.Condition] = "новый",
            [Column.ObligationDate] = given.Day.ToString("dd.MM.yyyy"), [Column.Origin] = "Китай", [Column.DocumentNo] = "DT-1",
        };

        var saved = Assert.IsType<LineOutcome.Saved>(await given.Lines.AddAsync(key, fields, GivenDeclarations.Person(key.Organisation), default));

        var line = (await given.Queries.GetAsync(key, 1, saved.LineNo, default))!;
        Assert.Equal(("8517130000", "0306", "6", 262_500L, 40_000L, 1250L), (line.Line.HsCode, line.Line.UnuKey, line.Line.Category, line.Line.MassGrams, line.Line.BatteryGrams, line.Line.Units));
        Assert.Equal(("third_country", "new", "CN", "DT-1", given.Day), (line.Line.Source, line.Line.Condition, line.Line.Origin, line.Line.DocumentNo, line.Line.ObligationDate));
        var product = decimal.Round(0.2625m * line.Line.MciValue!.Value * line.Line.Coefficient!.Value, 2, MidpointRounding.AwayFromZero);
        Assert.Equal((long)(product * 100), line.Line.ProductFeeTiyn);
        Assert.Equal(["paper", "plastic"], line.Packaging.Select(item => item.Kind));
        Assert.Equal(line.Line.FeeTiyn, line.Line.ProductFeeTiyn + line.Packaging.Sum(item => item.FeeTiyn));
        Assert.Equal("paper:12.5; plastic:3", line.Fields[Column.Packaging]);
        Assert.Equal("1250", line.Fields[Column.Units]);
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Add_WithErrors_StoresNothingAndMovesNothing()
    {
        var key = await given.DraftAsync();

        var outcome = await given.Lines.AddAsync(key, given.Line(massKg: "-1", date: ""), GivenDeclarations.Person(key.Organisation), default);

        Assert.Equal(["MASS-02", "DATE-04"], Assert.IsType<LineOutcome.Refused>(outcome).Problems.Select(problem => problem.Code));
        var detail = (await given.Declarations.GetAsync(key, null, default))!;
        Assert.Equal((0L, 0), (detail.DraftRevision, detail.Version.Lines));
    }

    [Fact]
    public async Task Add_WithADateOutsideThePeriod_IsRefused()
    {
        var key = await given.DraftAsync();
        var outside = given.LastQuarter.Days.From.AddDays(-1);

        var outcome = await given.Lines.AddAsync(key, given.Line(date: outside.ToString("yyyy-MM-dd")), GivenDeclarations.Person(key.Organisation), default);

        Assert.Equal("DATE-05", Assert.Single(Assert.IsType<LineOutcome.Refused>(outcome).Problems).Code);
    }

    [Fact]
    public async Task Change_FromTwoTabs_RefusesTheSecondAndShowsTheLineAsItIs()
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        var lineNo = await given.LineAsync(key);
        var shown = (await given.Queries.GetAsync(key, 1, lineNo, default))!.Line.ChangedRevision;

        Assert.IsType<LineOutcome.Saved>(await given.Lines.ChangeAsync(key, lineNo, given.Line(massKg: "13"), shown, person, default));
        var second = await given.Lines.ChangeAsync(key, lineNo, given.Line(massKg: "14"), shown, person, default);
        var removed = await given.Lines.RemoveAsync(key, lineNo, shown, person, default);

        Assert.Equal("13", Assert.IsType<LineOutcome.Stale>(second).Now[Column.MassKg]);
        Assert.IsType<LineOutcome.Stale>(removed);
        Assert.Equal(13_000, (await given.Declarations.GetAsync(key, null, default))!.Version.MassGrams);
    }

    [Fact]
    public async Task Lines_ThatSayTheSame_AreAllFlaggedAndFreedWhenOneChanges()
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        await given.LineAsync(key);
        await given.LineAsync(key);
        var third = await given.LineAsync(key, given.Line(description: "Other phones"));
        Assert.Equal(2, Assert.Single((await given.Problems.SummaryAsync(key, 1, default))!.Groups, group => group.Code == DraftRules.Duplicate).Rows);

        var second = (await given.Queries.GetAsync(key, 1, 2, default))!;
        await given.Lines.ChangeAsync(key, 2, given.Line(description: "Blue phones"), second.Line.ChangedRevision, person, default);

        Assert.Empty((await given.Problems.SummaryAsync(key, 1, default))!.Groups);
        Assert.Equal(3, third);
    }

    [Fact]
    public async Task Category_ChangedAFourthTime_IsAWarning()
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        var lineNo = await given.LineAsync(key, given.Line(units: ""));
        foreach (var unuKey in new[] { "0108", "0306", "0108", "0306" })
        {
            var line = (await given.Queries.GetAsync(key, 1, lineNo, default))!;
            Assert.IsType<LineOutcome.Saved>(await given.Lines.ChangeAsync(key, lineNo, given.Line(unuKey, units: ""), line.Line.ChangedRevision, person, default));
        }

        Assert.Equal(DraftRules.CategoryChangedOften, Assert.Single((await given.Problems.SummaryAsync(key, 1, default))!.Groups).Code);
    }

    [Fact]
    public async Task Reason_StaysWithItsWarning_WhenAnotherLineChanges()
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        var heavy = await given.LineAsync(key, given.Line(massKg: "500", units: "1"));
        Assert.Equal(1, (await given.Declarations.GetAsync(key, null, default))!.Version.OpenWarnings);
        await given.Problems.GiveReasonAsync(key, new ProblemSelection("UNIT-01", "mass_kg"), heavy, "A stand with chargers", person, default);
        var group = Assert.Single((await given.Problems.SummaryAsync(key, 1, default))!.Groups);
        await given.Problems.GiveReasonAsync(key, new ProblemSelection(group.Code, group.Column), null, "A stand with chargers", person, default);

        await given.LineAsync(key, given.Line(description: "Others"));

        Assert.Equal(0, (await given.Declarations.GetAsync(key, null, default))!.Version.OpenWarnings);
        Assert.Equal("A stand with chargers", Assert.Single((await given.Queries.GetAsync(key, 1, heavy, default))!.Problems).Reason);
    }
}

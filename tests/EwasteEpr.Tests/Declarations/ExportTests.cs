using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tests.Declarations;

public sealed class ExportTests(GivenDeclarations given) : IClassFixture<GivenDeclarations>
{
    private ExportedLine Export(DeclarationKey declared, string massKg, string condition = "new", string test = "", int line = 1) =>
        new(declared.Number, line, massKg, "", condition, given.Day.ToString("O"), test);

    private async Task<DeclarationKey> DeclaredAsync(string massKg = "100")
    {
        var key = await given.DraftAsync();
        await given.LineAsync(key, given.Line(massKg: massKg, units: ""));
        await given.SubmitAsync(key);
        return key;
    }

    private async Task<DeclarationKey> ExportAsync(DeclarationKey declared, string massKg)
    {
        var key = await given.DraftAsync(declared.Organisation, new NewDeclaration.OfExport($"EX {Guid.CreateVersion7()}"));
        Assert.IsType<LineOutcome.Saved>(await given.Exports.AddAsync(key, Export(declared, massKg), GivenDeclarations.Person(key.Organisation), default));
        return key;
    }

    private async Task<SubmitOutcome> TrySubmitAsync(DeclarationKey key)
    {
        var person = GivenDeclarations.Person(key.Organisation);
        var report = (await given.Submission.CheckAsync(key, person, default))!;
        return await given.Submission.SubmitAsync(key, report.Revision, person, default);
    }

    [Fact]
    public async Task Export_OfMoreThanTheLineHas_IsRefusedWithWhatIsLeft()
    {
        var declared = await DeclaredAsync();
        await given.SubmitAsync(await ExportAsync(declared, "60,5"));
        var key = await given.DraftAsync(declared.Organisation, new NewDeclaration.OfExport("EX too much"));

        var outcome = await given.Exports.AddAsync(key, Export(declared, "40"), GivenDeclarations.Person(key.Organisation), default);

        var problem = Assert.Single(Assert.IsType<LineOutcome.Refused>(outcome).Problems);
        Assert.Equal((DraftRules.ExportExceedsLeft, "39.5"), (problem.Code, problem.Detail));
    }

    [Fact]
    public async Task Exports_SubmittedAtOnce_NeverExceedTheLine()
    {
        var declared = await DeclaredAsync();
        var drafts = new List<DeclarationKey>();
        for (var i = 0; i < 6; i++)
        {
            drafts.Add(await ExportAsync(declared, "30"));
        }

        var outcomes = await Task.WhenAll(drafts.Select(TrySubmitAsync));

        Assert.Equal(3, outcomes.OfType<SubmitOutcome.Submitted>().Count());
        Assert.All(outcomes.OfType<SubmitOutcome.ExportExceedsDeclared>(), refused => Assert.Equal((declared.Number, 1, 10_000L), (refused.Number, refused.LineNo, refused.LeftGrams)));
        Assert.Equal(90_000, await given.ScalarAsync<long>(
            "select exported_grams from exported_lines e join declarations d using (declaration_id) where d.number = @number", new { number = declared.Number }));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Correction_BelowWhatWasExported_IsRefused()
    {
        var declared = await DeclaredAsync();
        await given.SubmitAsync(await ExportAsync(declared, "60"));
        var person = GivenDeclarations.Person(declared.Organisation);
        await given.Corrections.StartAsync(declared, "A slip", person, default);
        var line = (await given.Queries.GetAsync(declared, 2, 1, default))!;
        await given.Lines.ChangeAsync(declared, 1, given.Line(massKg: "50", units: ""), line.Line.ChangedRevision, person, default);

        Assert.Equal(declared.Number, Assert.IsType<SubmitOutcome.ExportExceedsDeclared>(await TrySubmitAsync(declared)).Number);

        line = (await given.Queries.GetAsync(declared, 2, 1, default))!;
        await given.Lines.ChangeAsync(declared, 1, given.Line(massKg: "60", units: ""), line.Line.ChangedRevision, person, default);
        Assert.IsType<SubmitOutcome.Submitted>(await TrySubmitAsync(declared));
    }

    [Fact]
    public async Task Correction_OfAnExport_GivesBackWhatItTakesAway()
    {
        var declared = await DeclaredAsync();
        var export = await ExportAsync(declared, "80");
        await given.SubmitAsync(export);
        var person = GivenDeclarations.Person(export.Organisation);
        await given.Corrections.StartAsync(export, "Part of it came back", person, default);
        var line = (await given.Queries.GetAsync(export, 2, 1, default))!;
        Assert.IsType<LineOutcome.Removed>(await given.Lines.RemoveAsync(export, 1, line.Line.ChangedRevision, person, default));
        Assert.IsType<LineOutcome.Refused>(await given.Exports.AddAsync(export, Export(declared, "100,001"), person, default));
        Assert.IsType<LineOutcome.Saved>(await given.Exports.AddAsync(export, Export(declared, "20"), person, default));

        Assert.IsType<SubmitOutcome.Submitted>(await TrySubmitAsync(export));

        Assert.Equal(20_000, await given.ScalarAsync<long>(
            "select exported_grams from exported_lines e join declarations d using (declaration_id) where d.number = @number", new { number = declared.Number }));
    }

    [Fact]
    public async Task Export_OfUsedEquipmentWithoutATest_OrOfAnothersLine_IsRefused()
    {
        var declared = await DeclaredAsync();
        var others = await DeclaredAsync();
        var key = await given.DraftAsync(declared.Organisation, new NewDeclaration.OfExport("EX used"));
        var person = GivenDeclarations.Person(key.Organisation);

        var used = Assert.IsType<LineOutcome.Refused>(await given.Exports.AddAsync(key, Export(declared, "1", "used"), person, default));
        var tested = await given.Exports.AddAsync(key, Export(declared, "1", "used", "FT-12"), person, default);
        var foreign = Assert.IsType<LineOutcome.Refused>(await given.Exports.AddAsync(key, Export(others, "1"), person, default));

        Assert.Equal(DraftRules.ExportNeedsFunctionTest, Assert.Single(used.Problems).Code);
        Assert.IsType<LineOutcome.Saved>(tested);
        Assert.Equal(DraftRules.ExportUnknownLine, Assert.Single(foreign.Problems).Code);
    }

    [Fact]
    public async Task ExportableLines_ShowWhatIsLeft_AfterTheDraftItself()
    {
        var declared = await DeclaredAsync();
        await given.SubmitAsync(await ExportAsync(declared, "60"));
        var draft = await ExportAsync(declared, "15");
        var lines = new ExportableLines(given.Db);

        var line = Assert.Single((await lines.ListAsync(draft, null, null, default)).Rows);
        Assert.Equal((declared.Number, 1, 100_000L, 25_000L), (line.Number, line.LineNo, line.MassGrams, line.LeftGrams));
        Assert.Empty((await lines.ListAsync(draft, "no such thing", null, default)).Rows);
        Assert.Empty((await lines.ListAsync(draft, null, new ExportCursor(declared.Number, 1), default)).Rows);
        Assert.Null(await lines.FindAsync(draft, (await DeclaredAsync()).Number, 1, default));
    }

    [Fact]
    public async Task AddAll_WithOneWrongRow_AddsNothingAndNamesTheRow()
    {
        var declared = await DeclaredAsync();
        var key = await given.DraftAsync(declared.Organisation, new NewDeclaration.OfExport("EX many"));
        var person = GivenDeclarations.Person(key.Organisation);

        var refused = Assert.IsType<LineOutcome.Refused>(await given.Exports.AddAllAsync(key, [Export(declared, "60"), Export(declared, "50")], person, default));
        var problem = Assert.Single(refused.Problems);
        Assert.Equal((2, DraftRules.ExportExceedsLeft, "40"), (problem.RowNo, problem.Code, problem.Detail));
        Assert.Empty((await given.Queries.ListAsync(key, 1, new LineFilter(), default)).Rows);

        Assert.IsType<LineOutcome.Saved>(await given.Exports.AddAllAsync(key, [Export(declared, "60"), Export(declared, "40")], person, default));
        Assert.Equal(2, (await given.Queries.ListAsync(key, 1, new LineFilter(), default)).Rows.Count);
    }
}

using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Uploads;

namespace EwasteEpr.Tests.Declarations;

public sealed class FixTests(GivenDeclarations given) : IClassFixture<GivenDeclarations>
{
    private async Task<EwasteEpr.Declarations.DeclarationKey> FaultyFileAsync()
    {
        var key = await given.DraftAsync();
        var day = given.Day.ToString("O");
        await given.FileAsync(key, "hs_code;description;mass_kg;units;obligation_date\n" +
            string.Concat(Enumerable.Range(1, 6).Select(i => $"8517 99 000 0;Phone {i};{i},5;;{day}\n")) +
            $"9999 99;Lamp;1;;{day}\n8517130000;Phone 8;1,2345;;{day}\n8517130000;Phone 9;2;;{day}\n");
        return key;
    }

    [Fact]
    public async Task Fix_ForAllRowsLikeIt_MakesThemLinesUnderTheirOldNumbers()
    {
        var key = await FaultyFileAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        var before = (await given.Problems.SummaryAsync(key, 1, default))!;
        Assert.Equal((9, 1, 0, 8), (before.Rows, before.Accepted, before.Warned, before.Refused));
        var group = before.Groups[0];
        var value = (await given.Problems.ValuesAsync(key, 1, group.Code, group.Column, default))[0];
        Assert.Equal((6, 2), (value.Rows, value.FirstRowNo));

        var outcome = await given.Fixes.ApplyAsync(key, new ProblemSelection(group.Code, group.Column, value.Value), "8517130000", person, default);

        var applied = Assert.IsType<FixOutcome.Applied>(outcome);
        Assert.Equal((6, 6, 0), (applied.Changed, applied.NowRight, applied.StillWrong));
        var after = (await given.Problems.SummaryAsync(key, 1, default))!;
        Assert.Equal((9, 7, 0, 2), (after.Rows, after.Accepted, after.Warned, after.Refused));
        Assert.Equal([1, 2, 3, 4, 5, 6, 9], (await given.Queries.ListAsync(key, 1, new LineFilter(), default)).Rows.Select(line => line.LineNo));
        Assert.IsType<FixOutcome.NothingToFix>(await given.Fixes.ApplyAsync(key, new ProblemSelection(group.Code, group.Column, value.Value), "8517130000", person, default));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Undo_GivesBackWhatWasWrittenAndLeavesLaterChangesAlone()
    {
        var key = await FaultyFileAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        var group = (await given.Problems.SummaryAsync(key, 1, default))!.Groups[0];
        var value = (await given.Problems.ValuesAsync(key, 1, group.Code, group.Column, default))[0];
        var fix = Assert.IsType<FixOutcome.Applied>(await given.Fixes.ApplyAsync(key, new ProblemSelection(group.Code, group.Column, value.Value), "8517130000", person, default));
        var third = (await given.Queries.GetAsync(key, 1, 3, default))!;
        await given.Lines.ChangeAsync(key, 3, third.Fields.With(Column.MassKg, "77"), third.Line.ChangedRevision, person, default);

        var undone = await given.Fixes.UndoAsync(key, fix.FixId, person, default);

        Assert.Equal(new FixOutcome.Undone(5, 1), undone);
        Assert.Equal("8517 99 000 0", (await given.Queries.GetParkedAsync(key, 1, 1, default))!.Fields[Column.HsCode]);
        Assert.Equal("1,5", (await given.Queries.GetParkedAsync(key, 1, 1, default))!.Fields[Column.MassKg]);
        Assert.Equal(77_000, (await given.Queries.GetAsync(key, 1, 3, default))!.Line.MassGrams);
        Assert.IsType<FixOutcome.NotUndoable>(await given.Fixes.UndoAsync(key, fix.FixId, person, default));
    }

    [Fact]
    public async Task Fix_ThatIsStillWrong_KeepsTheRowsParked()
    {
        var key = await FaultyFileAsync();
        var group = (await given.Problems.SummaryAsync(key, 1, default))!.Groups[0];
        var value = (await given.Problems.ValuesAsync(key, 1, group.Code, group.Column, default))[0];

        var outcome = await given.Fixes.ApplyAsync(key, new ProblemSelection(group.Code, group.Column, value.Value), "99", GivenDeclarations.Person(key.Organisation), default);

        Assert.Equal(6, Assert.IsType<FixOutcome.Applied>(outcome).StillWrong);
        Assert.Equal(9, (await given.Problems.SummaryAsync(key, 1, default))!.Rows);
    }

    [Fact]
    public async Task ProblemRows_ShowTheirFieldsPageByPage()
    {
        var key = await FaultyFileAsync();
        var group = (await given.Problems.SummaryAsync(key, 1, default))!.Groups[0];

        var page = await given.Problems.RowsAsync(key, 1, new ProblemSelection(group.Code, group.Column), 0, 50, default);

        Assert.Equal(7, page.Rows.Count);
        Assert.Equal("Phone 1", page.Rows[0].Fields[Column.Description]);
    }

    [Fact]
    public async Task ParkedRow_PutRightByHand_BecomesALine()
    {
        var key = await FaultyFileAsync();
        var parked = (await given.Queries.GetParkedAsync(key, 1, 8, default))!;

        var outcome = await given.Lines.ChangeAsync(key, 8, parked.Fields.With(Column.MassKg, "1,234"), parked.ChangedRevision, GivenDeclarations.Person(key.Organisation), default);

        Assert.IsType<LineOutcome.Saved>(outcome);
        Assert.Equal(1_234, (await given.Queries.GetAsync(key, 1, 8, default))!.Line.MassGrams);
    }
}

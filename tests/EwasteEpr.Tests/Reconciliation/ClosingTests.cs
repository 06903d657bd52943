using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Closing;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Tests.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Reconciliation;

public sealed class ClosingTests
{
    private static readonly Support.Scene Broken = new(SetAsync);

    [Fact]
    public async Task Close_FreezesFiguresWithTheirHash_AndShowsLaterChangesAsAdjustments()
    {
        await using var scene = await SceneAsync();
        var (database, country, closing, period) = scene;
        var (first, second) = (await PersonAsync(database), await PersonAsync(database));
        Assert.Equal(ClosingOutcome.Done, await closing.ProposeAsync(period, "all looked at", first, default));
        Assert.Equal(ClosingOutcome.AlreadyDecided, await closing.ProposeAsync(period, "twice", first, default));
        var row = Assert.Single(await closing.ListAsync(period, default));
        Assert.NotEmpty(PeriodClosing.Findings(row.Findings));
        Assert.Equal(ClosingOutcome.SamePerson, await closing.CloseAsync(row.ClosureId, first, default));
        Assert.Equal(ClosingOutcome.Done, await closing.CloseAsync(row.ClosureId, second, default));
        row = Assert.Single(await closing.ListAsync(period, default));

        // The hash can be made again by whoever has the file: one line a cell, in byte order.
        var cells = await closing.CellsAsync(row.ClosureId, default);
        Assert.Equal(row.Cells, cells.Count);
        var text = $"{period}\n" + string.Concat(cells.Select(cell => $"{cell.RegionKato};{cell.Measure};{cell.Category};{cell.Amount};{cell.Records}\n"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), row.Sha256);
        Assert.Equal(cells.Where(cell => cell.Measure == "Collected").Sum(cell => cell.Amount), country.Expect(Measure.Collected, new Selection(period / 10)));
        Assert.Empty(await closing.AdjustmentsAsync(row.ClosureId, 100, default));

        // What comes afterwards is an adjustment; the frozen table stays.
        await country.SetDaysAgoAsync(400);
        for (var step = 0; step < 30; step++)
        {
            await country.StepAsync();
        }

        var adjustments = await closing.AdjustmentsAsync(row.ClosureId, 1000, default);
        Assert.NotEmpty(adjustments);
        Assert.Equal(country.Expect(Measure.Collected, new Selection(period / 10)) - cells.Where(cell => cell.Measure == "Collected").Sum(cell => cell.Amount), adjustments.Where(one => one.Measure == "Collected").Sum(one => one.Difference));
        await database.SetClockOffsetAsync(TimeSpan.Zero);

        // Opened again by two people, with a reason; the trace stays and the period can be closed anew.
        Assert.Equal(ClosingOutcome.ReasonNeeded, await closing.ReopenAsync(row.ClosureId, second, default));
        Assert.Equal(ClosingOutcome.Done, await closing.AskToReopenAsync(row.ClosureId, "a declaration was missing", first, default));
        Assert.Equal(ClosingOutcome.SamePerson, await closing.ReopenAsync(row.ClosureId, first, default));
        Assert.Equal(ClosingOutcome.Done, await closing.ReopenAsync(row.ClosureId, second, default));
        Assert.Equal(ClosingOutcome.Done, await closing.ProposeAsync(period, "again", second, default));
        Assert.Equal(["Proposed", "Reopened"], (await closing.ListAsync(period, default)).Select(one => one.State));
        await MatrixTests.AssertInvariantsAsync(database);
    }

    [Fact]
    public async Task Propose_OfAPeriodThatRuns_IsRefused()
    {
        await using var scene = await SceneAsync();
        Assert.Equal(ClosingOutcome.NotOver, await scene.Closing.ProposeAsync(BusinessTime.Today(TimeProvider.System).Year * 10, "", await PersonAsync(scene.Database), default));
    }

    [Theory]
    [InlineData("Each closed period has the hash of its frozen figures", "has another hash", "alter table reconciliation.closure_cells disable trigger all; update reconciliation.closure_cells set amount = amount + 1 where measure = 'Collected'")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sabotage)
    {
        var finding = await Broken.BreakAsync(invariant, sabotage);
        Assert.Contains(expected, finding.FirstBroken, StringComparison.Ordinal);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var scene = await SceneAsync();
        Assert.Equal(ClosingOutcome.Done, await scene.Closing.ProposeAsync(scene.Period, "", await PersonAsync(scene.Database), default));
        var id = (await scene.Closing.ListAsync(scene.Period, default))[0].ClosureId;
        Assert.Equal(ClosingOutcome.Done, await scene.Closing.CloseAsync(id, await PersonAsync(scene.Database), default));
        await MatrixTests.AssertInvariantsAsync(scene.Database);
        return scene.Database;
    }

    private static async Task<Actor> PersonAsync(TestDatabase database) => GivenPeople.Acting((await new GivenPeople(database).PersonAsync()).Id);

    /// <summary>A country in which things happened four hundred days ago; that year is over.</summary>
    private static async Task<Scene> SceneAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var country = new RandomCountry(database, 11);
        await country.FoundAsync();
        await country.SetDaysAgoAsync(400);
        for (var step = 0; step < 60; step++)
        {
            await country.StepAsync();
        }

        await database.SetClockOffsetAsync(TimeSpan.Zero);
        return new Scene(database, country, new PeriodClosing(database.Db), country.Facts.Where(fact => fact.Measure == Measure.Collected).Max(fact => fact.Period) / 10 * 10);
    }

    private sealed record Scene(TestDatabase Database, RandomCountry Country, PeriodClosing Closing, int Period) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Country.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}

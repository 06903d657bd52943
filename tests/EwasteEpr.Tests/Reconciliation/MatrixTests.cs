using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Tests.Support;
using EwasteEpr.Verification;

namespace EwasteEpr.Tests.Reconciliation;

public sealed class MatrixTests
{
    private static readonly Scene Scene = new(SetAsync);

    /// <summary>Every figure of every view, in all filters, is what the book beside the database says and the sum of what it opens to.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task EveryFigure_IsTheSumOfWhatItOpensTo(int seed)
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        await using var country = new RandomCountry(database, seed);
        await country.FoundAsync();
        var folding = new FigureFolding(database.Db);
        var random = new Random(seed);
        foreach (var daysAgo in new[] { 900, 500, 300, 100, 1, 0 })
        {
            await country.SetDaysAgoAsync(daysAgo);
            for (var step = 0; step < 40; step++)
            {
                await country.StepAsync();
                if (random.Next(15) == 0)
                {
                    await folding.FoldAsync(CancellationToken.None);
                }
            }
        }

        // The last steps stay in the tail; then all of it is folded; the figures must not move.
        await AssertFiguresAsync(database, country);
        await FoldAllAsync(database);
        await AssertFiguresAsync(database, country);
        await AssertInvariantsAsync(database);
        await folding.RebuildAsync(CancellationToken.None);
        await AssertInvariantsAsync(database);
        await database.DisposeAsync();
    }

    /// <summary>A transaction that is still open when others are folded: its figures come when it ends, once.</summary>
    [Fact]
    public async Task Fold_WhileATransactionIsOpen_LosesNothing()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        await using var country = new RandomCountry(database, 7);
        await country.FoundAsync();
        await country.SetDaysAgoAsync(0);
        await using (var connection = await database.Owner.OpenConnectionAsync())
        await using (var slow = await connection.BeginTransactionAsync())
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "select ledger.post('direct_weighed_in', 'slow', uuidv7(), 1, 'mass:2', ledger.open_account('mass_citizens', null, 'mass:2'), ledger.open_account('mass_reused', uuidv7(), 'mass:2'), 12345)";
            await command.ExecuteNonQueryAsync();
            for (var step = 0; step < 20; step++)
            {
                await country.StepAsync();
                await new FigureFolding(database.Db).FoldAsync(CancellationToken.None);
            }

            await AssertFiguresAsync(database, country);
            await slow.CommitAsync();
        }

        var year = BusinessTime.Today(TimeProvider.System).Year;
        for (var round = 0; round < 2; round++)
        {
            var set = await new Figures(database.Db).ReadAsync(new Selection(year), CancellationToken.None);
            Assert.Equal(12345, set.Of(Measure.Collected, "2", new Selection(year)).Amount);
            await new FigureFolding(database.Db).FoldAsync(CancellationToken.None);
        }

        await AssertInvariantsAsync(database);
        await database.DisposeAsync();
    }

    [Fact]
    public async Task WithoutRecords_EveryFigureIsMissing()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var set = await new Figures(database.Db).ReadAsync(new Selection(2025), CancellationToken.None);
        Assert.All(Measures.All, measure => Assert.True(set.Of(measure, null, new Selection(2025)).IsMissing));
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData("Each figure of the reconciliation is the sum of its records", "the cell says", "update reconciliation.cells set amount = amount + 1 where measure = 'Collected' and region_kato = '*'")]
    [InlineData("Each figure of the reconciliation is the sum of its records", "the cell says 0", "delete from reconciliation.cells where measure = 'AtPoints'")]
    [InlineData("What was collected lies somewhere or became something, to the gram", "g came and", "update reconciliation.cells set amount = amount - 1 where measure = 'Collected' and region_kato = '*' and period % 10 = 0")]
    [InlineData("Each declared version that holds is counted once, and no other", "is counted and does not hold", "update declarations set state = 'Returned'")]
    [InlineData("Each declared version that holds is counted once, and no other", "holds and is not counted", "delete from reconciliation.turns")]
    [InlineData("Figures are folded only up to the present", "restored from a dump", "update reconciliation.folding set through = '9000000000'")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sabotage)
    {
        var finding = await Scene.BreakAsync(invariant, sabotage);
        Assert.Contains(expected, finding.FirstBroken, StringComparison.Ordinal);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var country = new RandomCountry(database, 5);
        await country.FoundAsync();
        await country.SetDaysAgoAsync(0);
        for (var step = 0; step < 60; step++)
        {
            await country.StepAsync();
        }

        await FoldAllAsync(database);
        await AssertInvariantsAsync(database);
        return database;
    }

    private const string TailSql = """
        select exists (select from ledger.transfers where transaction_id >= f.through) or exists (select from reconciliation.turns where transaction_id >= f.through)
          from reconciliation.folding f
        """;

    /// <summary>Transactions of other tests on the same server hold the folding back: it is asked again until nothing of ours is left.</summary>
    internal static async Task FoldAllAsync(TestDatabase database)
    {
        while (await database.Db.QuerySingleAsync<bool>(TailSql, null, CancellationToken.None))
        {
            await new FigureFolding(database.Db).FoldAsync(CancellationToken.None);
            await Task.Delay(20);
        }
    }

    internal static async Task AssertInvariantsAsync(TestDatabase database)
    {
        var ours = ReconciliationInvariants.All.Select(invariant => invariant.Name).ToHashSet();
        var findings = (await new Verifier(database.Db).RunAsync(CancellationToken.None)).Where(finding => ours.Contains(finding.Invariant)).ToList();
        Assert.Equal(ours.Count, findings.Count);
        Assert.DoesNotContain(findings, finding => finding.FirstBroken is not null);
    }

    private static async Task AssertFiguresAsync(TestDatabase database, RandomCountry country)
    {
        var (figures, records) = (new Figures(database.Db), new FigureRecords(database.Db));
        var compared = 0;
        var (first, last) = (country.Facts.Min(fact => fact.Period) / 10, country.Facts.Max(fact => fact.Period) / 10);
        foreach (var at in from year in Enumerable.Range(first, last - first + 1)
                           from quarter in new[] { 0, 1, 3, 4 }
                           from region in (string?[])[null, .. RandomCountry.Regions]
                           select new Selection(year, quarter, null, region))
        {
            var set = await figures.ReadAsync(at, CancellationToken.None);
            foreach (var measure in Measures.All.Where(measure => !measure.HasNoCategory() && measure != Measure.Evidence))
            {
                foreach (var category in (string?[])[null, .. Selection.Categories])
                {
                    var expected = country.Expect(measure, at with { Category = category });
                    Assert.True(expected == (set.Of(measure, category, at).Amount ?? 0), $"{measure} {category} {at}: {set.Of(measure, category, at)} instead of {expected}");
                    compared++;
                }
            }
        }

        // Opening takes a question for each figure: every measure and region once, category and quarter by turns.
        var turn = 0;
        foreach (var measure in Measures.All.Where(measure => !measure.HasNoCategory() && measure != Measure.Evidence))
        {
            foreach (var region in (string?[])[null, .. RandomCountry.Regions])
            {
                turn++;
                var at = new Selection(last - (turn % 2), turn % 3 == 0 ? (turn % 4) + 1 : 0, turn % 5 == 0 ? null : Selection.Categories[turn % 3 * 2], region);
                Assert.Equal(country.Expect(measure, at), await SumOfPagesAsync(records, measure, at));
            }
        }

        Assert.True(compared > 1000);
    }

    /// <summary>Page by page, as a person would.</summary>
    private static async Task<long> SumOfPagesAsync(FigureRecords records, Measure measure, Selection at)
    {
        var (sum, after) = (0L, (RecordKey?)null);
        while (true)
        {
            var page = await records.ListAsync(measure, at, after, 7, CancellationToken.None);
            sum += page.Sum(row => row.Amount);
            if (page.Count < 7)
            {
                return sum;
            }

            after = page[^1].Key;
        }
    }
}

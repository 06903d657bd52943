using EwasteEpr.Kernel;
using EwasteEpr.Payments.Receipts;
using EwasteEpr.Payments.Statements;
using Npgsql;

namespace EwasteEpr.Tests.Payments;

/// <summary>Statements of account and closed books: every day in exactly one statement, nothing into a closed day.</summary>
public sealed class StatementTests : IAsyncLifetime
{
    private static readonly Actor First = new(Guid.CreateVersion7(), null, null, "operator_preparer", "test", null);
    private static readonly Actor Second = new(Guid.CreateVersion7(), null, null, "operator_approver", "test", null);
    private readonly GivenMoney given = new();

    private static DateOnly Today => BusinessTime.Today(TimeProvider.System);

    private StatementService Statements => new(given.Db);

    private PeriodLocks Locks => new(given.Db);

    public Task InitializeAsync() => given.InitializeAsync();

    public Task DisposeAsync() => given.DisposeAsync();

    [Fact]
    public async Task Statement_IsHalfOpen_AndEachClosesWhereTheNextOpens()
    {
        var organisation = await given.OrganisationAsync();
        await given.RecordAsync(given.Receipt(organisation, null, 700, ReceiptSource.Bank) with { ReceivedOn = Today.AddDays(-10) });
        await given.RecordAsync(given.Receipt(organisation, null, 300, ReceiptSource.Bank) with { ReceivedOn = Today.AddDays(-9) });
        await given.InvoiceAsync(organisation, 5_000);

        var first = await Statements.GetAsync(organisation, new DateRange(Today.AddDays(-20), Today.AddDays(-9)), default);
        var second = await Statements.GetAsync(organisation, new DateRange(Today.AddDays(-9), Today), default);
        var third = await Statements.GetAsync(organisation, new DateRange(Today, null), default);
        Assert.Equal((0, 700), (first.OpeningTiyn, first.ClosingTiyn));
        Assert.Equal((700, 1_000), (second.OpeningTiyn, second.ClosingTiyn));
        Assert.Equal((1_000, -4_000), (third.OpeningTiyn, third.ClosingTiyn));
        Assert.Equal(3, first.Entries.Count + second.Entries.Count + third.Entries.Count);
        Assert.Equal(-4_000, (await Statements.PositionAsync(organisation, default)).Sum(part => part.Tiyn));
    }

    [Fact]
    public async Task Statement_ShowsWhatPassesBetweenTheTwo_NotWhatMovesInside()
    {
        var organisation = await given.OrganisationAsync();
        var declaration = await given.DeclarationAsync(organisation, 5_000);
        await given.BillAsync(declaration);
        await given.PaidAsync(organisation, await given.InvoiceOfAsync(declaration), 5_000);
        await given.VersionAsync(declaration, 2, 4_000);
        await given.BillAsync(declaration, 2);
        await given.InvoiceAsync(organisation, 600); // paid by credit
        var statement = await Statements.GetAsync(organisation, new DateRange(Today, null), default);
        Assert.Equal(["invoice_issued", "receipt_card", "payment_credited", "invoice_issued"], statement.Entries.Select(entry => entry.Kind));
        Assert.Equal(400, statement.ClosingTiyn);
        var all = Assert.Single(await Statements.AllAsync(new DateRange(Today, null), default));
        Assert.Equal((statement.DebitTiyn, statement.CreditTiyn, statement.ClosingTiyn), (all.DebitTiyn, all.CreditTiyn, all.ClosingTiyn));
    }

    [Fact]
    public async Task Lock_NeedsTwoPeopleAndDaysThatAreOver()
    {
        var days = new DateRange(Today.AddDays(-30), Today.AddDays(-5));
        Assert.Equal(LockOutcome.NotOver, await Locks.ProposeAsync(new DateRange(Today, Today.AddDays(1)), "x", First, default));
        Assert.Equal(LockOutcome.ReasonNeeded, await Locks.ProposeAsync(days, " ", First, default));
        Assert.Equal(LockOutcome.Done, await Locks.ProposeAsync(days, "Reconciled", First, default));
        Assert.Equal(LockOutcome.Overlaps, await Locks.ProposeAsync(new DateRange(Today.AddDays(-6), Today.AddDays(-4)), "x", First, default));
        var id = Assert.Single(await Locks.ListAsync(default)).PeriodLockId;
        Assert.Equal(LockOutcome.SamePerson, await Locks.ApplyAsync(id, First, default));
        Assert.Equal(LockOutcome.Done, await Locks.ApplyAsync(id, Second, default));
        Assert.Equal(LockOutcome.AlreadyDecided, await Locks.WithdrawAsync(id, First, default));
        Assert.Equal(LockOutcome.NotFound, await Locks.ApplyAsync(Guid.CreateVersion7(), Second, default));
    }

    [Fact]
    public async Task ClosedDay_RefusesAnEntry_AndMoneyOfThatDayLandsOnToday()
    {
        await CloseAsync(new DateRange(Today.AddDays(-30), Today.AddDays(-5)));
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => given.Db.ExecuteAsync("insert into payment_facts (fact_id, fact, business_on, document) values (uuidv7(), 'Receipt', @day, 'x')", new { day = Today.AddDays(-6) }, default));
        Assert.Equal("period_is_open", refused.ConstraintName);

        var organisation = await given.OrganisationAsync();
        await given.RecordAsync(given.Receipt(organisation, null, 700, ReceiptSource.Bank) with { ReceivedOn = Today.AddDays(-6) });
        var closed = await Statements.GetAsync(organisation, new DateRange(Today.AddDays(-30), Today.AddDays(-5)), default);
        Assert.Empty(closed.Entries);
        Assert.Equal(Today, Assert.Single((await Statements.GetAsync(organisation, new DateRange(Today.AddDays(-5), null), default)).Entries).BusinessOn);
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task ClosingWhileMoneyComes_LeavesNothingInTheClosedDaysThatCameAfter()
    {
        var days = new DateRange(Today.AddDays(-30), Today.AddDays(-5));
        Assert.Equal(LockOutcome.Done, await Locks.ProposeAsync(days, "Reconciled", First, default));
        var id = Assert.Single(await Locks.ListAsync(default)).PeriodLockId;
        var organisations = new List<OrganisationId>();
        for (var i = 0; i < 20; i++)
        {
            organisations.Add(await given.OrganisationAsync());
        }

        var receipts = organisations.Select(async organisation =>
        {
            try
            {
                return await given.RecordAsync(given.Receipt(organisation, null, 100, ReceiptSource.Bank) with { ReceivedOn = Today.AddDays(-6) });
            }
            catch (PostgresException problem) when (problem.ConstraintName == "period_is_open")
            {
                return false; // the books were closed between its look at the day and its entry: the caller tries again
            }
        }).ToList();
        var closing = Locks.ApplyAsync(id, Second, default);
        await Task.WhenAll(receipts);
        Assert.Equal(LockOutcome.Done, await closing);
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task FundFigures_EqualTheInvoices()
    {
        var organisation = await given.OrganisationAsync();
        var declaration = await given.DeclarationAsync(organisation, 5_000);
        await given.BillAsync(declaration);
        await given.PaidAsync(organisation, await given.InvoiceOfAsync(declaration), 3_000);
        await given.VersionAsync(declaration, 2, 2_500);
        await given.BillAsync(declaration, 2);
        var figures = await new FundFigures(given.Db).OfAsync(new DateRange(Today, null), default);
        Assert.Equal(new FundMoney(5_000, 2_500, 2_500, 0, 0), figures);
    }

    private async Task CloseAsync(DateRange days)
    {
        Assert.Equal(LockOutcome.Done, await Locks.ProposeAsync(days, "Reconciled", First, default));
        Assert.Equal(LockOutcome.Done, await Locks.ApplyAsync((await Locks.ListAsync(default))[0].PeriodLockId, Second, default));
    }
}

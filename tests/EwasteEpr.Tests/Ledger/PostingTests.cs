using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using EwasteEpr.Tests.Support;
using Npgsql;

namespace EwasteEpr.Tests.Ledger;

public sealed class PostingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Post_MovesFromDebitToCredit()
    {
        var scene = await LedgerScene.OnAsync(database);
        var bank = await scene.DerivedAsync();
        var budget = await scene.GuardedAsync();
        await scene.PostAsync(bank, budget, 1_000);
        Assert.Equal(1_000, await scene.BalanceAsync(budget));
        Assert.Equal(-1_000, await scene.BalanceAsync(bank));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Post_BelowTheFloor_IsRefusedAndNothingMoves()
    {
        var scene = await LedgerScene.OnAsync(database);
        var budget = await scene.FundedAsync(100);
        var merchant = await scene.DerivedAsync();
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => scene.PostAsync(budget, merchant, 101));
        Assert.True(refusal.IsBalanceTooLow());
        Assert.Equal(100, await scene.BalanceAsync(budget));
        Assert.Equal(0, await scene.BalanceAsync(merchant));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Post_DownToANegativeFloor_IsAllowed()
    {
        var scene = await LedgerScene.OnAsync(database);
        var credit = await scene.GuardedAsync(floor: -50);
        await scene.PostAsync(credit, await scene.DerivedAsync(), 50);
        Assert.Equal(-50, await scene.BalanceAsync(credit));
    }

    [Fact]
    public async Task Post_TheSameFactAndLegTwice_IsRefused()
    {
        var scene = await LedgerScene.OnAsync(database);
        var posting = Posting.OfMoney(LedgerScene.Kind, LedgerScene.NewFact(), new TransferEnds(await scene.DerivedAsync(), await scene.DerivedAsync()), Money.FromTiyn(5));
        await scene.PostAsync(posting);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => scene.PostAsync(posting));
        Assert.True(refusal.IsAlreadyPosted());
    }

    [Fact]
    public async Task Post_AmongUnits_IsRefused()
    {
        var scene = await LedgerScene.OnAsync(database);
        var money = await scene.DerivedAsync();
        var mass = await scene.OpenAsync("test_derived", LedgerUnit.MassOf("6"), 0);
        var other = await scene.OpenAsync("test_derived", LedgerUnit.MassOf("5"), 0);
        await RefusedAsync("transfer_credit_in_unit", () => scene.PostAsync(money, mass, 5));
        await RefusedAsync("transfer_debit_in_unit", () => scene.PostAsync(mass, money, 5));
        await RefusedAsync("transfer_credit_in_unit", () => scene.PostAsync(Posting.OfMass(LedgerScene.Kind, LedgerScene.NewFact(), new TransferEnds(mass, other), "6", Weight.FromGrams(5))));
    }

    [Fact]
    public async Task Post_OfAnUnknownKind_IsRefused()
    {
        var scene = await LedgerScene.OnAsync(database);
        var between = new TransferEnds(await scene.DerivedAsync(), await scene.DerivedAsync());
        await RefusedAsync("transfer_kind", () => scene.PostAsync(Posting.OfMoney("no_such_kind", LedgerScene.NewFact(), between, Money.FromTiyn(5))));
    }

    [Fact]
    public async Task Post_ToItself_IsRefused()
    {
        var scene = await LedgerScene.OnAsync(database);
        var account = await scene.DerivedAsync();
        await RefusedAsync("transfer_between_two_accounts", () => scene.PostAsync(account, account, 5));
    }

    [Fact]
    public async Task OpenAccount_Twice_IsTheSameAccount()
    {
        await LedgerScene.OnAsync(database);
        var key = new AccountKey("test_guarded", Guid.CreateVersion7(), LedgerUnit.Tenge);
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            database.Db.InTransactionAsync(transaction => GeneralLedger.OpenAccountAsync(transaction, key, 0, CancellationToken.None), CancellationToken.None)));
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task Balance_OfNoAccount_IsNotZero()
    {
        var scene = await LedgerScene.OnAsync(database);
        await Assert.ThrowsAsync<InvalidOperationException>(() => scene.BalanceAsync(new AccountId(Guid.CreateVersion7())));
    }

    [Fact]
    public async Task Reverse_BringsBothBackAndOnlyOnce()
    {
        var scene = await LedgerScene.OnAsync(database);
        var budget = await scene.FundedAsync(100);
        var merchant = await scene.DerivedAsync();
        var transfer = await scene.PostAsync(budget, merchant, 70);
        await scene.ReverseAsync(transfer);
        Assert.Equal(100, await scene.BalanceAsync(budget));
        Assert.Equal(0, await scene.BalanceAsync(merchant));
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => scene.ReverseAsync(transfer));
        Assert.True(refusal.IsAlreadyReversed());
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Post_InsideAFeaturesStatement_MovesWhatWasClaimed()
    {
        var scene = await LedgerScene.OnAsync(database);
        var (debit, credit, fact) = (await scene.FundedAsync(300), await scene.DerivedAsync(), Guid.CreateVersion7());
        const string Sql = """
            with claimed as (select @fact::uuid as fact_id, 250::bigint as amount_tiyn)
            select ledger.post('test', 'test_fact', c.fact_id, 1, 'KZT', @debit, @credit, c.amount_tiyn) from claimed c
            """;
        await database.Db.QuerySingleAsync<TransferId>(Sql, new { fact, debit, credit }, CancellationToken.None);
        Assert.Equal(50, await scene.BalanceAsync(debit));
        Assert.Equal(250, await scene.BalanceAsync(credit));
    }

    [Theory]
    [InlineData("insert into ledger.transfers (unit, debit_account_id, credit_account_id, amount, kind, source_type, source_id, leg) select 'KZT', uuidv7(), uuidv7(), 1, 'test', 't', uuidv7(), 1")]
    [InlineData("update ledger.transfers set amount = 1")]
    [InlineData("delete from ledger.transfers")]
    [InlineData("truncate ledger.transfers")]
    [InlineData("update ledger.accounts set balance = 1")]
    [InlineData("update ledger.folding set through = '0'")]
    [InlineData("insert into ledger.kinds (kind, description) values ('mine', 'mine')")]
    public async Task Application_CannotWriteTheLedgerItself(string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => database.Db.ExecuteAsync(sql, null, CancellationToken.None));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Theory]
    [InlineData("update ledger.transfers set amount = amount + 1")]
    [InlineData("delete from ledger.transfers")]
    [InlineData("truncate ledger.transfers cascade")]
    public async Task Owner_CannotChangeATransferEither(string sql)
    {
        await (await LedgerScene.OnAsync(database)).FundedAsync(1);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsOwnerAsync(sql));
        Assert.Equal("append_only", refusal.ConstraintName);
    }

    private static async Task RefusedAsync(string constraint, Func<Task> act) =>
        Assert.Equal(constraint, (await Assert.ThrowsAsync<PostgresException>(act)).ConstraintName);
}

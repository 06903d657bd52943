using EwasteEpr.Kernel;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Payments.Receipts;
using EwasteEpr.Tests.Declarations;

namespace EwasteEpr.Tests.Payments;

/// <summary>What a submitted, corrected or returned version makes of what its declaration owes.</summary>
public sealed class BillingTests : IAsyncLifetime
{
    private readonly GivenMoney given = new();

    public Task InitializeAsync() => given.InitializeAsync();

    public Task DisposeAsync() => given.DisposeAsync();

    [Fact]
    public async Task Bill_TheSameVersionTwentyTimesAtOnce_IsOneInvoice()
    {
        var declaration = await given.DeclarationAsync(await given.OrganisationAsync(), 5_000);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => given.BillAsync(declaration)));
        Assert.Equal(["Invoice"], outcomes.OfType<string>());
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Bill_ManyAtOnce_LeavesNoGapInTheNumbers()
    {
        var declarations = new List<Guid>();
        for (var i = 0; i < 25; i++)
        {
            declarations.Add(await given.DeclarationAsync(await given.OrganisationAsync(), 100 + i));
        }

        await Task.WhenAll(declarations.Select(declaration => given.BillAsync(declaration)));
        Assert.Equal(25, await given.Db.QuerySingleAsync<long>("select max(serial) from invoices", null, default));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Bill_WhatCostsNothing_IsNoInvoiceAndSaysSo()
    {
        var declaration = await given.DeclarationAsync(await given.OrganisationAsync(), 0);
        Assert.Equal("Nothing", await given.BillAsync(declaration));
        Assert.Equal(0, await given.Db.QuerySingleAsync<long>("select count(*) from invoices", null, default));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Bill_ACorrectionThatCostsMore_IsASupplementaryInvoiceForTheDifference()
    {
        var declaration = await given.DeclarationAsync(await given.OrganisationAsync(), 5_000);
        await given.BillAsync(declaration);
        await given.VersionAsync(declaration, 2, 5_800);
        Assert.Equal("Invoice", await given.BillAsync(declaration, 2));
        Assert.Equal(800, (await given.InvoiceAsync(await given.InvoiceOfAsync(declaration, 2))).OpenTiyn);
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Bill_ACorrectionThatCostsLess_LowersWhatIsOwedFirst_AndTheRestIsCredit()
    {
        var organisation = await given.OrganisationAsync();
        var declaration = await given.DeclarationAsync(organisation, 5_000);
        await given.BillAsync(declaration);
        var invoice = await given.InvoiceOfAsync(declaration);
        await given.PaidAsync(organisation, invoice, 4_000);
        await given.VersionAsync(declaration, 2, 3_500);
        Assert.Equal("CreditNote", await given.BillAsync(declaration, 2));

        Assert.Equal(new InvoiceFigures("Paid", 1_500, 3_500, 0), await given.InvoiceAsync(invoice));
        Assert.Equal(500, await given.BalanceAsync("credit", organisation));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Bill_TheNextInvoice_IsPaidByCreditAsFarAsItGoes()
    {
        var organisation = await given.OrganisationAsync();
        var declaration = await given.DeclarationAsync(organisation, 5_000);
        await given.BillAsync(declaration);
        var receipt = await given.PaidAsync(organisation, await given.InvoiceOfAsync(declaration), 5_000);
        await given.VersionAsync(declaration, 2, 3_000);
        await given.BillAsync(declaration, 2);
        Assert.Equal(new ReceiptFigures(3_000, 2_000, 0, 0), await given.ReceiptAsync(receipt));

        var next = await given.InvoiceAsync(organisation, 2_700);
        Assert.Equal(new InvoiceFigures("PartPaid", 0, 2_000, 700), await given.InvoiceAsync(next));
        Assert.Equal(new ReceiptFigures(5_000, 0, 0, 0), await given.ReceiptAsync(receipt));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Bill_AReturn_VoidsTheInvoice_AndTheNextVersionIsInvoicedWhole()
    {
        var organisation = await given.OrganisationAsync();
        var declaration = await given.DeclarationAsync(organisation, 5_000);
        await given.BillAsync(declaration);
        var invoice = await given.InvoiceOfAsync(declaration);
        Assert.Equal("CreditNote", await given.BillAsync(declaration, 1, "Returned"));
        Assert.Equal(new InvoiceFigures("Credited", 5_000, 0, 0), await given.InvoiceAsync(invoice));

        await given.VersionAsync(declaration, 2, 5_200);
        Assert.Equal("Invoice", await given.BillAsync(declaration, 2));
        Assert.Equal(5_200, (await given.InvoiceAsync(await given.InvoiceOfAsync(declaration, 2))).OpenTiyn);
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Bill_AReturnOfWhatIsPaid_MakesItCredit_WhoeverPaid()
    {
        var (payer, debtor) = (await given.OrganisationAsync(), await given.OrganisationAsync());
        var declaration = await given.DeclarationAsync(debtor, 5_000);
        await given.BillAsync(declaration);
        await given.PaidAsync(payer, await given.InvoiceOfAsync(declaration), 5_000, ReceiptSource.Bank);
        await given.BillAsync(declaration, 1, "Returned");
        Assert.Equal((5_000, 0, 0), (await given.BalanceAsync("credit", payer), await given.BalanceAsync("credit", debtor), await given.BalanceAsync("fund_received")));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Bill_BeforeItsTurn_WaitsForTheEarlierVersion()
    {
        var declaration = await given.DeclarationAsync(await given.OrganisationAsync(), 5_000);
        await given.VersionAsync(declaration, 2, 6_000);
        Assert.Equal("Early", await given.BillAsync(declaration, 2));
        Assert.Equal("Invoice", await given.BillAsync(declaration));
        Assert.Equal("Invoice", await given.BillAsync(declaration, 2));
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Sweep_WithoutTheOperatorsAccount_BillsNothing_AndWithItEverything()
    {
        await given.DeclarationAsync(await given.OrganisationAsync(), 5_000);
        var billing = new Billing(given.Db);
        Assert.Equal(0, await billing.SweepAsync(default));
        Assert.Equal((1, 6), ((await billing.StateAsync(default)).Waiting, (await billing.StateAsync(default)).Missing.Count));

        await given.OperatorIsKnownAsync();
        Assert.Equal(1, await billing.SweepAsync(default));
        Assert.Equal(0, (await billing.StateAsync(default)).Waiting);
        var due = await given.Db.QuerySingleAsync<int>("select due_on - issued_on from invoices", null, default);
        Assert.Equal(15, due);
        await given.AssertBooksAsync();
    }

    [Fact]
    public async Task Submit_ThroughTheRealWay_IsBilledByCategoryToTheTiyn()
    {
        var declarations = new GivenDeclarations();
        await declarations.InitializeAsync();
        try
        {
            await declarations.Database.ExecuteAsOwnerAsync(GivenMoney.OperatorSql);
            var key = await declarations.DraftAsync();
            var day = declarations.Day.ToString("O");
            await declarations.FileAsync(key, $"unu_key;description;mass_kg;packaging;obligation_date\n0306;Phones;10000.125;paper:100.5;{day}\n0108;Fridges;50000.777;plastic:5;{day}\n0108;More;333.333;;{day}\n");
            await declarations.SubmitAsync(key);
            Assert.Equal(1, await new Billing(declarations.Db).BillNowAsync(key, default));
            var (fee, amount) = await declarations.Db.QuerySingleAsync<(long, long)>(
                "select v.fee_tiyn, i.amount_tiyn from invoices i join declaration_versions v using (declaration_id, version)", null, default);
            Assert.Equal(fee, amount);
            Assert.True(fee > 0);
            await declarations.Database.AssertInvariantsAsync();
        }
        finally
        {
            await declarations.DisposeAsync();
        }
    }
}

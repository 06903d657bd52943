using EwasteEpr.Evidence;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Evidence;

/// <summary>Who may receive, hold and pass on evidence, and the only way from one payer to another.</summary>
public sealed class EvidenceTransferTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();

    private GivenEvidence Given { get; set; } = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        Given = await new GivenEvidence(database).ReadyAsync();
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task GramsOfTheFund_GoToTheFund_UntilItWasReimbursed()
    {
        var (system, slug) = await Given.OwnSystemAsync();
        await Given.CreditedAsync(1000);
        var balance = await Given.BalanceAsync();
        Assert.Equal(NoteProblem.FundOnly, Assert.IsType<CreateNoteOutcome.Refused>(await Given.Notes.CreateAsync(New(balance, 400, slug), Given.Site.Organisation, Given.Preparer, default)).Why);

        var change = (await Given.Changes.ProposeAsync(new NewPayerChange(Guid.CreateVersion7(), balance.BalanceId, slug, Weight.FromGrams(400), Money.FromTenge(12_000), "Төлем 17", "Қорға қайтарылды"), Given.First, default))!;
        Assert.Equal(PayerChangeOutcome.SamePerson, await Given.Changes.ApproveAsync(change, Given.First, default));
        Assert.Equal(PayerChangeOutcome.Done, await Given.Changes.ApproveAsync(change, Given.Second, default));
        Assert.Equal(PayerChangeOutcome.WrongState, await Given.Changes.ApproveAsync(change, Given.Second, default));
        Assert.Equal(((600L, 600L), (400L, 400L)), (await Given.FiguresAsync(), await Given.FiguresAsync("OwnSystem")));

        await Given.ApprovedAsync(400, "OwnSystem");
        Assert.Equal([(true, 400L)], (await Given.Queries.HeldAsync(system, default)).Select(row => (row.Discharges, row.Grams)));
        Assert.Equal(1000, await database.Db.QuerySingleAsync<long>("select sum(grams)::bigint from gram_payers", null, default));
        Assert.Equal(12_000_00, await database.Db.QuerySingleAsync<long>("select balance from ledger.balances where purpose = 'fund_reimbursed'", null, default));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Reimbursement_OfMoreThanIsFree_ChangesNothing()
    {
        var (_, slug) = await Given.OwnSystemAsync();
        await Given.CreditedAsync(1000);
        await Given.SubmittedAsync(700);
        var balance = await Given.BalanceAsync();
        var change = (await Given.Changes.ProposeAsync(new NewPayerChange(Guid.CreateVersion7(), balance.BalanceId, slug, Weight.FromGrams(400), Money.FromTenge(1), "Төлем 18", "x"), Given.First, default))!;
        Assert.Equal(PayerChangeOutcome.NotEnough, await Given.Changes.ApproveAsync(change, Given.Second, default));
        Assert.Null(await Given.Changes.ProposeAsync(new NewPayerChange(Guid.CreateVersion7(), balance.BalanceId, slug, Weight.FromGrams(1), Money.FromTenge(1), "Төлем 18", "x"), Given.First, default)); // one payment, one change
        Assert.True(await Given.Changes.WithdrawAsync(change, Given.First, default));
        Assert.Equal((1000, 300), await Given.FiguresAsync());
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task AnOwnSystemsGrams_GoToThatSystem_AndOnFromThere()
    {
        var (system, _) = await Given.OwnSystemAsync();
        var (other, otherSlug) = await Given.OwnSystemAsync();
        await Given.CreditedAsync(1000, "OwnSystem", system);
        var balance = await Given.BalanceAsync("OwnSystem");
        Assert.Equal(NoteProblem.OtherSystem, Assert.IsType<CreateNoteOutcome.Refused>(await Given.Notes.CreateAsync(New(balance, 400, otherSlug), Given.Site.Organisation, Given.Preparer, default)).Why);
        var number = await Given.ApprovedAsync(500, "OwnSystem");

        var offered = Assert.IsType<TransferOutcome.Done>(await OfferAsync(number, 200, otherSlug, system));
        Assert.Equal((TransferProblem.NotEnough, 300L), Refused(await OfferAsync(number, 301, otherSlug, system)));
        Assert.Equal(NoteProblem.Transferred, GivenEvidence.Why(await Given.VoidAsync(number))); // an offer hangs on it
        Assert.IsType<TransferOutcome.NotFound>(await Given.Transfers.AcceptAsync(offered.TransferNo, system, Given.First, default)); // not theirs to accept
        Assert.Equal(TransferProblem.NoReason, Refused(await Given.Transfers.DeclineAsync(offered.TransferNo, other, " ", Given.First, default)).Why);
        Assert.IsType<TransferOutcome.Done>(await Given.Transfers.AcceptAsync(offered.TransferNo, other, Given.First, default));
        Assert.Equal(TransferProblem.WrongState, Refused(await Given.Transfers.DeclineAsync(offered.TransferNo, other, "кеш", Given.First, default)).Why);
        Assert.Equal((300L, 200L), ((await Given.Queries.HeldAsync(system, default)).Sum(row => row.Grams), (await Given.Queries.HeldAsync(other, default)).Sum(row => row.Grams)));
        Assert.Equal(NoteProblem.Transferred, GivenEvidence.Why(await Given.VoidAsync(number)));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task DeclinedAndWithdrawn_GiveBack_AndTheNoteMayBecomeVoid()
    {
        var (system, _) = await Given.OwnSystemAsync();
        var (other, otherSlug) = await Given.OwnSystemAsync();
        await Given.CreditedAsync(1000, "OwnSystem", system);
        var number = await Given.ApprovedAsync(500, "OwnSystem");
        var first = Assert.IsType<TransferOutcome.Done>(await OfferAsync(number, 200, otherSlug, system));
        var second = Assert.IsType<TransferOutcome.Done>(await OfferAsync(number, 300, otherSlug, system));
        Assert.IsType<TransferOutcome.Done>(await Given.Transfers.DeclineAsync(first.TransferNo, other, "Керек емес", Given.First, default));
        Assert.IsType<TransferOutcome.Done>(await Given.Transfers.WithdrawAsync(second.TransferNo, system, Given.First, default));
        Assert.IsType<NoteOutcome.Done>(await Given.VoidAsync(number));
        Assert.Equal(TransferProblem.WrongState, Refused(await OfferAsync(number, 1, otherSlug, system)).Why);
        Assert.Equal((1000, 1000), await Given.FiguresAsync("OwnSystem"));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task TwoOffers_OfSixtyPercentOfAHolding_OneWins()
    {
        var (system, _) = await Given.OwnSystemAsync();
        var (_, otherSlug) = await Given.OwnSystemAsync();
        await Given.CreditedAsync(1000, "OwnSystem", system);
        var number = await Given.ApprovedAsync(1000, "OwnSystem");
        var offers = await Task.WhenAll(OfferAsync(number, 600, otherSlug, system), OfferAsync(number, 600, otherSlug, system));
        Assert.Single(offers.OfType<TransferOutcome.Done>());
        Assert.Single(offers.OfType<TransferOutcome.Refused>());
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task VoidAndOffer_AtTheSameMoment_NeverBoth()
    {
        var (system, _) = await Given.OwnSystemAsync();
        var (_, otherSlug) = await Given.OwnSystemAsync();
        await Given.CreditedAsync(3000, "OwnSystem", system);
        for (var round = 0; round < 5; round++)
        {
            var number = await Given.ApprovedAsync(100, "OwnSystem");
            var offer = OfferAsync(number, 100, otherSlug, system);
            var voided = Given.VoidAsync(number);
            Assert.NotEqual(await offer is TransferOutcome.Done, await voided is NoteOutcome.Done);
        }

        await database.AssertInvariantsAsync();
    }

    private static NewNote New(WasteBalance balance, long grams, string? recipient) => new(Guid.CreateVersion7(), balance.BalanceId, Weight.FromGrams(grams), recipient);

    private Task<TransferOutcome> OfferAsync(string number, long grams, string to, OrganisationId from) =>
        Given.Transfers.OfferAsync(new NewTransfer(Guid.CreateVersion7(), number, Weight.FromGrams(grams), to), from, Given.First, default);

    private static (TransferProblem Why, long Left) Refused(TransferOutcome outcome) => Assert.IsType<TransferOutcome.Refused>(outcome) is var refused ? (refused.Why, refused.Left.Grams) : default;
}

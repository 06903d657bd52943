using EwasteEpr.Evidence;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Certification;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Evidence;

public sealed class EvidenceTests : IAsyncLifetime
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
    public async Task WasteBalance_TellsItsStory()
    {
        await Given.CreditedAsync(2000);
        Assert.Equal((2000, 2000), await Given.FiguresAsync());

        var first = await Given.SubmittedAsync(800);
        Assert.Equal((2000, 1200), await Given.FiguresAsync());

        await Given.CreditedAsync(1500);
        Assert.Equal((3500, 2700), await Given.FiguresAsync());

        Assert.IsType<NoteOutcome.Done>(await Given.ReturnAsync(first));
        Assert.Equal((3500, 3500), await Given.FiguresAsync());

        var second = await Given.SubmittedAsync(600);
        Assert.IsType<NoteOutcome.Done>(await Given.ApproveAsync(second));
        Assert.Equal((2900, 2900), await Given.FiguresAsync());

        Assert.IsType<NoteOutcome.Done>(await Given.VoidAsync(second));
        Assert.Equal((3500, 3500), await Given.FiguresAsync());
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task TwoClaims_OfSixtyPercent_OneWins()
    {
        await Given.CreditedAsync(1000);
        var notes = new[] { await Given.DraftAsync(600), await Given.DraftAsync(600) };
        var outcomes = await Task.WhenAll(notes.Select(Given.SubmitAsync));
        Assert.Single(outcomes.OfType<NoteOutcome.Done>());
        Assert.Equal((NoteProblem.NotEnough, Weight.FromGrams(400)), Assert.Single(outcomes.OfType<NoteOutcome.Refused>()) is var refused ? (refused.Why, refused.Left) : default);
        Assert.Equal((1000, 400), await Given.FiguresAsync());
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Sweep_TwentyFiveTimesAtOnce_CreditsOnce()
    {
        await Given.ClosedBatchAsync(new StockGiven(5000));
        await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => Given.Credits.SweepAsync(default)));
        Assert.Equal((5000, 5000), await Given.FiguresAsync());
        await database.AssertInvariantsAsync();
    }

    [Theory]
    [InlineData("Estimated")]
    [InlineData("Weighed")]
    public async Task Credit_OfGramsThatWereNotVerified_IsNone(string basis)
    {
        await Given.ClosedBatchAsync(new StockGiven(5000, Basis: basis));
        await Given.Credits.SweepAsync(default);
        Assert.Empty(await Given.Queries.BalancesAsync(Given.Site.Organisation, default));
        Assert.Equal(5000, await database.Db.QuerySingleAsync<long>("select without_grams from evidence_batches", null, default));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Year_IsThatOfTheWeighIn()
    {
        await Given.CreditedAsync(100, day: new DateOnly(2025, 12, 31));
        await Given.CreditedAsync(200, day: new DateOnly(2026, 1, 1));
        Assert.Equal([(2026, 200), (2025, 100)], (await Given.Queries.BalancesAsync(Given.Site.Organisation, default)).Select(balance => (balance.Year, (int)balance.TotalGrams)));
    }

    [Fact]
    public async Task Suspended_IsRefusedAtSubmitAndApproveAtOnce()
    {
        await Given.CreditedAsync(1000);
        var submitted = await Given.SubmittedAsync(300);
        var draft = await Given.DraftAsync(300);
        await database.ExecuteAsOwnerAsync($"update certifications set state = 'Suspended', state_reason = 'test' where certification_id = '{Given.Site.Certification}'");
        Assert.Equal(NoteProblem.NotCertified, GivenEvidence.Why(await Given.SubmitAsync(draft)));
        Assert.Equal(NoteProblem.NotCertified, GivenEvidence.Why(await Given.ApproveAsync(submitted)));
        Assert.Equal((1000, 700), await Given.FiguresAsync());
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Approve_ByThePreparer_IsRefused()
    {
        await Given.CreditedAsync(1000);
        var number = await Given.SubmittedAsync(300);
        Assert.Equal(NoteProblem.SamePerson, GivenEvidence.Why(await Given.Notes.ApproveAsync(number, Given.Site.Organisation, Given.Preparer, default)));
        Assert.IsType<NoteOutcome.NotFound>(await Given.Notes.ApproveAsync(number, OrganisationId.New(), Given.Signatory, default));
        Assert.IsType<NoteOutcome.Done>(await Given.ApproveAsync(number));
        Assert.Equal(NoteProblem.WrongState, GivenEvidence.Why(await Given.ApproveAsync(number)));
        Assert.Equal(NoteProblem.WrongState, GivenEvidence.Why(await Given.ReturnAsync(number)));
    }

    [Fact]
    public async Task Notes_OfAYear_StayBelowTheCertifiedCapacity()
    {
        await database.ExecuteAsOwnerAsync("update certified_scopes set annual_grams = 1000");
        await Given.CreditedAsync(1500);
        await Given.SubmittedAsync(900);
        var refused = Assert.IsType<NoteOutcome.Refused>(await Given.SubmitAsync(await Given.DraftAsync(200)));
        Assert.Equal((NoteProblem.OverCapacity, Weight.FromGrams(100)), (refused.Why, refused.Left));
    }

    [Fact]
    public async Task TheDatabase_LetsNothingElseHappen()
    {
        await Given.CreditedAsync(1000);
        var number = await Given.SubmittedAsync(300);
        foreach (var (sql, constraint) in new[]
        {
            ("update evidence_notes set state = 'Draft'", "evidence_step_is_allowed"), ("update evidence_notes set grams = 200", "evidence_never_changes"),
            ("update evidence_grams set claimed_grams = 1001", "gram_claimed_once"), ("update evidence_notes set state = 'Void', reason = 'x'", "evidence_approved_has_its_code"),
            ($"update evidence_notes set recipient_id = '{Given.Site.Organisation}'", "evidence_of_the_fund_stays_with_it"),
        })
        {
            Assert.Equal(constraint, (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => database.ExecuteAsOwnerAsync(sql))).ConstraintName);
        }

        Assert.Equal([("", "Draft"), ("Draft", "Submitted")], (await Given.Queries.FindAsync(new NoteFilter(Number: number), default))!.Steps.Select(step => (step.FromState, step.ToState)));
    }

    [Fact]
    public async Task ACorrectedBatch_TakesItsGramsBack_ButNotWhileEvidenceStandsOnIt()
    {
        var batch = await Given.CreditedAsync(1000);
        var number = await Given.SubmittedAsync(600);
        Assert.True(await database.Db.QuerySingleAsync<bool>("select batch_is_held(@batch)", new { batch }, default));
        Assert.IsType<NoteOutcome.Done>(await Given.ReturnAsync(number));
        Assert.False(await database.Db.QuerySingleAsync<bool>("select batch_is_held(@batch)", new { batch }, default));
        await database.ExecuteAsOwnerAsync($"set session_replication_role = replica; update batches set state = 'Corrected' where batch_id = '{batch}'; set session_replication_role = default");
        await Given.Credits.SweepAsync(default);
        Assert.Equal((0, 0), await Given.FiguresAsync());
        Assert.Equal(NoteProblem.NotEnough, GivenEvidence.Why(await Given.SubmitAsync(await DraftOfOldAsync())));
    }

    private async Task<string> DraftOfOldAsync()
    {
        var balance = await Given.BalanceAsync();
        Assert.Equal(NoteProblem.NotEnough, Assert.IsType<CreateNoteOutcome.Refused>(await Given.Notes.CreateAsync(new NewNote(Guid.CreateVersion7(), balance.BalanceId, Weight.FromGrams(1), null), Given.Site.Organisation, Given.Preparer, default)).Why);
        await database.ExecuteAsOwnerAsync($"insert into evidence_notes (note_id, number, balance_id, organisation_id, payer, grams) values (uuidv7(), 'E-2026-9999', '{balance.BalanceId}', '{Given.Site.Organisation}', 'FeeFund', 1)");
        return "E-2026-9999";
    }
}

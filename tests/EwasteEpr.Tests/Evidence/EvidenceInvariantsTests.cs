using EwasteEpr.Evidence;
using EwasteEpr.Evidence.Payouts;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Certification;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Evidence;

/// <summary>A check must be able to fail: each case breaks one rule as a superuser would and sees that invariant object.</summary>
public sealed class EvidenceInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("Evidence may be claimed for exactly the verified input of closed batches", "update evidence_grams set credited_grams = credited_grams + 1")]
    [InlineData("Evidence may be claimed for exactly the verified input of closed batches", "update site_lots set basis = 'Estimated'")]
    [InlineData("Each gram is claimed once", "update evidence_grams set claimed_grams = claimed_grams - 1 where claimed_grams > 0")]
    [InlineData("Each waste balance equals what was credited less its notes", "update ledger.accounts set balance = balance + 1 where purpose = 'evidence_available'")]
    [InlineData("Each waste balance equals what was credited less its notes", "update evidence_notes set state = 'Draft' where state = 'Submitted'")]
    [InlineData("Each live note stands on batches", "update trace_links set ended_at = app.now() where to_type = 'evidence'")]
    [InlineData("Each live note stands on batches", "delete from evidence_parts")]
    [InlineData("Each note is what its history says", "delete from evidence_history where to_state = 'Submitted'")]
    [InlineData("Two people stand behind each approved note", "alter table evidence_notes drop constraint evidence_two_people; update evidence_notes set approved_by = prepared_by where state = 'Approved'")]
    [InlineData("Each code of evidence leads to its note", "delete from verification_codes where kind = 'Evidence'")]
    [InlineData("Each approved note is in somebody's hands", "update ledger.accounts set balance = balance - 1 where purpose = 'evidence_held'")]
    [InlineData("Evidence goes to who paid for its grams", "alter table evidence_notes drop constraint evidence_of_the_fund_stays_with_it; update evidence_notes set recipient_id = organisation_id")]
    [InlineData("One gram, one payer", "delete from payer_change_parts")]
    [InlineData("Each line of a settlement run is its grams times its tariff", "update stage_lines set amount_tiyn = amount_tiyn + 1")]
    [InlineData("Each gram is paid once for a stage", "drop index stage_line_gram_paid_once; insert into stage_lines (run_id, stage, payee_kind, payee_id, source_type, source_id, day, category, channel, grams, amount_tiyn) select run_id, stage, payee_kind, payee_id, source_type, source_id, day, category, channel, grams, amount_tiyn from stage_lines")]
    [InlineData("Only grams of the fund that qualify are paid", "update site_lots set payer = 'Market'")]
    [InlineData("Each payout is its lines", "update stage_payouts set amount_tiyn = amount_tiyn + 1")]
    [InlineData("No more was paid out for stages than the fund received", "update ledger.accounts set balance = balance + 100000000 where purpose = 'fund_paid_out'")]
    public async Task BrokenByHand_IsFound(string invariant, string sabotage)
    {
        var finding = await Scene.BreakAsync(invariant, $"set session_replication_role = replica; {sabotage}");
        Assert.NotNull(finding.FirstBroken);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var given = await new GivenEvidence(database).ReadyAsync();
        var (_, slug) = await given.OwnSystemAsync();
        var payments = await new GivenPayouts(database).ReadyAsync();
        await given.CreditedAsync(1_000_000, day: payments.LastMonth);
        await given.ApprovedAsync(300_000);
        await given.SubmittedAsync(200_000);
        var change = await given.Changes.ProposeAsync(new NewPayerChange(Guid.CreateVersion7(), (await given.BalanceAsync()).BalanceId, slug, Weight.FromGrams(1000), Money.FromTenge(90_000), "B-1", "x"), given.First, default);
        Assert.Equal(PayerChangeOutcome.Done, await given.Changes.ApproveAsync(change!, given.Second, default));
        await payments.PaidAsync(given);
        await database.AssertInvariantsAsync();
        return database;
    }
}

/// <summary>Published tariffs and a treated batch of last month.</summary>
internal sealed class GivenPayouts(TestDatabase database)
{
    public StageRuns Runs { get; } = new(database.Db);

    public StageTariffs Tariffs { get; } = new(database.Db);

    public StagePayouts Payouts { get; } = new(database.Db, new Secrets(new byte[32]));

    /// <summary>A day in it.</summary>
    public DateOnly LastMonth { get; private set; }

    public DateOnly Month => new(LastMonth.Year, LastMonth.Month, 1);

    public async Task<GivenPayouts> ReadyAsync()
    {
        LastMonth = await database.Db.QuerySingleAsync<DateOnly>("select (date_trunc('month', app.today()) - interval '10 days')::date", null, default);
        await database.ExecuteAsOwnerAsync("insert into stage_tariffs (stage, mci_per_tonne, channels, valid, is_illustrative, state) values ('Treatment', 6, array['Direct'], '[2020-01-01,)', true, 'Published')");
        return this;
    }

    /// <summary>The batch was closed last month; its run is paid.</summary>
    public async Task PaidAsync(GivenEvidence evidence)
    {
        await ClosedLastMonthAsync();
        await Runs.RunAsync(PaidStage.Treatment, Month, evidence.First, default);
        var payout = Assert.Single(await Payouts.ListAsync(null, "Payable", null, default));
        Assert.True(await Payouts.SetBankAsync(payout.PayeeId, new PayeeBank("KZ86125KZT5004100100", "KCJBKZKX", "17"), evidence.First, default));
        Assert.Equal(1, await Payouts.OrderAsync(evidence.First, default));
        Assert.Equal(StagePayDecision.Paid, await Payouts.PayAsync(payout.PayoutNo, "Банк 1", evidence.Second, default));
    }

    public Task ClosedLastMonthAsync() => database.ExecuteAsOwnerAsync($"set session_replication_role = replica; update batches set closed_at = '{LastMonth:yyyy-MM-dd} 12:00+05'; set session_replication_role = default");
}

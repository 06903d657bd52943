using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Evidence.Payouts;

/// <summary>What the runs owe is ordered by one person, confirmed by another with the bank's document, and never more than the fund has received.</summary>
public sealed class StagePayouts(Db db, Secrets secrets)
{
    private const string Purpose = "payee-iban";

    private const string ListSql = """
        select p.payout_no, p.payout_id, r.run_no, r.stage, r.period_from, p.payee_kind, p.payee_id, coalesce(o.name_kk, k.code) as payee_kk, coalesce(o.name_ru, k.code) as payee_ru, o.bin, p.grams, p.amount_tiyn, p.payable_tiyn, p.state,
               b.iban_sealed, b.bic, b.kbe, p.ordered_by, p.paid_at, p.bank_reference
          from stage_payouts p
          join stage_runs r using (run_id)
          left join organisations o on o.organisation_id = p.payee_id
          left join collectors k on k.collector_id = p.payee_id
          left join payee_banks b using (payee_id)
         where (@number::bigint is null or r.run_no = @number) and (@state::text is null or p.state = @state) and (@payee::uuid is null or p.payee_id = @payee)
         order by p.payout_no desc
         limit 2000
        """;

    public async Task<IReadOnlyList<PayoutRow>> ListAsync(long? runNo, string? state, Guid? payee, CancellationToken ct) =>
        [.. (await db.QueryAsync<PayoutRow>(ListSql, new { number = runNo, state, payee }, ct)).Select(row => row.IbanSealed is { } box ? row with { Iban = secrets.OpenText(Purpose, box) } : row)];

    private const string BankSql = """
        insert into payee_banks (payee_id, iban_sealed, bic, kbe, entered_by)
        select @payee, @iban, @Bic, @Kbe, @person
         where exists (select from stage_payouts where payee_id = @payee)
        on conflict (payee_id) do update set iban_sealed = excluded.iban_sealed, bic = excluded.bic, kbe = excluded.kbe, entered_by = excluded.entered_by, entered_at = app.now()
        returning payee_id
        """;

    /// <summary>Of somebody who is owed something. False: nobody of that kind.</summary>
    public Task<bool> SetBankAsync(Guid payee, PayeeBank bank, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(
            async transaction => await transaction.QuerySingleOrDefaultAsync<Guid?>(BankSql, new { payee, iban = secrets.Seal(Purpose, bank.Iban), bank.Bic, bank.Kbe, person = actor.UserId }, ct) is not null
                && await AuditTrail.WriteAsync(transaction, new AuditEntry("payee_bank.entered", "payee", payee.ToString("D")), actor, ct) != Guid.Empty,
            ct);
    }

    // Only who has bank details: a payout without an account would stand in no file.
    private const string OrderSql = """
        with moved as (
            update stage_payouts p set state = 'Ordered', ordered_by = @person, ordered_at = app.now()
             where p.state = 'Payable' and exists (select from payee_banks b where b.payee_id = p.payee_id)
            returning p.payout_no
        )
        select m.payout_no, audit.write(@actor::jsonb, 'stage_payout.ordered', 'stage_payout', m.payout_no::text) from moved m order by m.payout_no
        """;

    /// <returns>How many payouts went into the file.</returns>
    public async Task<int> OrderAsync(Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return (await db.QueryAsync<MovedRow>(OrderSql, new { person = actor.UserId, actor = actor.ToJson() }, ct)).Count;
    }

    private const string FundSql = """
        select coalesce(sum(balance) filter (where purpose = 'fund_received'), 0)::bigint as received_tiyn, coalesce(sum(balance) filter (where purpose = 'fund_reimbursed'), 0)::bigint as reimbursed_tiyn,
               coalesce(sum(balance) filter (where purpose = 'fund_paid_out'), 0)::bigint as paid_out_tiyn
          from ledger.balances where purpose in ('fund_received', 'fund_reimbursed', 'fund_paid_out')
        """;

    public Task<FundFigures> FundAsync(CancellationToken ct) => db.QuerySingleAsync<FundFigures>(FundSql, null, ct);

    private const string LockSql = "select payout_id, payee_kind, payee_id, payable_tiyn, state, ordered_by from stage_payouts where payout_no = @number for update";

    private const string PaySql = """
        with paid as (
            update stage_payouts set state = 'Paid', paid_by = @person, paid_at = app.now(), bank_reference = @bankReference where payout_id = @PayoutId returning payout_id
        )
        select ledger.post('stage_paid', 'stage_payout', p.payout_id, 2, 'KZT', ledger.open_account(case @PayeeKind when 'Collector' then 'collector_payable' else 'stage_payable' end, @PayeeId, 'KZT'),
                           ledger.open_account('fund_paid_out', null, 'KZT'), @PayableTiyn)
          from paid p
        """;

    /// <summary>The second person has seen it on the bank's statement.</summary>
    public async Task<StagePayDecision> PayAsync(long number, string bankReference, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.InTransactionAsync(
            async transaction =>
            {
                // One payout at a time: the fund's figures are derived, and two at once could spend the same tenge.
                await transaction.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('fund_paid_out', 0))", null, ct);
                if (await transaction.QuerySingleOrDefaultAsync<PayoutLocked>(LockSql, new { number }, ct) is not { } payout)
                {
                    return StagePayDecision.NotFound;
                }

                if (payout.State != "Ordered" || actor.UserId is not { } person || person == payout.OrderedBy)
                {
                    return payout.State != "Ordered" ? StagePayDecision.WrongState : StagePayDecision.SamePerson;
                }

                if ((await transaction.QuerySingleAsync<FundFigures>(FundSql, null, ct)).Left.Tiyn < payout.PayableTiyn)
                {
                    return StagePayDecision.FundTooSmall;
                }

                await transaction.ExecuteAsync(PaySql, new { payout.PayoutId, payout.PayeeKind, payout.PayeeId, payout.PayableTiyn, person, bankReference }, ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("stage_payout.paid", "stage_payout", $"{number}").With(new { bankReference, payout.PayableTiyn }), actor, ct);
                return StagePayDecision.Paid;
            },
            ct);
    }

    private sealed record MovedRow(long PayoutNo, Guid Write);

    private sealed record PayoutLocked(Guid PayoutId, string PayeeKind, Guid PayeeId, long PayableTiyn, string State, Guid? OrderedBy);
}

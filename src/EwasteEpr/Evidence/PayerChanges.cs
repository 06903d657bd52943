using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Evidence;

/// <summary>The only way from one payer to another: an own system pays the fund back, one person of the operator writes the document, another approves it.</summary>
public sealed class PayerChanges(Db db)
{
    private const string ProposeSql = """
        with made as (
            insert into payer_changes (payer_change_id, number, from_balance_id, own_system_id, grams, amount_tiyn, bank_reference, reason, proposed_by)
            select @ChangeId, evidence_number('P', nextval('payer_change_numbers')), b.balance_id, o.organisation_id, @grams, @tiyn, @BankReference, @Reason, @person
              from waste_balances b join organisations o on o.slug = @OwnSystem and o.activities && array['importer', 'producer']
             where b.balance_id = @BalanceId and b.payer = 'FeeFund'
            on conflict (payer_change_id) do nothing
            returning number
        )
        select m.number, audit.write(@actor::jsonb, 'payer_change.proposed', 'payer_change', m.number, jsonb_build_object('grams', @grams, 'tiyn', @tiyn)) from made m
        """;

    private const string KnownSql = "select number from payer_changes where payer_change_id = @ChangeId";

    /// <returns>None: no such balance of the fund, no such own system, or the bank's document pays for another change already.</returns>
    public async Task<string?> ProposeAsync(NewPayerChange change, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            var parameters = new { change.ChangeId, change.BalanceId, change.OwnSystem, change.BankReference, change.Reason, grams = change.Mass.Grams, tiyn = change.Amount.Tiyn, person = actor.UserId, actor = actor.ToJson() };
            return (await db.QuerySingleOrDefaultAsync<MadeRow>(ProposeSql, parameters, ct))?.Number ?? await db.QuerySingleOrDefaultAsync<string>(KnownSql, new { change.ChangeId }, ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "payer_change_one_payment")
        {
            return null;
        }
    }

    private const string LockSql = """
        select c.payer_change_id, c.number, c.state, c.grams, c.amount_tiyn, c.own_system_id, c.proposed_by, b.balance_id, b.site_id, b.organisation_id, b.category, b.year, b.total_account_id, b.available_account_id,
               'evidence:' || b.category as unit
          from payer_changes c join waste_balances b on b.balance_id = c.from_balance_id
         where c.number = @number
           for no key update of b, c
        """;

    private const string TargetSql = """
        insert into waste_balances (balance_id, site_id, organisation_id, category, year, payer, own_system_id, total_account_id, available_account_id, claimed_account_id)
        select @id, @SiteId, @OrganisationId, @Category, @Year, 'OwnSystem', @OwnSystemId, ledger.open_account('evidence_total', @id, @Unit), ledger.open_account('evidence_available', @id, @Unit), ledger.open_account('evidence_claimed', @id, @Unit)
         where not exists (select from waste_balances where (site_id, category, year, payer, own_system_id) = (@SiteId, @Category, @Year, 'OwnSystem', @OwnSystemId))
        on conflict on constraint balance_once do nothing
        """;

    // The oldest free grams leave the fund's balance and stand in the own system's: the same grams of the same inputs.
    private const string MoveGramsSql = """
        with target as (
            select balance_id from waste_balances where (site_id, category, year, payer, own_system_id) = (@SiteId, @Category, @Year, 'OwnSystem', @OwnSystemId)
        ), free as (
            select g.batch_input_id, g.credited_grams - g.claimed_grams as grams,
                   sum(g.credited_grams - g.claimed_grams) over (order by g.made_at, g.batch_input_id) - (g.credited_grams - g.claimed_grams) as before
              from evidence_grams g where g.balance_id = @BalanceId and g.claimed_grams < g.credited_grams
        ), taken as (
            update evidence_grams g set credited_grams = g.credited_grams - least(f.grams, @Grams - f.before)
              from free f where g.balance_id = @BalanceId and g.batch_input_id = f.batch_input_id and f.before < @Grams
            returning g.batch_input_id, g.batch_id, least(f.grams, @Grams - f.before) as grams
        ), noted as (
            insert into payer_change_parts (payer_change_id, batch_input_id, batch_id, grams) select @PayerChangeId, batch_input_id, batch_id, grams from taken
        ), given as (
            insert into evidence_grams (batch_input_id, balance_id, batch_id, credited_grams)
            select t.batch_input_id, x.balance_id, t.batch_id, t.grams from taken t cross join target x
            on conflict (batch_input_id, balance_id) do update set credited_grams = evidence_grams.credited_grams + excluded.credited_grams
            returning balance_id
        )
        select coalesce(sum(grams), 0)::bigint from taken
        """;

    private const string PostSql = """
        select ledger.lock_accounts(array[@TotalAccountId, @AvailableAccountId, b.total_account_id, b.available_account_id]::uuid[]),
               ledger.post('evidence_payer_changed', 'payer_change', @PayerChangeId, 1, @Unit, @TotalAccountId, b.total_account_id, @Grams),
               ledger.post('evidence_payer_changed', 'payer_change', @PayerChangeId, 2, @Unit, @AvailableAccountId, b.available_account_id, @Grams),
               ledger.post('fund_reimbursed', 'payer_change', @PayerChangeId, 3, 'KZT', ledger.open_account('reimbursements', @OwnSystemId, 'KZT'), ledger.open_account('fund_reimbursed', null, 'KZT'), @AmountTiyn)
          from waste_balances b where (b.site_id, b.category, b.year, b.payer, b.own_system_id) = (@SiteId, @Category, @Year, 'OwnSystem', @OwnSystemId)
        """;

    private const string DoneSql = """
        update payer_changes set state = 'Approved', decided_by = @person, decided_at = app.now(),
               to_balance_id = (select balance_id from waste_balances where (site_id, category, year, payer, own_system_id) = (@SiteId, @Category, @Year, 'OwnSystem', @OwnSystemId))
         where payer_change_id = @PayerChangeId
        """;

    public async Task<PayerChangeOutcome> ApproveAsync(string number, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.InTransactionAsync(transaction => ApproveAsync(transaction, number, actor, ct), ct);
        }
        catch (NoteRefusedException)
        {
            return PayerChangeOutcome.NotEnough;
        }
    }

    private static async Task<PayerChangeOutcome> ApproveAsync(DbTransaction transaction, string number, Actor actor, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<ChangeLocked>(LockSql, new { number }, ct) is not { } change)
        {
            return PayerChangeOutcome.NotFound;
        }

        if (change.State != "Proposed")
        {
            return PayerChangeOutcome.WrongState;
        }

        if (actor.UserId is not { } person || person == change.ProposedBy)
        {
            return PayerChangeOutcome.SamePerson;
        }

        await transaction.ExecuteAsync(TargetSql, new { id = Guid.CreateVersion7(), change.SiteId, change.OrganisationId, change.Category, change.Year, change.OwnSystemId, change.Unit }, ct);
        if (await transaction.QuerySingleAsync<long>(MoveGramsSql, change, ct) != change.Grams)
        {
            throw new NoteRefusedException(NoteProblem.NotEnough);
        }

        await transaction.ExecuteAsync(PostSql, change, ct);
        await transaction.ExecuteAsync(DoneSql, new { person, change.SiteId, change.Category, change.Year, change.OwnSystemId, change.PayerChangeId }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("payer_change.approved", "payer_change", number).With(new { change.Grams, change.AmountTiyn }), actor, ct);
        return PayerChangeOutcome.Done;
    }

    private const string WithdrawSql = """
        with ended as (
            update payer_changes set state = 'Withdrawn', decided_by = @person, decided_at = app.now() where number = @number and state = 'Proposed' returning number
        )
        select e.number, audit.write(@actor::jsonb, 'payer_change.withdrawn', 'payer_change', e.number) from ended e
        """;

    public async Task<bool> WithdrawAsync(string number, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.QuerySingleOrDefaultAsync<MadeRow>(WithdrawSql, new { number, person = actor.UserId, actor = actor.ToJson() }, ct) is not null;
    }

    private const string ListSql = """
        select c.number, c.state, c.grams, c.amount_tiyn, c.bank_reference, c.reason, c.proposed_by, p.name as proposer, c.proposed_at, d.name as decider, c.decided_at,
               b.category, b.year, s.number as site_number, o.name_kk as system_kk, o.name_ru as system_ru
          from payer_changes c
          join waste_balances b on b.balance_id = c.from_balance_id
          join sites s using (site_id)
          join organisations o on o.organisation_id = c.own_system_id
          left join people p on p.person_id = c.proposed_by
          left join people d on d.person_id = c.decided_by
         order by c.payer_change_id desc
         limit 200
        """;

    public Task<IReadOnlyList<PayerChangeRow>> ListAsync(CancellationToken ct) => db.QueryAsync<PayerChangeRow>(ListSql, null, ct);

    private sealed record MadeRow(string Number, Guid Write);

    private sealed record ChangeLocked(
        Guid PayerChangeId, string Number, string State, long Grams, long AmountTiyn, Guid OwnSystemId, Guid ProposedBy, Guid BalanceId, Guid SiteId, Guid OrganisationId, string Category, int Year,
        Guid TotalAccountId, Guid AvailableAccountId, string Unit);
}

/// <param name="OwnSystem">Slug of the organisation that paid the fund back.</param>
/// <param name="BankReference">Of the bank's document: one document pays for one change.</param>
public sealed record NewPayerChange(Guid ChangeId, Guid BalanceId, string OwnSystem, Weight Mass, Money Amount, string BankReference, string Reason);

public enum PayerChangeOutcome
{
    Done,
    NotFound,
    SamePerson,
    WrongState,

    /// <summary>So many grams of the fund are not free any more.</summary>
    NotEnough,
}

public sealed record PayerChangeRow(
    string Number, string State, long Grams, long AmountTiyn, string BankReference, string Reason, Guid ProposedBy, string? Proposer, DateTimeOffset ProposedAt, string? Decider, DateTimeOffset? DecidedAt,
    string Category, int Year, string SiteNumber, string SystemKk, string SystemRu)
{
    public string System(string language) => language == "kk" ? SystemKk : SystemRu;
}

using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Evidence;

/// <summary>A recycler's notes: one person prepares and submits, which claims grams; the signatory, who is another person, approves.</summary>
public sealed class EvidenceService(Db db)
{
    private const string KnownSql = "select number from evidence_notes where note_id = @NoteId and organisation_id = @organisation";

    private const string BalanceSql = """
        select b.payer, b.own_system_id, r.organisation_id as recipient_id, f.available_grams
          from waste_balances b
          join waste_balance_figures f using (balance_id)
          left join organisations r on r.slug = @Recipient and r.activities && array['importer', 'producer']
         where b.balance_id = @BalanceId and b.organisation_id = @organisation
        """;

    private const string CreateSql = """
        with made as (
            insert into evidence_notes (note_id, number, balance_id, organisation_id, payer, recipient_id, grams, prepared_by)
            select @NoteId, evidence_number('E', nextval('evidence_numbers')), b.balance_id, b.organisation_id, b.payer, @recipientId, @grams, @person
              from waste_balances b where b.balance_id = @BalanceId and b.organisation_id = @organisation
            on conflict (note_id) do nothing
            returning number
        )
        select m.number, audit.write(@actor::jsonb, 'evidence.created', 'evidence_note', m.number, jsonb_build_object('grams', @grams)) from made m
        """;

    public async Task<CreateNoteOutcome> CreateAsync(NewNote note, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(actor);
        return await db.InTransactionAsync(transaction => CreateAsync(transaction, note, organisation, actor, ct), ct);
    }

    /// <summary>In the transaction that keeps an API key's answer.</summary>
    public static async Task<CreateNoteOutcome> CreateAsync(DbTransaction transaction, NewNote note, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(actor);
        if (await transaction.QuerySingleOrDefaultAsync<string>(KnownSql, new { note.NoteId, organisation }, ct) is { } known)
        {
            return new CreateNoteOutcome.Created(known);
        }

        if (await transaction.QuerySingleOrDefaultAsync<BalanceRow>(BalanceSql, new { note.BalanceId, note.Recipient, organisation }, ct) is not { } balance)
        {
            return new CreateNoteOutcome.NotFound();
        }

        if (Refusal(note, balance) is { } why)
        {
            return new CreateNoteOutcome.Refused(why, Weight.FromGrams(balance.AvailableGrams));
        }

        var parameters = new { note.NoteId, note.BalanceId, organisation, recipientId = balance.RecipientId, grams = note.Mass.Grams, person = actor.UserId, actor = actor.ToJson() };
        return await transaction.QuerySingleOrDefaultAsync<MadeRow>(CreateSql, parameters, ct) is { } made ? new CreateNoteOutcome.Created(made.Number) : new CreateNoteOutcome.NotFound();
    }

    private static NoteProblem? Refusal(NewNote note, BalanceRow balance) =>
        note.Mass.Grams <= 0 ? NoteProblem.NoMass
        : note.Recipient is not null && balance.RecipientId is null ? NoteProblem.NoRecipient
        : balance.Payer == nameof(GramPayer.FeeFund) && balance.RecipientId is not null ? NoteProblem.FundOnly
        : balance.Payer == nameof(GramPayer.OwnSystem) && balance.RecipientId != balance.OwnSystemId ? NoteProblem.OtherSystem
        : note.Mass.Grams > balance.AvailableGrams ? NoteProblem.NotEnough
        : null;

    // Whoever claims of a balance holds its row: two claims of the same grams stand in a queue, and the second sees what the first left.
    private const string LockSql = """
        select n.note_id, n.number, n.state, n.grams, n.balance_id, n.prepared_by, n.submitted_by, n.recipient_id, b.site_id, b.category, b.year, b.total_account_id, b.available_account_id, b.claimed_account_id,
               'evidence:' || b.category as unit
          from evidence_notes n join waste_balances b using (balance_id)
         where n.number = @number and n.organisation_id = @organisation
           for no key update of b, n
        """;

    private const string CertifiedSql = "select hold_certification(@SiteId, @Category)";

    // What the live notes of the year may still grow by: a year's certified capacity less what they hold. Notes of other payers share it, so they queue.
    private const string QueueSql = "select pg_advisory_xact_lock(hashtextextended('evidence:' || @SiteId || ':' || @Category || ':' || @Year, 0))";

    private const string CapacitySql = """
        select coalesce((select max(annual_grams) from certified_now where site_id = @SiteId and category = @Category), 0)
             - coalesce((select sum(n.grams) from evidence_notes n join waste_balances b using (balance_id)
                          where b.site_id = @SiteId and b.category = @Category and b.year = @Year and n.state in ('Submitted', 'Approved') and n.note_id <> @NoteId), 0)
        """;

    // First in, first out: the oldest free grams of the balance, until the note has what it says.
    private const string ClaimSql = """
        with free as (
            select g.batch_input_id, g.credited_grams - g.claimed_grams as grams,
                   sum(g.credited_grams - g.claimed_grams) over (order by g.made_at, g.batch_input_id) - (g.credited_grams - g.claimed_grams) as before
              from evidence_grams g
             where g.balance_id = @BalanceId and g.claimed_grams < g.credited_grams
        ), taken as (
            update evidence_grams g set claimed_grams = g.claimed_grams + least(f.grams, @Grams - f.before)
              from free f
             where g.balance_id = @BalanceId and g.batch_input_id = f.batch_input_id and f.before < @Grams
            returning g.batch_input_id, g.balance_id, g.batch_id, least(f.grams, @Grams - f.before) as grams
        ), made as (
            insert into evidence_parts (note_id, batch_input_id, balance_id, batch_id, grams)
            select @NoteId, batch_input_id, balance_id, batch_id, grams from taken
            returning grams
        )
        select coalesce(sum(grams), 0)::bigint from made
        """;

    // A correction that committed while we waited for the row has made the batch another one.
    private const string BatchesSql = """
        select count(*) filter (where x.state <> 'Closed')
          from (select b.state from batches b where b.batch_id in (select batch_id from evidence_parts where note_id = @NoteId and ended_at is null) order by b.batch_id for share) x
        """;

    private const string SubmitSql = """
        with posted as materialized (
            select ledger.post('evidence_submitted', 'evidence_note', @NoteId, 1, @Unit, @AvailableAccountId, @ClaimedAccountId, @Grams) as transfer_id
        ), linked as (
            insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id)
            select 'batch', p.batch_id, 'evidence', @NoteId, @Category, sum(p.grams), max(t.transfer_id::text)::uuid from evidence_parts p cross join posted t
             where p.note_id = @NoteId and p.ended_at is null group by p.batch_id
        )
        update evidence_notes set state = 'Submitted', submitted_by = @person, submitted_at = app.now(), changed_by = @person
         where note_id = @NoteId and state = 'Draft' and (select transfer_id from posted) is not null
        """;

    public Task<NoteOutcome> SubmitAsync(string number, OrganisationId organisation, Actor actor, CancellationToken ct) => DecideAsync(
        number, organisation, actor, "evidence.submitted",
        async (transaction, note) =>
        {
            Require(note.State == nameof(EvidenceState.Draft), NoteProblem.WrongState);
            await RequireCertifiedAsync(transaction, note, ct);
            var available = await transaction.QuerySingleAsync<long>("select balance from ledger.accounts where account_id = @AvailableAccountId", note, ct);
            Require(available >= note.Grams, NoteProblem.NotEnough, available);
            Require(await transaction.QuerySingleAsync<long>(ClaimSql, note, ct) == note.Grams, NoteProblem.NotEnough, available);
            Require(await transaction.QuerySingleAsync<long>(BatchesSql, note, ct) == 0, NoteProblem.BatchChanged);
            await transaction.ExecuteAsync(SubmitSql, note.With(actor), ct);
            return EvidenceState.Submitted;
        },
        ct);

    private const string ApproveSql = """
        with coded as (
            insert into verification_codes (code, kind, document_id) values (@code, 'Evidence', @NoteId) returning code
        ), held as (
            insert into evidence_holdings (holding_id, note_id, holder_id, account_id)
            select @holding, @NoteId, @RecipientId, ledger.open_account('evidence_held', @holding, @Unit)
            returning account_id
        ), posted as materialized (
            select ledger.post('evidence_approved', 'evidence_note', @NoteId, 2, @Unit, @TotalAccountId, h.account_id, @Grams) as transfer_id from held h
        )
        update evidence_notes set state = 'Approved', approved_by = @person, approved_at = app.now(), changed_by = @person, code = (select code from coded)
         where note_id = @NoteId and state = 'Submitted' and (select transfer_id from posted) is not null
        """;

    /// <summary>By the signatory: whoever prepared or submitted the note cannot.</summary>
    public Task<NoteOutcome> ApproveAsync(string number, OrganisationId organisation, Actor actor, CancellationToken ct) => DecideAsync(
        number, organisation, actor, "evidence.approved",
        async (transaction, note) =>
        {
            Require(note.State == nameof(EvidenceState.Submitted), NoteProblem.WrongState);
            Require(actor.UserId is { } person && person != note.PreparedBy && person != note.SubmittedBy, NoteProblem.SamePerson);
            await RequireCertifiedAsync(transaction, note, ct);
            await transaction.ExecuteAsync(
                ApproveSql,
                new { note.NoteId, note.RecipientId, note.Unit, note.TotalAccountId, note.Grams, person = actor.UserId, code = CheckedCode.New(), holding = Guid.CreateVersion7() },
                ct);
            return EvidenceState.Approved;
        },
        ct);

    private static async Task RequireCertifiedAsync(DbTransaction transaction, NoteLocked note, CancellationToken ct)
    {
        Require(await transaction.QuerySingleAsync<Guid?>(CertifiedSql, note, ct) is not null, NoteProblem.NotCertified);
        await transaction.ExecuteAsync(QueueSql, note, ct);
        var left = await transaction.QuerySingleAsync<long>(CapacitySql, note, ct);
        Require(left >= note.Grams, NoteProblem.OverCapacity, left);
    }

    private async Task<NoteOutcome> DecideAsync(string number, OrganisationId organisation, Actor actor, string action, Func<DbTransaction, NoteLocked, Task<EvidenceState>> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.InTransactionAsync<NoteOutcome>(
                async transaction =>
                {
                    if (await transaction.QuerySingleOrDefaultAsync<NoteLocked>(LockSql, new { number, organisation }, ct) is not { } note)
                    {
                        return new NoteOutcome.NotFound();
                    }

                    var state = await work(transaction, note);
                    await AuditTrail.WriteAsync(transaction, new AuditEntry(action, "evidence_note", number).With(new { grams = note.Grams }), actor, ct);
                    return new NoteOutcome.Done(number, state);
                },
                ct);
        }
        catch (NoteRefusedException refused)
        {
            return refused.Outcome;
        }
        catch (PostgresException problem) when (problem.ConstraintName == "guarded_balance_not_below_floor")
        {
            return new NoteOutcome.Refused(NoteProblem.NotEnough, Weight.Zero);
        }
    }

    private static void Require(bool holds, NoteProblem why, long leftGrams = 0)
    {
        if (!holds)
        {
            throw new NoteRefusedException(why, leftGrams);
        }
    }

    private sealed record BalanceRow(string Payer, Guid? OwnSystemId, Guid? RecipientId, long AvailableGrams);

    private sealed record MadeRow(string Number, Guid Write);

    private sealed record NoteLocked(
        Guid NoteId, string Number, string State, long Grams, Guid BalanceId, Guid? PreparedBy, Guid? SubmittedBy, Guid? RecipientId, Guid SiteId, string Category, int Year, Guid TotalAccountId,
        Guid AvailableAccountId, Guid ClaimedAccountId, string Unit)
    {
        public object With(Actor actor) => new { NoteId, Grams, Unit, Category, AvailableAccountId, ClaimedAccountId, person = actor.UserId };
    }
}

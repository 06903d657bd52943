using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Evidence;

/// <summary>What gives grams back: a submitted note is returned or rejected by the recycler, an approved one is made void by the operator. Each says why.</summary>
public sealed class EvidenceEndings(Db db)
{
    // The balance first, as everybody takes it, so that nobody waits in a circle. Without an organisation: the operator.
    private const string LockSql = """
        select n.note_id, n.number, n.state, n.grams, n.balance_id, b.total_account_id, b.available_account_id, b.claimed_account_id, 'evidence:' || b.category as unit
          from evidence_notes n join waste_balances b using (balance_id)
         where n.number = @number and (@organisation::uuid is null or n.organisation_id = @organisation)
           for no key update of b, n
        """;

    // A statement of its own: the one that waits for the lock would still show the offers as they stood before it waited.
    private const string HeldSql = """
        select exists (select from evidence_transfers t where t.note_id = n.note_id and t.state in ('Offered', 'Accepted')) as is_transferred,
               (select h.account_id from evidence_holdings h where h.note_id = n.note_id and h.holder_id is not distinct from n.recipient_id) as held_account_id
          from evidence_notes n where n.note_id = @NoteId
        """;

    // Grams, links and the available figure go back together.
    private const string GiveBackSql = """
        with ended as (
            update evidence_parts set ended_at = app.now() where note_id = @NoteId and ended_at is null returning batch_input_id, balance_id, grams
        ), freed as (
            update evidence_grams g set claimed_grams = g.claimed_grams - e.grams from ended e where g.batch_input_id = e.batch_input_id and g.balance_id = e.balance_id
            returning g.batch_input_id
        ), unlinked as (
            update trace_links set ended_at = app.now() where to_type = 'evidence' and to_id = @NoteId and ended_at is null
        )
        select ledger.post('evidence_given_back', 'evidence_note', @NoteId, 3, @Unit, @ClaimedAccountId, @AvailableAccountId, @Grams) from (select count(*) from freed) f
        """;

    private const string EndSql = "update evidence_notes set state = @to, reason = @reason, changed_by = @person where note_id = @NoteId and state = @State";

    /// <summary>The signatory, or whoever prepared it, takes a submitted note back to be made anew.</summary>
    public Task<NoteOutcome> ReturnAsync(string number, OrganisationId organisation, string reason, Actor actor, CancellationToken ct) =>
        EndAsync(new Ending(number, organisation, EvidenceState.Submitted, EvidenceState.Returned, "evidence.returned"), reason, actor, ct);

    /// <summary>The signatory refuses it for good.</summary>
    public Task<NoteOutcome> RejectAsync(string number, OrganisationId organisation, string reason, Actor actor, CancellationToken ct) =>
        EndAsync(new Ending(number, organisation, EvidenceState.Submitted, EvidenceState.Rejected, "evidence.rejected"), reason, actor, ct);

    private const string VoidSql = "select ledger.post('evidence_voided', 'evidence_note', @NoteId, 4, @Unit, @HeldAccountId, @TotalAccountId, @Grams)";

    /// <summary>The operator, while no live transfer hangs on it: neither an offer nor grams that somebody accepted.</summary>
    public Task<NoteOutcome> VoidAsync(string number, string reason, Actor actor, CancellationToken ct) =>
        EndAsync(new Ending(number, null, EvidenceState.Approved, EvidenceState.Void, "evidence.voided"), reason, actor, ct);

    private async Task<NoteOutcome> EndAsync(Ending ending, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (string.IsNullOrWhiteSpace(reason))
        {
            return new NoteOutcome.Refused(NoteProblem.NoReason, Weight.Zero);
        }

        return await db.InTransactionAsync(transaction => EndAsync(transaction, ending, reason.Trim(), actor, ct), ct);
    }

    private static async Task<NoteOutcome> EndAsync(DbTransaction transaction, Ending ending, string reason, Actor actor, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<NoteLocked>(LockSql, new { number = ending.Number, organisation = ending.Organisation?.Value }, ct) is not { } note)
        {
            return new NoteOutcome.NotFound();
        }

        var held = await transaction.QuerySingleAsync<NoteHeld>(HeldSql, note, ct);
        if (note.State != ending.From.ToString() || held.IsTransferred)
        {
            return new NoteOutcome.Refused(note.State != ending.From.ToString() ? NoteProblem.WrongState : NoteProblem.Transferred, Weight.Zero);
        }

        await transaction.ExecuteAsync(GiveBackSql, note, ct);
        if (ending.To == EvidenceState.Void)
        {
            await transaction.ExecuteAsync(VoidSql, new { note.NoteId, note.Unit, held.HeldAccountId, note.TotalAccountId, note.Grams }, ct);
        }

        await transaction.ExecuteAsync(EndSql, new { note.NoteId, note.State, to = ending.To.ToString(), reason, person = actor.UserId }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry(ending.Action, "evidence_note", ending.Number).With(new { grams = note.Grams, reason }), actor, ct);
        return new NoteOutcome.Done(ending.Number, ending.To);
    }

    private sealed record Ending(string Number, OrganisationId? Organisation, EvidenceState From, EvidenceState To, string Action);

    private sealed record NoteLocked(Guid NoteId, string Number, string State, long Grams, Guid BalanceId, Guid TotalAccountId, Guid AvailableAccountId, Guid ClaimedAccountId, string Unit);

    private sealed record NoteHeld(bool IsTransferred, Guid? HeldAccountId);
}

using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Evidence;

/// <summary>Grams of an approved note go from one holder to another: offered by the one, taken or declined by the other. A holder without an id is the operator.</summary>
public sealed class EvidenceTransfers(Db db)
{
    private const string KnownSql = "select transfer_no from evidence_transfers where evidence_transfer_id = @TransferId and from_id is not distinct from @holder";

    // The note's row is held for share: it cannot become void at the same moment.
    private const string OfferedSql = """
        select n.note_id, n.state, n.payer, 'evidence:' || b.category as unit, h.account_id, a.balance, r.organisation_id as to_id
          from evidence_notes n
          join waste_balances b using (balance_id)
          join evidence_holdings h on h.note_id = n.note_id and h.holder_id is not distinct from @holder
          join ledger.accounts a on a.account_id = h.account_id
          left join organisations r on r.slug = @To and r.activities && array['importer', 'producer']
         where n.number = @Number
           for share of n
        """;

    private const string OfferSql = """
        with made as (
            insert into evidence_transfers (evidence_transfer_id, note_id, from_id, to_id, grams, offered_by) values (@TransferId, @NoteId, @holder, @toId, @grams, @person)
            returning transfer_no
        )
        select m.transfer_no, ledger.post('evidence_offered', 'evidence_transfer', @TransferId, 1, @Unit, @AccountId, ledger.open_account('evidence_moving', @TransferId, @Unit), @grams) from made m
        """;

    public async Task<TransferOutcome> OfferAsync(NewTransfer transfer, OrganisationId? holder, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.InTransactionAsync(transaction => OfferAsync(transaction, transfer, holder?.Value, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "guarded_balance_not_below_floor")
        {
            return new TransferOutcome.Refused(TransferProblem.NotEnough, Weight.Zero); // another offer of the same grams was first
        }
    }

    private static async Task<TransferOutcome> OfferAsync(DbTransaction transaction, NewTransfer transfer, Guid? holder, Actor actor, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<long?>(KnownSql, new { transfer.TransferId, holder }, ct) is { } known)
        {
            return new TransferOutcome.Done(known);
        }

        if (await transaction.QuerySingleOrDefaultAsync<OfferedRow>(OfferedSql, new { transfer.Number, transfer.To, holder }, ct) is not { } note)
        {
            return new TransferOutcome.NotFound();
        }

        TransferProblem? why = note.State != nameof(EvidenceState.Approved) ? TransferProblem.WrongState
            : note.Payer == nameof(GramPayer.FeeFund) ? TransferProblem.FundOnly
            : transfer.To is not null && note.ToId is null ? TransferProblem.NoRecipient
            : note.ToId == holder ? TransferProblem.SameHolder
            : transfer.Mass.Grams <= 0 ? TransferProblem.NoMass
            : transfer.Mass.Grams > note.Balance ? TransferProblem.NotEnough
            : null;
        if (why is { } problem)
        {
            return new TransferOutcome.Refused(problem, Weight.FromGrams(note.Balance));
        }

        var parameters = new { transfer.TransferId, note.NoteId, note.Unit, note.AccountId, toId = note.ToId, holder, grams = transfer.Mass.Grams, person = actor.UserId };
        var made = await transaction.QuerySingleAsync<OfferMadeRow>(OfferSql, parameters, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("evidence.offered", "evidence_note", transfer.Number).With(new { grams = transfer.Mass.Grams, to = note.ToId }), actor, ct);
        return new TransferOutcome.Done(made.TransferNo);
    }

    private const string AnswerSql = """
        update evidence_transfers t
           set state = @to, answered_by = @person, answered_at = app.now(), note = coalesce(@note, t.note)
          from evidence_notes n join waste_balances b using (balance_id)
         where t.transfer_no = @no and t.state = 'Offered' and n.note_id = t.note_id
           and case when @to = 'Withdrawn' then t.from_id else t.to_id end is not distinct from @holder
        returning t.evidence_transfer_id, t.note_id, t.grams, n.number, 'evidence:' || b.category as unit,
                  ledger.open_account('evidence_moving', t.evidence_transfer_id, 'evidence:' || b.category) as moving_account_id, case when @to = 'Accepted' then t.to_id else t.from_id end as holder_id
        """;

    private const string HoldingSql = """
        insert into evidence_holdings (holding_id, note_id, holder_id, account_id)
        select @id, @NoteId, @HolderId, ledger.open_account('evidence_held', @id, @Unit)
         where not exists (select from evidence_holdings where note_id = @NoteId and holder_id is not distinct from @HolderId)
        on conflict on constraint holding_once do nothing
        """;

    // After the insert, not in it: of two acceptances at once, the second finds the holding that the first has made.
    private const string HoldingAccountSql = "select account_id from evidence_holdings where note_id = @NoteId and holder_id is not distinct from @HolderId";

    private const string MoveSql = "select ledger.post(@kind, 'evidence_transfer', @EvidenceTransferId, 2, @Unit, @MovingAccountId, @account, @Grams)";

    private const string WhySql = """
        select case when case when @to = 'Withdrawn' then from_id else to_id end is not distinct from @holder then state end from evidence_transfers where transfer_no = @no
        """;

    public Task<TransferOutcome> AcceptAsync(long no, OrganisationId? holder, Actor actor, CancellationToken ct) => AnswerAsync(no, "Accepted", holder, null, actor, ct);

    public Task<TransferOutcome> WithdrawAsync(long no, OrganisationId? holder, Actor actor, CancellationToken ct) => AnswerAsync(no, "Withdrawn", holder, null, actor, ct);

    public Task<TransferOutcome> DeclineAsync(long no, OrganisationId? holder, string reason, Actor actor, CancellationToken ct) =>
        string.IsNullOrWhiteSpace(reason)
            ? Task.FromResult<TransferOutcome>(new TransferOutcome.Refused(TransferProblem.NoReason, Weight.Zero))
            : AnswerAsync(no, "Declined", holder, reason.Trim(), actor, ct);

    private async Task<TransferOutcome> AnswerAsync(long no, string to, OrganisationId? organisation, string? note, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var holder = organisation?.Value;
        var isDone = await db.InTransactionAsync(
            async transaction =>
            {
                if (await transaction.QuerySingleOrDefaultAsync<AnsweredRow>(AnswerSql, new { no, to, note, holder, person = actor.UserId }, ct) is not { } row)
                {
                    return false;
                }

                await transaction.ExecuteAsync(HoldingSql, new { id = Guid.CreateVersion7(), row.NoteId, row.HolderId, row.Unit }, ct);
                var account = await transaction.QuerySingleAsync<Guid>(HoldingAccountSql, row, ct);
                await transaction.ExecuteAsync(MoveSql, new { kind = to == "Accepted" ? "evidence_accepted" : "evidence_not_taken", row.EvidenceTransferId, row.Unit, row.MovingAccountId, account, row.Grams }, ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("evidence.transfer_" + to.ToLowerInvariant(), "evidence_note", row.Number).With(new { transfer = no, grams = row.Grams }), actor, ct);
                return true;
            },
            ct);
        return isDone ? new TransferOutcome.Done(no)
            : await db.QuerySingleOrDefaultAsync<string>(WhySql, new { no, to, holder }, ct) is null ? new TransferOutcome.NotFound()
            : new TransferOutcome.Refused(TransferProblem.WrongState, Weight.Zero);
    }

    private sealed record OfferedRow(Guid NoteId, string State, string Payer, string Unit, Guid AccountId, long Balance, Guid? ToId);

    private sealed record OfferMadeRow(long TransferNo, Guid Post);

    private sealed record AnsweredRow(Guid EvidenceTransferId, Guid NoteId, long Grams, string Number, string Unit, Guid MovingAccountId, Guid? HolderId);
}

/// <param name="To">Slug of the new holder; none: the operator.</param>
public sealed record NewTransfer(Guid TransferId, string Number, Weight Mass, string? To);

public enum TransferProblem
{
    NoMass,
    NotEnough,
    NoRecipient,
    SameHolder,

    /// <summary>Grams of the fund stay with the fund until it was reimbursed.</summary>
    FundOnly,
    WrongState,
    NoReason,
}

public abstract record TransferOutcome
{
    private TransferOutcome()
    {
    }

    public sealed record Done(long TransferNo) : TransferOutcome;

    public sealed record NotFound : TransferOutcome;

    public sealed record Refused(TransferProblem Why, Weight Left) : TransferOutcome;
}

using System.Text.Json;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Receipts;
using Npgsql;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>A person decides about a waiting document of the bank, with a reason; and may take it back while nothing was built on it.</summary>
public sealed class BankDecisions(Db db)
{
    public const int LeastReasonCharacters = 3;
    public const int MostReasonCharacters = 500;

    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // Two who click at once: the second finds no row that waits.
    private const string ClaimSql = """
        with claimed as (
            update bank_rows set status = 'Decided', revision = revision + 1, settled_at = app.now()
             where bank_row_id = @id and status = 'Waiting' and revision = @revision
            returning bank_row_id
        )
        """ + " " + OpenRowSql.Text + " join claimed using (bank_row_id)";

    private const string WhySql = "select status, revision from bank_rows where bank_row_id = @id";

    private const string WriteSql = """
        insert into bank_decisions (decision_id, bank_row_id, kind, reason, details, decided_by) values (@decision, @id, @kind, @reason, @details::jsonb, @person)
        """;

    /// <param name="revision">Of the row as it was shown.</param>
    public async Task<DecideOutcome> DecideAsync(Guid id, int revision, BankDecision decision, string? reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(actor);
        var why = StatementLimits.Clean(reason, MostReasonCharacters + 1);
        if (why.Length is < LeastReasonCharacters or > MostReasonCharacters)
        {
            return DecideOutcome.ReasonNeeded;
        }

        try
        {
            return await db.InTransactionAsync(
                async transaction =>
                {
                    if (await transaction.QuerySingleOrDefaultAsync<OpenBankRow>(ClaimSql, new { id, revision }, ct) is not { } row)
                    {
                        return await WhyNotAsync(transaction, id, ct);
                    }

                    var made = Guid.CreateVersion7();
                    var (outcome, details) = await ApplyAsync(transaction, row, decision, made, why, actor, ct);
                    if (outcome != DecideOutcome.Done)
                    {
                        throw new RefusedException(outcome);
                    }

                    await transaction.ExecuteAsync(
                        WriteSql, new { decision = made, id, kind = decision.Kind, reason = why, details = JsonSerializer.Serialize(details, Snake), person = Person(actor) }, ct);
                    await AuditTrail.WriteAsync(transaction, new AuditEntry("bank_row.decided", "bank_row", $"{id}").With(new { decision.Kind, reason = why, decision = made, details }), actor, ct);
                    return outcome;
                },
                ct);
        }
        catch (RefusedException refused)
        {
            return refused.Outcome;
        }
        catch (PostgresException problem) when (problem.IsReceiptUsedUp() || problem.IsInvoicePaid() || problem.ConstraintName == "receipt_used_by_somebody")
        {
            return DecideOutcome.AmountsDoNotFit;
        }
        catch (PostgresException problem) when (problem.ConstraintName == "bank_row_taken_back_once")
        {
            return DecideOutcome.NotThereAnyMore;
        }
    }

    private static async Task<DecideOutcome> WhyNotAsync(DbTransaction transaction, Guid id, CancellationToken ct) =>
        await transaction.QuerySingleOrDefaultAsync<WhyRow>(WhySql, new { id }, ct) switch
        {
            null => DecideOutcome.NotFound,
            { Status: nameof(BankRowStatus.Waiting) } => DecideOutcome.ChangedSince,
            _ => DecideOutcome.AlreadyDecided,
        };

    private static Task<(DecideOutcome Outcome, DecisionDetails Details)> ApplyAsync(DbTransaction transaction, OpenBankRow row, BankDecision decision, Guid made, string reason, Actor actor, CancellationToken ct) =>
        (decision, row.Way) switch
        {
            (BankDecision.Allocate allocate, nameof(MoneyWay.In)) => ReceivedMoney.AllocateAsync(transaction, row, allocate.Parts, reason, actor, ct),
            (BankDecision.Credit credit, nameof(MoneyWay.In)) => ReceivedMoney.CreditAsync(transaction, row, credit.Payer, reason, actor, ct),
            (BankDecision.Return, nameof(MoneyWay.In)) => BankRefunds.RequestAsync(transaction, row, reason, actor, ct),
            (BankDecision.Storno or BankDecision.Refund or BankDecision.Fee or BankDecision.Other, nameof(MoneyWay.Out)) => ExplainAsync(transaction, row, decision, made, actor, ct),
            _ => Task.FromResult((DecideOutcome.WrongWay, new DecisionDetails())),
        };

    private const string EarlierSql = """
        update bank_rows b set takes_back_id = e.bank_row_id
          from bank_rows e join receipts r on r.receipt_id = e.receipt_id
         where b.bank_row_id = @id and e.bank_row_id = @earlier and e.way = 'In' and e.account = b.account and e.amount_tiyn = b.amount_tiyn and r.reversed_tiyn = 0
        returning b.bank_row_id
        """;

    private static async Task<(DecideOutcome Outcome, DecisionDetails Details)> ExplainAsync(DbTransaction transaction, OpenBankRow row, BankDecision decision, Guid made, Actor actor, CancellationToken ct)
    {
        await BankRowActs.ExplainedAsync(transaction, row, BankRowActs.Derived(made, "explained"), ct);
        switch (decision)
        {
            case BankDecision.Storno storno:
                if (await transaction.QuerySingleOrDefaultAsync<Guid?>(EarlierSql, new { id = row.BankRowId, earlier = storno.EarlierRow }, ct) is null)
                {
                    return (DecideOutcome.NotThereAnyMore, new DecisionDetails());
                }

                await BankRowActs.TakeBackAsync(transaction, row, storno.EarlierRow, made, actor, ct);
                return (DecideOutcome.Done, new DecisionDetails { Earlier = storno.EarlierRow });
            case BankDecision.Refund refund:
                return await BankRowActs.ExecuteRefundAsync(transaction, row, refund.RefundId, ct)
                    ? (DecideOutcome.Done, new DecisionDetails { Refund = refund.RefundId })
                    : (DecideOutcome.NotThereAnyMore, new DecisionDetails());
            default:
                var isFee = decision is BankDecision.Fee;
                await BankRowActs.PostAsync(
                    transaction, row, BankRowActs.Derived(made, "made"), isFee ? "bank_fee" : "bank_payment_other", isFee ? MoneyFactType.Fee : MoneyFactType.Correction, new MoneyPlace(isFee ? "bank_fees" : "bank_other"), new MoneyPlace("bank"), ct);
                return (DecideOutcome.Done, new DecisionDetails());
        }
    }

    private const string StandingSql = """
        select d.decision_id, d.kind, d.details::text as details, r.receipt_id
          from bank_decisions d join bank_rows r using (bank_row_id)
         where d.bank_row_id = @id and d.undone_at is null
           for update of d
        """;

    private const string UndoSql = """
        with undone as (
            update bank_decisions set undone_by = @person, undone_at = app.now(), undo_reason = @reason where decision_id = @decision and undone_at is null returning bank_row_id
        )
        update bank_rows b set status = 'Waiting', revision = revision + 1, settled_at = null, takes_back_id = null
          from undone u where b.bank_row_id = u.bank_row_id and b.status = 'Decided'
        returning b.bank_row_id
        """;

    /// <summary>The decision is taken back by its reverse, and the document waits again. The first decision and its undoing stay to be read.</summary>
    public async Task<DecideOutcome> UndoAsync(Guid id, string? reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var why = StatementLimits.Clean(reason, MostReasonCharacters + 1);
        if (why.Length is < LeastReasonCharacters or > MostReasonCharacters)
        {
            return DecideOutcome.ReasonNeeded;
        }

        try
        {
            return await db.InTransactionAsync(
                async transaction =>
                {
                    if (await transaction.QuerySingleOrDefaultAsync<StandingRow>(StandingSql, new { id }, ct) is not { } standing)
                    {
                        return DecideOutcome.NotFound;
                    }

                    await ReverseAsync(transaction, id, standing, actor, ct);
                    await transaction.QuerySingleAsync<Guid>(UndoSql, new { decision = standing.DecisionId, person = Person(actor), reason = why }, ct);
                    await AuditTrail.WriteAsync(transaction, new AuditEntry("bank_row.decision_undone", "bank_row", $"{id}").With(new { standing.Kind, reason = why, decision = standing.DecisionId }), actor, ct);
                    return DecideOutcome.Done;
                },
                ct);
        }
        catch (RefusedException refused)
        {
            return refused.Outcome;
        }
    }

    private static async Task ReverseAsync(DbTransaction transaction, Guid id, StandingRow standing, Actor actor, CancellationToken ct)
    {
        var details = JsonSerializer.Deserialize<DecisionDetails>(standing.Details, Snake)!;
        var row = await transaction.QuerySingleAsync<OpenBankRow>(OpenRowSql.Text + " where b.bank_row_id = @id", new { id }, ct);
        var isUndone = standing.Kind switch
        {
            "Allocate" or "Credit" => await ReceivedMoney.UndoAsync(transaction, standing.ReceiptId!.Value, details, standing.DecisionId, ct),
            "Return" => await BankRefunds.WithdrawAsync(transaction, details.Refund!.Value, actor, ct),
            "Refund" => await BankRefunds.UnexecuteAsync(transaction, row, details.Refund!.Value, standing.DecisionId, ct),
            _ => await UnexplainAsync(transaction, row, standing, actor, ct),
        };
        if (!isUndone)
        {
            throw new RefusedException(DecideOutcome.UsedSince);
        }

        if (row.Way == nameof(MoneyWay.Out))
        {
            await BankRowActs.UnexplainedAsync(transaction, row, BankRowActs.Derived(standing.DecisionId, "unexplained"), ct);
        }
    }

    private static async Task<bool> UnexplainAsync(DbTransaction transaction, OpenBankRow row, StandingRow standing, Actor actor, CancellationToken ct)
    {
        if (standing.Kind == "Storno")
        {
            await ReceiptBook.RestoreAsync(transaction, new Reversal(ReversalCause.BankReversal, standing.DecisionId, Money.FromTiyn(row.AmountTiyn)), actor, ct);
            return true;
        }

        var purpose = standing.Kind == "Fee" ? "bank_fees" : "bank_other";
        await BankRowActs.PostAsync(transaction, row, BankRowActs.Derived(standing.DecisionId, "unmade"), "bank_payment_explained", MoneyFactType.Correction, new MoneyPlace("bank"), new MoneyPlace(purpose), ct);
        return true;
    }

    private static Guid Person(Actor actor) => actor.UserId ?? throw new InvalidOperationException($"A person is needed, not {actor.Role}.");

    private sealed record WhyRow(string Status, int Revision);

    private sealed record StandingRow(Guid DecisionId, string Kind, string Details, Guid? ReceiptId);

    /// <summary>Leaves the transaction without a trace.</summary>
    private sealed class RefusedException(DecideOutcome outcome) : Exception
    {
        public DecideOutcome Outcome { get; } = outcome;
    }
}

/// <summary>What is needed to take a decision back.</summary>
internal sealed record DecisionDetails
{
    public IReadOnlyList<Guid> Allocations { get; init; } = [];

    public long CreditedTiyn { get; init; }

    /// <summary>Nobody knew whose money it was before.</summary>
    public bool Assigned { get; init; }

    public Guid? Refund { get; init; }

    public Guid? Earlier { get; init; }
}

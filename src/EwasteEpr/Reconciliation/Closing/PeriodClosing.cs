using System.Text.Json;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Reconciliation.Closing;

/// <summary>Freezes a period: one person looks at the checks and proposes, another closes; opening it again takes two as well and leaves a trace.</summary>
public sealed class PeriodClosing(Db db)
{
    private const string ChecksSql = "select code, open_count, example from reconciliation.period_checks(@period)";

    public Task<IReadOnlyList<PeriodCheck>> ChecksAsync(int period, CancellationToken ct) => db.QueryAsync<PeriodCheck>(ChecksSql, new { period }, ct);

    private const string ProposeSql = """
        insert into reconciliation.closures (closure_id, period, findings, note, proposed_by)
        select @id, @period, coalesce((select jsonb_agg(to_jsonb(c)) from reconciliation.period_checks(@period) c), '[]'), @note, @person
         where make_date(@period / 10, case when @period % 10 = 0 then 12 else @period % 10 * 3 end, 1) + interval '1 month' <= app.today()
        returning closure_id
        """;

    public async Task<ClosingOutcome> ProposeAsync(int period, string note, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(note);
        try
        {
            return await ActAsync("period.proposed", ProposeSql, new { id = Guid.CreateVersion7(), period, note = note.Trim(), person = actor.UserId }, period, actor, ct) ? ClosingOutcome.Done : ClosingOutcome.NotOver;
        }
        catch (PostgresException problem) when (problem.ConstraintName == "closure_once_per_period")
        {
            return ClosingOutcome.AlreadyDecided;
        }
    }

    // One snapshot for figures and hash: the table is copied, hashed as copied, and the closing written, or none of it.
    private const string ClaimSql = "select period from reconciliation.closures where closure_id = @id and state = 'Proposed' and proposed_by <> @person for update";

    private const string FreezeSql = """
        insert into reconciliation.closure_cells (closure_id, region_kato, measure, category, amount, records)
        select @id, f.region_kato, f.measure, f.category, f.amount, f.records from reconciliation.period_figures(@period) f
        """;

    private const string CloseSql = """
        update reconciliation.closures
           set state = 'Closed', closed_by = @person, closed_at = app.now(), cells = (select count(*) from reconciliation.closure_cells where closure_id = @id), sha256 = reconciliation.closure_sha256(@id)
         where closure_id = @id
        returning encode(sha256, 'hex')
        """;

    public Task<ClosingOutcome> CloseAsync(Guid id, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            ArgumentNullException.ThrowIfNull(actor);
            if (await transaction.QuerySingleOrDefaultAsync<int?>(ClaimSql, new { id, person = actor.UserId }, ct) is not { } period)
            {
                return await WhyAsync(transaction, id, new Refusals(Proposed: ClosingOutcome.SamePerson), ct);
            }

            await transaction.ExecuteAsync(FreezeSql, new { id, period }, ct);
            var sha256 = await transaction.QuerySingleAsync<string>(CloseSql, new { id, person = actor.UserId }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("period.closed", "closure", id.ToString()).With(new { period, sha256 }), actor, ct);
            return ClosingOutcome.Done;
        },
        ct);

    private const string WithdrawSql = "update reconciliation.closures set state = 'Withdrawn' where closure_id = @id and state = 'Proposed' returning period";

    public Task<ClosingOutcome> WithdrawAsync(Guid id, Actor actor, CancellationToken ct) => StepAsync("period.withdrawn", WithdrawSql, id, null, new Refusals(), actor, ct);

    private const string AskSql = """
        update reconciliation.closures set reopen_reason = @reason, reopen_asked_by = @person, reopen_asked_at = app.now()
         where closure_id = @id and state = 'Closed' and reopen_asked_by is null and @reason <> '' returning period
        """;

    public Task<ClosingOutcome> AskToReopenAsync(Guid id, string reason, Actor actor, CancellationToken ct) => StepAsync("period.reopening_asked", AskSql, id, reason, new Refusals(Closed: ClosingOutcome.ReasonNeeded), actor, ct);

    private const string ReopenSql = """
        update reconciliation.closures set state = 'Reopened', reopened_by = @person, reopened_at = app.now()
         where closure_id = @id and state = 'Closed' and reopen_asked_by is not null and reopen_asked_by <> @person returning period
        """;

    public Task<ClosingOutcome> ReopenAsync(Guid id, Actor actor, CancellationToken ct) => StepAsync("period.reopened", ReopenSql, id, null, new Refusals(Closed: ClosingOutcome.ReasonNeeded, Asked: ClosingOutcome.SamePerson), actor, ct);

    private Task<ClosingOutcome> StepAsync(string action, string sql, Guid id, string? reason, Refusals refusals, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            ArgumentNullException.ThrowIfNull(actor);
            if (await transaction.QuerySingleOrDefaultAsync<int?>(sql, new { id, reason = reason?.Trim() ?? "", person = actor.UserId }, ct) is not { } period)
            {
                return await WhyAsync(transaction, id, refusals, ct);
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry(action, "closure", id.ToString()).With(new { period, reason }), actor, ct);
            return ClosingOutcome.Done;
        },
        ct);

    private Task<bool> ActAsync(string action, string sql, object parameters, int period, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction => await transaction.QuerySingleOrDefaultAsync<Guid?>(sql, parameters, ct) is { } id
            && await AuditTrail.WriteAsync(transaction, new AuditEntry(action, "closure", id.ToString()).With(new { period }), actor, ct) != Guid.Empty,
        ct);

    private const string StateSql = "select state || case when reopen_asked_by is not null then '+' else '' end from reconciliation.closures where closure_id = @id";

    private static async Task<ClosingOutcome> WhyAsync(DbTransaction transaction, Guid id, Refusals refusals, CancellationToken ct) => await transaction.QuerySingleOrDefaultAsync<string>(StateSql, new { id }, ct) switch
    {
        null => ClosingOutcome.NotFound,
        "Proposed" => refusals.Proposed,
        "Closed" => refusals.Closed,
        "Closed+" => refusals.Asked,
        _ => ClosingOutcome.AlreadyDecided,
    };

    /// <summary>What it means when a step finds the closing in this state.</summary>
    private sealed record Refusals(ClosingOutcome Proposed = ClosingOutcome.AlreadyDecided, ClosingOutcome Closed = ClosingOutcome.AlreadyDecided, ClosingOutcome Asked = ClosingOutcome.AlreadyDecided);

    private const string ListSql = """
        select c.closure_id, c.period, c.state, c.findings::text as findings, c.note, c.cells, encode(c.sha256, 'hex') as sha256, c.proposed_by, p.name as proposer, c.proposed_at, d.name as closer, c.closed_at,
               c.reopen_reason, c.reopen_asked_by, a.name as reopen_asker, r.name as reopener, c.reopened_at
          from reconciliation.closures c
          join people p on p.person_id = c.proposed_by
          left join people d on d.person_id = c.closed_by
          left join people a on a.person_id = c.reopen_asked_by
          left join people r on r.person_id = c.reopened_by
         where @period::int is null or c.period = @period
         order by c.closure_id desc
         limit 200
        """;

    public Task<IReadOnlyList<ClosureRow>> ListAsync(int? period, CancellationToken ct) => db.QueryAsync<ClosureRow>(ListSql, new { period }, ct);

    // What the figures of a closed period are now less what was frozen: each difference is an adjustment.
    private const string AdjustmentsSql = """
        select region_kato, measure, category, f.amount as frozen, n.amount as now, coalesce(n.amount, 0) - coalesce(f.amount, 0) as difference
          from (select * from reconciliation.closure_cells where closure_id = @id) f
          full join (select p.* from reconciliation.closures c cross join lateral reconciliation.period_figures(c.period) p where c.closure_id = @id) n using (region_kato, measure, category)
         where (coalesce(f.amount, 0), coalesce(f.records, 0)) <> (coalesce(n.amount, 0), coalesce(n.records, 0))
         order by region_kato, measure, category
         limit @limit
        """;

    public Task<IReadOnlyList<Adjustment>> AdjustmentsAsync(Guid id, int limit, CancellationToken ct) => db.QueryAsync<Adjustment>(AdjustmentsSql, new { id, limit }, ct);

    private const string CellsSql = "select region_kato, measure, category, amount, records from reconciliation.closure_cells where closure_id = @id order by region_kato collate \"C\", measure collate \"C\", category collate \"C\" limit 100000";

    /// <summary>In the order of the hash.</summary>
    public Task<IReadOnlyList<FrozenCell>> CellsAsync(Guid id, CancellationToken ct) => db.QueryAsync<FrozenCell>(CellsSql, new { id }, ct);

    /// <summary>What was found when it was proposed.</summary>
    public static IReadOnlyList<PeriodCheck> Findings(string json) => JsonSerializer.Deserialize<List<PeriodCheck>>(json, Snake) ?? [];

    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}

/// <param name="OpenCount">None: it cannot be checked, because what it asks for is not there yet.</param>
public sealed record PeriodCheck(string Code, long? OpenCount, string? Example);

public sealed record ClosureRow(
    Guid ClosureId, int Period, string State, string Findings, string Note, int? Cells, string? Sha256, Guid ProposedBy, string Proposer, DateTimeOffset ProposedAt, string? Closer, DateTimeOffset? ClosedAt,
    string? ReopenReason, Guid? ReopenAskedBy, string? ReopenAsker, string? Reopener, DateTimeOffset? ReopenedAt);

public sealed record Adjustment(string RegionKato, string Measure, string Category, long? Frozen, long? Now, long Difference);

public sealed record FrozenCell(string RegionKato, string Measure, string Category, long Amount, long Records);

public enum ClosingOutcome
{
    Done,
    NotFound,

    /// <summary>The period is still running.</summary>
    NotOver,
    SamePerson,
    AlreadyDecided,
    ReasonNeeded,
}

using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Payments.Statements;

/// <summary>Closing the books of days that are over: one person proposes, another applies, nobody opens them again.</summary>
public sealed class PeriodLocks(Db db)
{
    private const string ListSql = """
        select l.period_lock_id, l.period_from, l.period_until, l.state, l.reason, l.proposed_by, p.name as proposer, l.proposed_at, d.name as decider, l.decided_at
          from period_locks l
          left join people p on p.person_id = l.proposed_by
          left join people d on d.person_id = l.decided_by
         order by l.period_from desc, l.period_lock_id desc
         limit 200
        """;

    public Task<IReadOnlyList<PeriodLock>> ListAsync(CancellationToken ct) => db.QueryAsync<PeriodLock>(ListSql, null, ct);

    private const string ProposeSql = """
        with proposed as (
            insert into period_locks (period_from, period_until, reason, proposed_by)
            select @from, @until, @reason, @person where @until <= app.today()
            returning period_lock_id
        )
        select audit.write(@actor::jsonb, 'period_lock.proposed', 'period_lock', period_lock_id::text, jsonb_build_object('from', @from, 'until', @until)) from proposed
        """;

    /// <param name="days">Half-open; they must be over.</param>
    public async Task<LockOutcome> ProposeAsync(DateRange days, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 2000)
        {
            return LockOutcome.ReasonNeeded;
        }

        try
        {
            var rows = await db.QueryAsync<Guid>(ProposeSql, new { from = days.From, until = days.Until, reason = reason.Trim(), person = Person(actor), actor = actor.ToJson() }, ct);
            return rows.Count > 0 ? LockOutcome.Done : LockOutcome.NotOver;
        }
        catch (PostgresException problem) when (problem.ConstraintName == "period_locked_once")
        {
            return LockOutcome.Overlaps;
        }
    }

    private const string DecideSql = """
        with decided as (
            update period_locks set state = @state, decided_by = @person, decided_at = app.now()
             where period_lock_id = @id and state = 'Proposed' and (@state = 'Withdrawn' or proposed_by <> @person)
            returning period_lock_id
        )
        select audit.write(@actor::jsonb, 'period_lock.' || lower(@state), 'period_lock', period_lock_id::text) from decided
        """;

    private const string WhySql = "select state from period_locks where period_lock_id = @id";

    public Task<LockOutcome> ApplyAsync(Guid id, Actor actor, CancellationToken ct) => DecideAsync(id, "Applied", actor, ct);

    public Task<LockOutcome> WithdrawAsync(Guid id, Actor actor, CancellationToken ct) => DecideAsync(id, "Withdrawn", actor, ct);

    private async Task<LockOutcome> DecideAsync(Guid id, string state, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if ((await db.QueryAsync<Guid>(DecideSql, new { id, state, person = Person(actor), actor = actor.ToJson() }, ct)).Count > 0)
        {
            return LockOutcome.Done;
        }

        return await db.QuerySingleOrDefaultAsync<string>(WhySql, new { id }, ct) switch
        {
            null => LockOutcome.NotFound,
            "Proposed" => LockOutcome.SamePerson,
            _ => LockOutcome.AlreadyDecided,
        };
    }

    private static Guid Person(Actor actor) => actor.UserId ?? throw new InvalidOperationException($"A person is needed, not {actor.Role}.");
}

public sealed record PeriodLock(
    Guid PeriodLockId, DateOnly PeriodFrom, DateOnly PeriodUntil, string State, string Reason, Guid ProposedBy, string? Proposer, DateTimeOffset ProposedAt, string? Decider, DateTimeOffset? DecidedAt);

public enum LockOutcome
{
    Done,
    NotFound,
    ReasonNeeded,

    /// <summary>The days are not over yet.</summary>
    NotOver,

    /// <summary>Some of the days are closed, or proposed to be.</summary>
    Overlaps,
    SamePerson,
    AlreadyDecided,
}

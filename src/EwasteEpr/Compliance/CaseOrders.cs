using EwasteEpr.Kernel;

namespace EwasteEpr.Compliance;

/// <summary>What an inspector does in the regions that are theirs: opens a case, writes an order with a deadline, closes it when it is proved. Nobody else's record is changed.</summary>
public sealed class CaseOrders(Db db, CaseService cases)
{
    private const string OpenSql = """
        insert into compliance_cases (number, rule, fact_key, organisation_id, region_kato, facts, opened_by)
        select format('K-%s-%s', extract(year from app.today()), lpad(nextval('case_numbers')::text, 4, '0')), 'Inspector', @key, o.organisation_id, o.region_kato, jsonb_build_object('words', @words), @person
          from organisations o
         where o.slug = @slug and o.region_kato = any(@regions)
        on conflict on constraint case_once_per_fact do nothing
        returning number
        """;

    private const string OpenedSql = """
        insert into case_events (case_id, event, note, person_id) select case_id, 'Opened', @words, @person from compliance_cases where number = @number
        """;

    /// <param name="key">Names the form, so that a second click opens nothing.</param>
    /// <returns>The number; none for an organisation of another region, or one that is not there.</returns>
    public async Task<string?> OpenAsync(string key, string slug, string words, IReadOnlyList<string> regions, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.InTransactionAsync(
            async transaction =>
            {
                var number = await transaction.QuerySingleOrDefaultAsync<string>(OpenSql, new { key, slug, words, regions = regions.ToArray(), person = actor.UserId }, ct);
                if (number is not null)
                {
                    await transaction.ExecuteAsync(OpenedSql, new { number, words, person = actor.UserId }, ct);
                    await Audit.AuditTrail.WriteAsync(transaction, new Audit.AuditEntry("case.opened", "case", number), actor, ct);
                }

                return number;
            },
            ct);
    }

    private const string WriteSql = """
        insert into case_orders (number, case_id, demand, due_on, written_by)
        select format('P-%s-%s', extract(year from app.today()), lpad(nextval('order_numbers')::text, 4, '0')), c.case_id, @demand, @dueOn, @person
          from compliance_cases c
         where c.number = @number and c.region_kato = any(@regions) and c.state in ('Open', 'Notified', 'Answered') and c.organisation_id is not null and @dueOn > app.today()
        returning case_id
        """;

    public Task<CaseOutcome> WriteAsync(string number, string demand, DateOnly dueOn, IReadOnlyList<string> regions, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return cases.StepAsync(new CaseScope(number, null, regions), WriteSql, new { number, demand, dueOn, regions = regions.ToArray(), person = actor.UserId }, "OrderWritten", demand, actor, ct);
    }

    private const string ProveSql = """
        update case_orders r set proof = @proof, proved_by = @person, proved_at = app.now()
          from compliance_cases c
         where c.case_id = r.case_id and c.number = @number and c.organisation_id = @organisation and r.number = @order and r.closed_at is null
        returning r.case_id
        """;

    public Task<CaseOutcome> ProveAsync(string number, string order, OrganisationId organisation, string proof, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return cases.StepAsync(new CaseScope(number, organisation, null), ProveSql, new { number, order, organisation, proof, person = actor.UserId }, "OrderProved", $"{order}: {proof}", actor, ct);
    }

    private const string CloseSql = """
        update case_orders r set closed_by = @person, closed_at = app.now()
          from compliance_cases c
         where c.case_id = r.case_id and c.number = @number and c.region_kato = any(@regions) and r.number = @order and r.proved_at is not null and r.closed_at is null
        returning r.case_id
        """;

    public Task<CaseOutcome> CloseAsync(string number, string order, IReadOnlyList<string> regions, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return cases.StepAsync(new CaseScope(number, null, regions), CloseSql, new { number, order, regions = regions.ToArray(), person = actor.UserId }, "OrderClosed", order, actor, ct);
    }
}

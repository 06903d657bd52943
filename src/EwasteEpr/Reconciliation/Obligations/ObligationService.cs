using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Reconciliation.Obligations;

/// <summary>Who has a system of their own, and what they owe: computed from the basis that two people entered, never from one we made up.</summary>
public sealed class ObligationService(Db db)
{
    private const string EnterSql = """
        insert into reconciliation.own_systems (organisation_id, from_on, until_on, document, entered_by)
        select o.organisation_id, @From, @Until, @Document, @person from organisations o where o.slug = @Slug
        returning own_system_id
        """;

    public async Task<EnterOwnSystemOutcome> EnterAsync(NewOwnSystem request, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        if (request.Until <= request.From || string.IsNullOrWhiteSpace(request.Document))
        {
            return EnterOwnSystemOutcome.Incomplete;
        }

        try
        {
            return await db.InTransactionAsync(
                async transaction =>
                {
                    if (await transaction.QuerySingleOrDefaultAsync<Guid?>(EnterSql, new { request.Slug, request.From, request.Until, Document = request.Document.Trim(), person = actor.UserId }, ct) is not { } id)
                    {
                        return EnterOwnSystemOutcome.NotFound;
                    }

                    await AuditTrail.WriteAsync(transaction, new AuditEntry("own_system.entered", "own_system", id.ToString()).With(new { request.Slug, request.From, request.Until, request.Document }), actor, ct);
                    return EnterOwnSystemOutcome.Entered;
                },
                ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "own_system_once_at_a_time")
        {
            return EnterOwnSystemOutcome.AlreadyMember;
        }
    }

    // Members of the year with their days; a member without mass in the reference year counts by the current one. Numbers are slugs: opaque and stable.
    private const string MembersSql = """
        with days as (
            select m.organisation_id, sum(least(coalesce(m.until_on, make_date(@year + 1, 1, 1)), make_date(@year + 1, 1, 1)) - greatest(m.from_on, make_date(@year, 1, 1)))::integer as days
              from reconciliation.own_systems m
             where m.from_on < make_date(@year + 1, 1, 1) and (m.until_on is null or m.until_on > make_date(@year, 1, 1))
             group by m.organisation_id
        )
        select d.organisation_id, o.slug, d.days, case when r.grams is null then @year else @referenceYear end as base_year, coalesce(r.grams, c.grams) as grams
          from days d
          join organisations o using (organisation_id)
          left join reconciliation.placed_by_organisation r on r.organisation_id = d.organisation_id and r.year = @referenceYear and r.category = @category and r.grams > 0
          left join reconciliation.placed_by_organisation c on c.organisation_id = d.organisation_id and c.year = @year and c.category = @category and c.grams > 0
         where coalesce(r.grams, c.grams) > 0
         order by o.slug
         limit 10000
        """;

    private const string AllSql = "select coalesce(sum(grams), 0)::bigint from reconciliation.placed_by_organisation where year = @referenceYear and category = @category and grams > 0";

    private const string RunSql = """
        insert into reconciliation.obligation_runs (run_id, year, category, basis, share_percent, total_kg, reference_year, act, all_grams, proposed_by)
        values (@id, @Year, @Category, @basis, @SharePercent, @totalKg, @ReferenceYear, @Act, @all, @person)
        """;

    private const string SharesSql = """
        insert into reconciliation.obligation_shares (run_id, position, organisation_id, base_year, base_grams, days, kg)
        select @id, s.* from unnest(@positions, @organisations, @baseYears, @grams, @days, @kgs) as s(position, organisation_id, base_year, base_grams, days, kg)
        """;

    public async Task<ProposeRunOutcome> ProposeAsync(NewObligationRun request, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        if (string.IsNullOrWhiteSpace(request.Act) || (request.Basis == ObligationBasis.OwnVolume ? request.SharePercent is not (> 0 and <= 100) : request.TotalKg is not > 0))
        {
            return new ProposeRunOutcome.BasisNeeded();
        }

        try
        {
            return await db.InTransactionAsync(transaction => ProposeAsync(transaction, request, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "obligation_one_open")
        {
            return new ProposeRunOutcome.OneIsOpen();
        }
    }

    private static async Task<ProposeRunOutcome> ProposeAsync(DbTransaction transaction, NewObligationRun request, Actor actor, CancellationToken ct)
    {
        var question = new { year = request.Year, referenceYear = request.ReferenceYear, category = request.Category };
        var members = await transaction.QueryAsync<MemberRow>(MembersSql, question, ct);
        if (members.Count == 0)
        {
            return new ProposeRunOutcome.NobodyObliged();
        }

        var (bases, daysOfYear) = (members.Select(row => new ObligationBase(row.Grams, row.Days)).ToList(), DateTime.IsLeapYear(request.Year) ? 366 : 365);
        var isShare = request.Basis == ObligationBasis.MarketShare;
        var late = members.Where(row => row.BaseYear != request.ReferenceYear).Sum(row => row.Grams);
        var all = await transaction.QuerySingleAsync<long>(AllSql, question, ct) + late;
        var totalKg = isShare ? request.TotalKg!.Value : ObligationShares.TotalOfOwnVolume(request.SharePercent!.Value, bases, daysOfYear);
        if (totalKg == 0)
        {
            return new ProposeRunOutcome.NobodyObliged();
        }

        var kgs = ObligationShares.Split(totalKg, bases, isShare ? all : null, daysOfYear);
        var id = Guid.CreateVersion7();
        await transaction.ExecuteAsync(RunSql, new { id, request.Year, request.Category, basis = request.Basis.ToString(), SharePercent = isShare ? null : request.SharePercent, totalKg, request.ReferenceYear, Act = request.Act.Trim(), all, person = actor.UserId }, ct);
        var rest = all - bases.Sum(one => one.Grams);
        await transaction.ExecuteAsync(
            SharesSql,
            new
            {
                id, positions = Enumerable.Range(1, members.Count + (isShare ? 1 : 0)).ToArray(),
                organisations = members.Select(row => (Guid?)row.OrganisationId).Concat(isShare ? [null] : Array.Empty<Guid?>()).ToArray(),
                baseYears = members.Select(row => row.BaseYear).Concat(isShare ? [request.ReferenceYear] : Array.Empty<int>()).ToArray(),
                grams = bases.Select(one => one.Grams).Concat(isShare ? [rest] : Array.Empty<long>()).ToArray(),
                days = bases.Select(one => one.Days).Concat(isShare ? [daysOfYear] : Array.Empty<int>()).ToArray(),
                kgs = kgs.ToArray(),
            },
            ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("obligation.proposed", "obligation_run", id.ToString()).With(new { request.Year, request.Category, request.Basis, request.SharePercent, totalKg, request.Act }), actor, ct);
        return new ProposeRunOutcome.Proposed(id, totalKg);
    }

    private const string SupersedeSql = """
        update reconciliation.obligation_runs o set state = 'Superseded', decided_by = o.decided_by, decided_at = o.decided_at
          from reconciliation.obligation_runs n
         where n.run_id = @id and n.state = 'Proposed' and n.proposed_by <> @person and o.year = n.year and o.category = n.category and o.state = 'Published'
        """;

    private const string ClaimSql = """
        update reconciliation.obligation_runs set state = @state, decided_by = @person, decided_at = app.now()
         where run_id = @id and state = 'Proposed' and (@state = 'Withdrawn' or proposed_by <> @person)
        returning run_id
        """;

    private const string StateSql = "select state from reconciliation.obligation_runs where run_id = @id";

    public Task<DecideRunOutcome> PublishAsync(Guid id, Actor actor, CancellationToken ct) => DecideAsync(id, "Published", actor, ct);

    public Task<DecideRunOutcome> WithdrawAsync(Guid id, Actor actor, CancellationToken ct) => DecideAsync(id, "Withdrawn", actor, ct);

    private async Task<DecideRunOutcome> DecideAsync(Guid id, string state, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            var done = await db.InTransactionAsync(
                async transaction =>
                {
                    if (state == "Published")
                    {
                        await transaction.ExecuteAsync(SupersedeSql, new { id, person = actor.UserId }, ct);
                    }

                    return await transaction.QuerySingleOrDefaultAsync<Guid?>(ClaimSql, new { id, state, person = actor.UserId }, ct) is not null
                        && await AuditTrail.WriteAsync(transaction, new AuditEntry(state == "Published" ? "obligation.published" : "obligation.withdrawn", "obligation_run", id.ToString()), actor, ct) != Guid.Empty;
                },
                ct);
            return done ? DecideRunOutcome.Done : await db.QuerySingleOrDefaultAsync<string>(StateSql, new { id }, ct) switch
            {
                null => DecideRunOutcome.NotFound,
                "Proposed" => DecideRunOutcome.SamePerson,
                _ => DecideRunOutcome.AlreadyDecided,
            };
        }
        catch (PostgresException problem) when (problem.ConstraintName == "obligation_in_force_once")
        {
            return DecideRunOutcome.AlreadyDecided;
        }
    }

    private sealed record MemberRow(Guid OrganisationId, string Slug, int Days, int BaseYear, long Grams);
}

/// <param name="Until">The day after the last; none while it lasts.</param>
public sealed record NewOwnSystem(string Slug, DateOnly From, DateOnly? Until, string Document);

public enum EnterOwnSystemOutcome
{
    Entered,
    NotFound,
    Incomplete,
    AlreadyMember,
}

/// <param name="SharePercent">r, for own volume.</param>
/// <param name="TotalKg">T, for market share.</param>
public sealed record NewObligationRun(int Year, string Category, ObligationBasis Basis, decimal? SharePercent, long? TotalKg, int ReferenceYear, string Act);

public abstract record ProposeRunOutcome
{
    private ProposeRunOutcome()
    {
    }

    public sealed record Proposed(Guid RunId, long TotalKg) : ProposeRunOutcome;

    /// <summary>r or T and the act are not known: nothing is computed.</summary>
    public sealed record BasisNeeded : ProposeRunOutcome;

    /// <summary>A proposal for the year and category waits already.</summary>
    public sealed record OneIsOpen : ProposeRunOutcome;

    /// <summary>No member placed anything of this category on the market: no obligation, which is not an obligation of 0.</summary>
    public sealed record NobodyObliged : ProposeRunOutcome;
}

public enum DecideRunOutcome
{
    Done,
    NotFound,
    SamePerson,
    AlreadyDecided,
}

using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Certification;

/// <summary>Once a month some certified recyclers are drawn to be audited: at random, the chance of each in proportion to its risk. No human chooses.</summary>
public sealed class SurveillanceDraw(Db db)
{
    /// <summary>One certification in ten is drawn a month, at least one: our own figure, no act names one that we know of.</summary>
    public const int OneIn = 10;

    // An audit that is under way is enough; and within ninety days of the last visit nobody is drawn again.
    private const string CandidatesSql = """
        select k.certification_id, k.majors, k.minors, k.days_since_audit, k.overrides, k.risk
          from certification_risks k
         where not exists (select from audits u where u.organisation_id = k.organisation_id and (u.state in ('Waiting', 'Assigned', 'Reported') or u.visited_on > app.today() - 90))
         order by k.certification_id
         limit 10000
        """;

    private const string ClaimSql = "insert into surveillance_draws (month, places) values (date_trunc('month', app.today())::date, @places) on conflict (month) do nothing returning month";

    private const string KeepSql = """
        insert into surveillance_risks (month, certification_id, majors, minors, days_since_audit, overrides, risk, is_drawn)
        values (@month, @CertificationId, @Majors, @Minors, @DaysSinceAudit, @Overrides, @Risk, @isDrawn)
        """;

    private const string AuditSql = """
        insert into audits (number, kind, organisation_id, certification_id)
        select format('U-%s-%s', extract(year from app.today()), lpad(nextval('audit_numbers')::text, 4, '0')), 'Surveillance', organisation_id, certification_id from certifications where certification_id = @CertificationId
        returning audit_id
        """;

    /// <returns>How many audits were drawn; none when this month's draw has been.</returns>
    public Task<int> SweepAsync(CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var actor = Actor.System("surveillance-draw");
            var candidates = await transaction.QueryAsync<CandidateRow>(CandidatesSql, null, ct);
            var places = candidates.Count == 0 ? 0 : Math.Max(1, candidates.Count / OneIn);
            if (await transaction.QuerySingleOrDefaultAsync<DateOnly?>(ClaimSql, new { places }, ct) is not { } month)
            {
                return 0;
            }

            var drawn = Draw(candidates, places, RandomNumberGenerator.GetInt32);
            foreach (var row in candidates)
            {
                await transaction.ExecuteAsync(KeepSql, new { month, row.CertificationId, row.Majors, row.Minors, row.DaysSinceAudit, row.Overrides, row.Risk, isDrawn = drawn.Contains(row) }, ct);
            }

            foreach (var row in drawn)
            {
                var audit = await transaction.QuerySingleAsync<Guid>(AuditSql, row, ct);
                await AuditDrawing.DrawAsync(transaction, audit, actor, ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("audit.surveillance_drawn", "certification", row.CertificationId.ToString()).With(new { row.Risk, candidates = candidates.Count }), actor, ct);
            }

            return drawn.Count;
        }, ct);

    /// <summary>Draws without putting back: each place goes to a candidate with a chance of its risk among those left.</summary>
    /// <param name="next">A number from 0 up to, not including, its argument.</param>
    public static IReadOnlyList<CandidateRow> Draw(IReadOnlyList<CandidateRow> candidates, int places, Func<int, int> next)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(next);
        var (left, drawn) = (candidates.ToList(), new List<CandidateRow>());
        while (drawn.Count < places && left.Count > 0)
        {
            var at = next(left.Sum(row => row.Risk));
            var place = 0;
            while (at >= left[place].Risk)
            {
                at -= left[place++].Risk;
            }

            drawn.Add(left[place]);
            left.RemoveAt(place);
        }

        return drawn;
    }
}

public sealed record CandidateRow(Guid CertificationId, int Majors, int Minors, int DaysSinceAudit, int Overrides, int Risk);

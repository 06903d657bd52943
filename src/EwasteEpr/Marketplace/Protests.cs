using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Marketplace;

/// <summary>A bidder who did not win may protest until the period ends; each protest is answered, and one that is upheld undoes the award.</summary>
public sealed class Protests(Db db)
{
    private const string MakeSql = """
        with made as (
            insert into market_protests (award_id, organisation_id, text, made_by)
            select a.award_id, @organisation, @text, @person
              from market_lots l join market_awards a using (market_lot_id)
             where l.number = @number and a.state = 'Awarded' and app.now() < a.protest_until and a.organisation_id <> @organisation
               and exists (select from market_offers o where o.market_lot_id = l.market_lot_id and o.organisation_id = @organisation and o.replaced_at is null)
            returning protest_id
        )
        select audit.write(@actor::jsonb, 'market_protest.made', 'market_lot', @number, jsonb_build_object('protest', m.protest_id)) is not null from made m
        """;

    /// <returns>False where there is nothing to protest against, the period is over, or it was done before.</returns>
    public async Task<bool> MakeAsync(string number, OrganisationId organisation, string text, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.QuerySingleOrDefaultAsync<bool>(MakeSql, new { number, organisation, text, person = actor.UserId, actor = actor.ToJson() }, ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "protest_once_per_award")
        {
            return false;
        }
    }

    private const string AnswerSql = """
        update market_protests set answer = @answer, is_upheld = @upheld, answered_by = @person, answered_at = app.now()
         where protest_id = @protest and award_id = @award and answer is null
        """;

    /// <summary>Whoever awarded does not answer.</summary>
    public Task<EndOutcome> AnswerAsync(string number, Guid protest, ProtestAnswer answer, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(
            async transaction =>
            {
                if (await transaction.QuerySingleOrDefaultAsync<AliveAward>(AwardEndings.AliveSql, new { number }, ct) is not { } award)
                {
                    return EndOutcome.NotFound;
                }

                if (award.State != AwardState.Awarded
                    || await transaction.ExecuteAsync(AnswerSql, new { protest, award = award.AwardId, answer = answer.Text, upheld = answer.IsUpheld, person = actor.UserId }, ct) == 0)
                {
                    return EndOutcome.WrongState;
                }

                if (answer.IsUpheld)
                {
                    await AwardEndings.FallAsync(transaction, award, AwardState.Cancelled, LotState.Closed, answer.Text, ct);
                }

                await AuditTrail.WriteAsync(transaction, new AuditEntry("market_protest.answered", "market_lot", number).With(new { protest, answer.IsUpheld }), actor, ct);
                return EndOutcome.Done;
            },
            ct);
    }
}

public sealed record ProtestAnswer(string Text, bool IsUpheld);

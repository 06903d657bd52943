using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Tariffs;

/// <summary>The operator's own rows HS prefix -> UNU key: they win over the supplement and the reference table. Two people.</summary>
public sealed class HsRowProposals(Db db)
{
    private const string ListSql = """
        select hs_unu_row_id, hs_prefix, unu_key, origin, state, description_en, source, proposed_by, name as proposer, proposed_at
          from hs_unu_rows left join people on person_id = proposed_by where state in ('Proposed', 'Published') and (origin = 'Operator' or @all)
         order by state = 'Proposed' desc, hs_prefix, origin desc, hs_unu_row_id limit 20000
        """;

    /// <param name="all">Also the rows of the files.</param>
    public Task<IReadOnlyList<HsRowListed>> ListAsync(bool all, CancellationToken ct) => db.QueryAsync<HsRowListed>(ListSql, new { all }, ct);

    private const string ProposeSql = """
        insert into hs_unu_rows (hs_unu_row_id, hs_prefix, unu_key, origin, state, description_en, source, proposed_by)
        values (@id, @prefix, @key, 'Operator', 'Proposed', @Description, @Source, @person)
        """;

    /// <returns>The proposal, or none for a key that is not on the list.</returns>
    public async Task<Guid?> ProposeAsync(HsRowDraft draft, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var id = Guid.CreateVersion7();
        try
        {
            var parameters = new { id, prefix = draft.Prefix.ToString(), key = draft.Key.ToString(), draft.Description, draft.Source, person = TwoPeople.Person(actor) };
            var said = new AuditEntry("hs_row.proposed", "hs_unu_row", draft.Prefix.ToString()).With(new { parameters.id, parameters.key });
            await Decision.ProposeAsync(db, new(ProposeSql, parameters), said, actor, ct);
            return id;
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return null;
        }
    }

    private const string PublishSql = """
        with proposal as (
            select hs_prefix from hs_unu_rows
             where hs_unu_row_id = @id and state = 'Proposed' and proposed_by <> @person for update
        )
        update hs_unu_rows set state = 'Superseded'
          from proposal
         where hs_unu_rows.state = 'Published' and hs_unu_rows.origin = 'Operator' and hs_unu_rows.hs_prefix = proposal.hs_prefix;
        update hs_unu_rows set state = 'Published', decided_by = @person, decided_at = app.now()
         where hs_unu_row_id = @id and state = 'Proposed' and proposed_by <> @person
        returning hs_unu_row_id;
        """;

    public Task<DecideOutcome> PublishAsync(Guid id, Actor actor, CancellationToken ct) => Decision.TakeAsync(db, new(PublishSql, WhySql, id), new AuditEntry("hs_row.published", "hs_unu_row", id.ToString()), actor, ct);

    private const string WithdrawSql = """
        update hs_unu_rows set state = 'Withdrawn', decided_by = @person, decided_at = app.now() where hs_unu_row_id = @id and state = 'Proposed' returning hs_unu_row_id
        """;

    public Task<DecideOutcome> WithdrawAsync(Guid id, Actor actor, CancellationToken ct) => Decision.TakeAsync(db, new(WithdrawSql, WhySql, id), new AuditEntry("hs_row.withdrawn", "hs_unu_row", id.ToString()), actor, ct);

    private const string WhySql = "select state from hs_unu_rows where hs_unu_row_id = @id";
}

public sealed record HsRowDraft(HsCode Prefix, UnuKey Key, string? Description, string Source);

public sealed record HsRowListed(
    Guid HsUnuRowId, string HsPrefix, string UnuKey, string Origin, string State, string? DescriptionEn, string Source, Guid? ProposedBy, string? Proposer, DateTimeOffset ProposedAt);

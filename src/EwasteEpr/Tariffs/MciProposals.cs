using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Tariffs;

/// <summary>Values of the MCI: one person enters, another publishes. A published value replaces the one of the same day and purpose; stored prices keep theirs.</summary>
public sealed class MciProposals(Db db)
{
    private const string ListSql = """
        select mci_value_id, effective_from, value_kzt, purpose, confirmation, legal_basis, origin, state, proposed_by, proposed_at
          from mci_values where state in ('Proposed', 'Published')
         order by state = 'Proposed' desc, effective_from desc, purpose, mci_value_id limit 1000
        """;

    public Task<IReadOnlyList<MciListed>> ListAsync(CancellationToken ct) => db.QueryAsync<MciListed>(ListSql, null, ct);

    private const string ProposeSql = """
        insert into mci_values (mci_value_id, effective_from, value_kzt, purpose, confirmation, legal_basis, origin, state, proposed_by)
        values (@id, @EffectiveFrom, @ValueKzt, @purpose, 'Act', @LegalBasis, 'Operator', 'Proposed', @person)
        """;

    public async Task<Guid> ProposeAsync(MciDraft draft, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var id = Guid.CreateVersion7();
        await db.ExecuteAsync(ProposeSql, new { id, draft.EffectiveFrom, draft.ValueKzt, purpose = draft.Purpose.ToString(), draft.LegalBasis, person = TwoPeople.Person(actor) }, ct);
        return id;
    }

    private const string PublishSql = """
        with proposal as (
            select mci_value_id, effective_from, purpose from mci_values
             where mci_value_id = @id and state = 'Proposed' and proposed_by <> @person for update
        )
        update mci_values set state = 'Superseded'
          from proposal
         where mci_values.state = 'Published' and mci_values.effective_from = proposal.effective_from and mci_values.purpose = proposal.purpose;
        update mci_values set state = 'Published', decided_by = @person, decided_at = app.now()
         where mci_value_id = @id and state = 'Proposed' and proposed_by <> @person
        returning mci_value_id;
        """;

    public Task<DecideOutcome> PublishAsync(Guid id, Actor actor, CancellationToken ct) => Decision.PublishAsync(db, PublishSql, WhySql, id, actor, ct);

    private const string WithdrawSql = """
        update mci_values set state = 'Withdrawn', decided_by = @person, decided_at = app.now() where mci_value_id = @id and state = 'Proposed' returning mci_value_id
        """;

    public Task<DecideOutcome> WithdrawAsync(Guid id, Actor actor, CancellationToken ct) => Decision.PublishAsync(db, WithdrawSql, WhySql, id, actor, ct);

    private const string WhySql = "select state, proposed_by from mci_values where mci_value_id = @id";
}

public sealed record MciDraft(DateOnly EffectiveFrom, decimal ValueKzt, MciPurpose Purpose, string LegalBasis);

public sealed record MciListed(
    Guid MciValueId, DateOnly EffectiveFrom, decimal ValueKzt, string Purpose, string Confirmation, string? LegalBasis, string Origin, string State,
    Guid? ProposedBy, DateTimeOffset ProposedAt);

/// <summary>What became of a decision of the second person.</summary>
public enum DecideOutcome
{
    Done,
    NotFound,
    AlreadyDecided,
    SamePerson,

    /// <summary>Another decision about the same thing came in between.</summary>
    ChangedSince,
}

/// <summary>One decision: claim in one statement, or look why not.</summary>
internal static class Decision
{
    public static async Task<DecideOutcome> PublishAsync(Db db, string sql, string whySql, Guid id, Actor actor, CancellationToken ct)
    {
        var person = TwoPeople.Person(actor);
        try
        {
            var done = await db.InTransactionAsync(transaction => transaction.QuerySingleOrDefaultAsync<Guid?>(sql, new { id, person }, ct), ct);
            if (done is not null)
            {
                return DecideOutcome.Done;
            }
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return DecideOutcome.ChangedSince;
        }

        var why = await db.QuerySingleOrDefaultAsync<WhyRow>(whySql, new { id }, ct);
        return why is null ? DecideOutcome.NotFound : why.State != nameof(ProposalState.Proposed) ? DecideOutcome.AlreadyDecided : DecideOutcome.SamePerson;
    }

    private sealed record WhyRow(string State, Guid? ProposedBy);
}

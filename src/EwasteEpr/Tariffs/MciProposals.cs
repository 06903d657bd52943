using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>Values of the MCI: one person enters, another publishes. A published value replaces the one of the same day and purpose; stored prices keep theirs.</summary>
public sealed class MciProposals(Db db)
{
    private const string ListSql = """
        select mci_value_id, effective_from, value_kzt, purpose, confirmation, legal_basis, origin, state, proposed_by, name as proposer, proposed_at
          from mci_values left join people on person_id = proposed_by where state in ('Proposed', 'Published')
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
        var parameters = new { id, draft.EffectiveFrom, draft.ValueKzt, purpose = draft.Purpose.ToString(), draft.LegalBasis, person = TwoPeople.Person(actor) };
        var said = new AuditEntry("mci.proposed", "mci_value", id.ToString()).With(new { draft.EffectiveFrom, draft.ValueKzt, purpose = draft.Purpose.ToString() });
        await Decision.ProposeAsync(db, new(ProposeSql, parameters), said, actor, ct);
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

    public Task<DecideOutcome> PublishAsync(Guid id, Actor actor, CancellationToken ct) => Decision.TakeAsync(db, new(PublishSql, WhySql, id), new AuditEntry("mci.published", "mci_value", id.ToString()), actor, ct);

    private const string WithdrawSql = """
        update mci_values set state = 'Withdrawn', decided_by = @person, decided_at = app.now() where mci_value_id = @id and state = 'Proposed' returning mci_value_id
        """;

    public Task<DecideOutcome> WithdrawAsync(Guid id, Actor actor, CancellationToken ct) => Decision.TakeAsync(db, new(WithdrawSql, WhySql, id), new AuditEntry("mci.withdrawn", "mci_value", id.ToString()), actor, ct);

    private const string WhySql = "select state from mci_values where mci_value_id = @id";
}

public sealed record MciDraft(DateOnly EffectiveFrom, decimal ValueKzt, MciPurpose Purpose, string LegalBasis);

public sealed record MciListed(
    Guid MciValueId, DateOnly EffectiveFrom, decimal ValueKzt, string Purpose, string Confirmation, string? LegalBasis, string Origin, string State,
    Guid? ProposedBy, string? Proposer, DateTimeOffset ProposedAt);

using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Tariffs;

/// <summary>New versions: one person proposes, another publishes, anyone of the two withdraws what is not published yet.</summary>
/// <remarks>What is refused here is refused by constraints too; a race is told like the refusal it is.</remarks>
public sealed class TariffProposals(Db db)
{
    private const string ProposeSql = """
        insert into methodologies (methodology_id, code, programme, act_number, act_date, act_kk, act_ru, act_en, act_link, title_kk, title_ru, title_en, valid,
                                   mci_by, mci_purpose, rounding, source_kk, source_ru, source_en, origin, state, proposed_by)
        values (@Id, @Code, @Programme, @ActNumber, @ActDate, @ActKk, @ActRu, @ActEn, @ActLink, @TitleKk, @TitleRu, @TitleEn, daterange(@From, @Until),
                @MciBy, @MciPurpose, @Rounding, @SourceKk, @SourceRu, @SourceEn, 'Operator', 'Proposed', @Person)
        """;

    private const string RowsSql = """
        insert into tariff_rows (methodology_id, row_no, match_kind, match, coefficient, note_kk, note_ru, note_en, legal_basis)
        select @Id, row_no, kind, match, coefficient, note_kk, note_ru, note_en, basis
          from unnest(@Kinds, @Matches, @Coefficients, @NotesKk, @NotesRu, @NotesEn, @Bases)
               with ordinality as given (kind, match, coefficient, note_kk, note_ru, note_en, basis, row_no)
        """;

    public async Task<ProposeOutcome> ProposeAsync(TariffDraft draft, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var person = TwoPeople.Person(actor);
        var id = Guid.CreateVersion7();
        try
        {
            return await db.InTransactionAsync<ProposeOutcome>(async transaction =>
            {
                await transaction.ExecuteAsync(ProposeSql, HeadParameters(id, draft, person), ct);
                await transaction.ExecuteAsync(RowsSql, RowParameters(id, draft.Rows), ct);
                var said = new AuditEntry("tariff.proposed", "methodology", draft.Code).With(new { programme = draft.Programme.ToString(), valid = draft.Valid.ToString(), rows = draft.Rows.Count });
                await AuditTrail.WriteAsync(transaction, said, actor, ct);
                return new ProposeOutcome.Proposed(draft.Code);
            }, ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "methodologies_code")
        {
            return new ProposeOutcome.CodeTaken(draft.Code);
        }
    }

    private const string ReviewSql = """
        select methodology_id, code, programme, act_number, act_date, act_kk, act_ru, act_en, act_link, title_kk, title_ru, title_en,
               lower(valid) as valid_from, upper(valid) as valid_until, mci_by, mci_purpose, rounding, source_kk, source_ru, source_en, state
          from methodologies where code = @code and state <> 'Withdrawn'
        """;

    private const string ReviewRowsSql = """
        select methodology_id, tariff_row_id, match_kind, match, coefficient, note_kk, note_ru, note_en, legal_basis
          from tariff_rows where methodology_id = @id order by row_no limit 20000
        """;

    private const string PeopleSql = """
        select proposed_by, proposer.name as proposer, proposed_at, decider.name as decider, decided_at
          from methodologies
          left join people proposer on proposer.person_id = proposed_by
          left join people decider on decider.person_id = decided_by
         where methodology_id = @id
        """;

    /// <summary>A version, proposed or published, against what it follows; none for an unknown or withdrawn code.</summary>
    public async Task<TariffReview?> ReviewAsync(string code, TariffSnapshot published, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(published);
        if (await db.QuerySingleOrDefaultAsync<MethodologyRow>(ReviewSql, new { code }, ct) is not { } head)
        {
            return null;
        }

        var methodology = head.ToMethodology();
        var rows = (await db.QueryAsync<TariffRowRow>(ReviewRowsSql, new { id = methodology.Id }, ct)).Select(row => row.ToRow()).ToList();
        var people = await db.QuerySingleAsync<TariffPeople>(PeopleSql, new { id = methodology.Id }, ct);
        var version = new TariffVersion(methodology, rows, head.State == "Superseded");
        var before = published.Before(methodology);
        var plan = Succession.Plan(methodology.Valid, published.InForce(methodology.Programme).Select(other => new PublishedRange(other.Methodology.Code, other.Methodology.Valid)));
        return new TariffReview(
            version, Enum.Parse<ProposalState>(head.State), before, TariffDiff.Compare(before?.Rows ?? [], rows), plan,
            people);
    }

    // Locked, so that two publishers of one proposal come one after the other.
    private const string LockSql = """
        select methodology_id, programme, lower(valid) as valid_from, upper(valid) as valid_until, proposed_by, state
          from methodologies where code = @code and state <> 'Withdrawn' for update
        """;

    private const string MeetingSql = """
        select code, lower(valid) as valid_from, upper(valid) as valid_until
          from methodologies where programme = @programme and state = 'Published' and valid && daterange(@from, @until) order by lower(valid) limit 100 for update
        """;

    private const string CloseSql = "update methodologies set valid = daterange(lower(valid), @from) where code = @other and state = 'Published'";

    private const string ReplaceSql = "update methodologies set state = 'Superseded', superseded_by = @id where code = @other and state = 'Published'";

    private const string PublishSql = """
        update methodologies set state = 'Published', decided_by = @person, decided_at = app.now() where methodology_id = @id and state = 'Proposed'
        """;

    /// <param name="expected">What the publisher was shown it would do to the published versions; another one is not done silently.</param>
    public async Task<PublishOutcome> PublishAsync(string code, Succession expected, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(expected);
        try
        {
            return await db.InTransactionAsync(transaction => PublishAsync(transaction, code, expected, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "methodologies_no_overlap")
        {
            return new PublishOutcome.ChangedSince(new Succession(SuccessionKind.Overlaps, null));
        }
    }

    private static async Task<PublishOutcome> PublishAsync(DbTransaction transaction, string code, Succession expected, Actor actor, CancellationToken ct)
    {
        var person = TwoPeople.Person(actor);
        if (await transaction.QuerySingleOrDefaultAsync<LockedRow>(LockSql, new { code }, ct) is not { } proposal)
        {
            return new PublishOutcome.NotFound();
        }

        if (proposal.State != nameof(ProposalState.Proposed))
        {
            return new PublishOutcome.AlreadyDecided(Enum.Parse<ProposalState>(proposal.State));
        }

        if (proposal.ProposedBy == person)
        {
            return new PublishOutcome.SamePerson();
        }

        var meeting = await transaction.QueryAsync<MeetingRow>(MeetingSql, new { proposal.Programme, from = proposal.ValidFrom, until = proposal.ValidUntil }, ct);
        var plan = Succession.Plan(new DateRange(proposal.ValidFrom, proposal.ValidUntil), meeting.Select(row => new PublishedRange(row.Code, new DateRange(row.ValidFrom, row.ValidUntil))));
        if (plan.Kind == SuccessionKind.Overlaps || plan != expected)
        {
            return new PublishOutcome.ChangedSince(plan);
        }

        var parameters = new { id = proposal.MethodologyId, other = plan.Other, from = proposal.ValidFrom, person };
        if (plan.Kind is SuccessionKind.Closes or SuccessionKind.Replaces)
        {
            await transaction.ExecuteAsync(plan.Kind == SuccessionKind.Closes ? CloseSql : ReplaceSql, parameters, ct);
        }

        await transaction.ExecuteAsync(PublishSql, parameters, ct);
        var said = new AuditEntry("tariff.published", "methodology", code).With(new { effect = plan.Kind.ToString(), other = plan.Other });
        await AuditTrail.WriteAsync(transaction, said, actor, ct);
        return new PublishOutcome.Published(plan);
    }

    private const string WithdrawSql = """
        update methodologies set state = 'Withdrawn', decided_by = @person, decided_at = app.now() where code = @code and state = 'Proposed'
        """;

    public Task<bool> WithdrawAsync(string code, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var done = await transaction.ExecuteAsync(WithdrawSql, new { code, person = TwoPeople.Person(actor) }, ct) == 1;
            if (done)
            {
                await AuditTrail.WriteAsync(transaction, new AuditEntry("tariff.withdrawn", "methodology", code), actor, ct);
            }

            return done;
        },
        ct);

    private const string ListSql = """
        select code, programme, state, title_kk, title_ru, title_en, lower(valid) as valid_from, upper(valid) as valid_until, proposed_by, name as proposer, proposed_at, decided_at,
               (select count(*) from tariff_rows where tariff_rows.methodology_id = methodologies.methodology_id) as rows
          from methodologies left join people on person_id = proposed_by
         order by state = 'Proposed' desc, lower(valid) desc, proposed_at desc, methodology_id limit 500
        """;

    public Task<IReadOnlyList<TariffListed>> ListAsync(CancellationToken ct) => db.QueryAsync<TariffListed>(ListSql, null, ct);

    private static object HeadParameters(Guid id, TariffDraft draft, Guid person) => new
    {
        Id = id, draft.Code, Programme = draft.Programme.ToString(),
        ActNumber = draft.Act?.Number, ActDate = draft.Act?.Date, ActKk = draft.Act?.Name.Kk, ActRu = draft.Act?.Name.Ru, ActEn = draft.Act?.Name.En, ActLink = draft.Act?.Link,
        TitleKk = draft.Title.Kk, TitleRu = draft.Title.Ru, TitleEn = draft.Title.En, draft.Valid.From, draft.Valid.Until,
        MciBy = draft.MciBy.ToString(), MciPurpose = draft.MciPurpose.ToString(), Rounding = draft.Rounding.ToString(),
        SourceKk = draft.Source.Kk, SourceRu = draft.Source.Ru, SourceEn = draft.Source.En, Person = person,
    };

    private static object RowParameters(Guid id, IReadOnlyList<TariffDraftRow> rows) => new
    {
        Id = id,
        Kinds = rows.Select(row => row.Kind.ToString()).ToArray(), Matches = rows.Select(row => row.Match).ToArray(), Coefficients = rows.Select(row => row.Coefficient).ToArray(),
        NotesKk = rows.Select(row => row.Note?.Kk).ToArray(), NotesRu = rows.Select(row => row.Note?.Ru).ToArray(), NotesEn = rows.Select(row => row.Note?.En).ToArray(),
        Bases = rows.Select(row => row.LegalBasis).ToArray(),
    };

    private sealed record LockedRow(Guid MethodologyId, string Programme, DateOnly ValidFrom, DateOnly? ValidUntil, Guid? ProposedBy, string State);

    private sealed record MeetingRow(string Code, DateOnly ValidFrom, DateOnly? ValidUntil);
}

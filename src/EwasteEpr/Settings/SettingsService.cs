using System.Globalization;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Settings;

/// <summary>The operator's settings with the act each rests on. One person proposes a change, another applies it.</summary>
public sealed class SettingsService(Db db)
{
    private const string ListSql = """
        select s.key, s.kind, s.value, s.basis, s.owner, s.gap, s.changed_at, c.setting_change_id, c.value as proposed_value, c.basis as proposed_basis, c.reason, c.proposed_by, p.name as proposer, c.proposed_at
          from app.settings s
          left join app.setting_changes c on c.key = s.key and c.state = 'Proposed'
          left join people p on p.person_id = c.proposed_by
         order by s.position, s.key limit 1000
        """;

    public Task<IReadOnlyList<Setting>> ListAsync(CancellationToken ct) => db.QueryAsync<Setting>(ListSql, null, ct);

    private const string KindSql = "select kind from app.settings where key = @Key";

    private const string ProposeSql = """
        insert into app.setting_changes (setting_change_id, key, value, basis, reason, proposed_by) values (@id, @Key, @value, @Basis, @Reason, @person)
        """;

    public async Task<ProposeSettingOutcome> ProposeAsync(SettingDraft draft, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(draft);
        if (await db.QuerySingleOrDefaultAsync<string>(KindSql, draft, ct) is not { } kind)
        {
            return ProposeSettingOutcome.NotFound;
        }

        if (!TryNormalise(Enum.Parse<SettingKind>(kind), draft.Value, out var value))
        {
            return ProposeSettingOutcome.BadValue;
        }

        try
        {
            var parameters = new { id = Guid.CreateVersion7(), draft.Key, value, draft.Basis, draft.Reason, person = Person(actor) };
            return await db.InTransactionAsync(
                async transaction =>
                {
                    await transaction.ExecuteAsync(ProposeSql, parameters, ct);
                    await AuditTrail.WriteAsync(transaction, new AuditEntry("setting.proposed", "setting", draft.Key).With(new { value, draft.Basis, draft.Reason }), actor, ct);
                    return ProposeSettingOutcome.Proposed;
                },
                ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "setting_changes_one_open")
        {
            return ProposeSettingOutcome.OneIsOpen;
        }
    }

    // Claim the proposal and write it in one statement; no row means: look why.
    private const string ApplySql = """
        with claimed as (
            update app.setting_changes set state = 'Applied', decided_by = @person, decided_at = app.now()
             where setting_change_id = @id and state = 'Proposed' and proposed_by <> @person
            returning key, value, basis, proposed_by
        )
        update app.settings set value = claimed.value, basis = claimed.basis, changed_by = claimed.proposed_by, approved_by = @person, changed_at = clock_timestamp()
          from claimed where settings.key = claimed.key
        returning settings.key
        """;

    private const string WithdrawSql = """
        update app.setting_changes set state = 'Withdrawn', decided_by = @person, decided_at = app.now() where setting_change_id = @id and state = 'Proposed' returning key
        """;

    private const string WhySql = "select state from app.setting_changes where setting_change_id = @id";

    public Task<ApplySettingOutcome> ApplyAsync(Guid id, Actor actor, CancellationToken ct) => DecideAsync(ApplySql, "setting.applied", id, actor, ct);

    public Task<ApplySettingOutcome> WithdrawAsync(Guid id, Actor actor, CancellationToken ct) => DecideAsync(WithdrawSql, "setting.withdrawn", id, actor, ct);

    private async Task<ApplySettingOutcome> DecideAsync(string sql, string action, Guid id, Actor actor, CancellationToken ct)
    {
        var done = await db.InTransactionAsync(
            async transaction =>
            {
                var key = await transaction.QuerySingleOrDefaultAsync<string>(sql, new { id, person = Person(actor) }, ct);
                return key is not null && await AuditTrail.WriteAsync(transaction, new AuditEntry(action, "setting", key).With(new { change = id }), actor, ct) != Guid.Empty;
            },
            ct);
        if (done)
        {
            return ApplySettingOutcome.Done;
        }

        return await db.QuerySingleOrDefaultAsync<string>(WhySql, new { id }, ct) switch
        {
            null => ApplySettingOutcome.NotFound,
            "Proposed" => ApplySettingOutcome.SamePerson,
            _ => ApplySettingOutcome.AlreadyDecided,
        };
    }

    /// <summary>Stored in one form, so that the database and every reader see the same; empty is "not known".</summary>
    private static bool TryNormalise(SettingKind kind, string? text, out string? value)
    {
        value = string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        if (value is null)
        {
            return kind != SettingKind.Programme;
        }

        switch (kind)
        {
            case SettingKind.Programme:
                return value is "Official" or "Illustrative";
            case SettingKind.YesNo:
                return value is "Yes" or "No";
            case SettingKind.Text:
                return value.Length <= 500;
            default:
                var ok = NumberInput.TryParse(value, out var number) == NumberProblem.None && number >= 0 && (kind == SettingKind.Decimal || decimal.IsInteger(number));
                value = number.ToString(CultureInfo.InvariantCulture);
                return ok;
        }
    }

    private static Guid Person(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.UserId ?? throw new InvalidOperationException($"A person is needed, not {actor.Role}.");
    }
}

public enum SettingKind
{
    Programme,
    Decimal,
    Integer,
    Text,
    YesNo,
}

/// <summary>What a setting without a value does.</summary>
public enum SettingGap
{
    /// <summary>Production does not start.</summary>
    Start,

    /// <summary>A feature stays closed.</summary>
    Feature,

    /// <summary>It is printed as "–".</summary>
    Shown,
}

/// <param name="Value">None: not known.</param>
/// <param name="Basis">The act; none: not known.</param>
/// <param name="Owner">Who decides it: Operator, Ministry, TaxAuthority, Bank, Product.</param>
public sealed record Setting(
    string Key, string Kind, string? Value, string? Basis, string Owner, string Gap, DateTimeOffset? ChangedAt,
    Guid? SettingChangeId, string? ProposedValue, string? ProposedBasis, string? Reason, Guid? ProposedBy, string? Proposer, DateTimeOffset? ProposedAt);

public sealed record SettingDraft(string Key, string? Value, string? Basis, string Reason);

public enum ProposeSettingOutcome
{
    Proposed,
    NotFound,
    BadValue,

    /// <summary>Another change of the same setting waits for its second person.</summary>
    OneIsOpen,
}

public enum ApplySettingOutcome
{
    Done,
    NotFound,
    SamePerson,
    AlreadyDecided,
}

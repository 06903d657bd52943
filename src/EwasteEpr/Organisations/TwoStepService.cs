using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>The second step of signing in: codes of an authenticator app, and recovery codes for the day the phone is gone.</summary>
public sealed class TwoStepService(Db db, Secrets secrets)
{
    private const string SecretPurpose = "totp";
    private const string RecoveryPurpose = "recovery-code";
    private const int RecoveryCodeCount = 10;
    private const int RecoveryCodeLength = 10; // 50 bits, behind the brake

    private const string BeginSql = """
        update credentials set totp_secret = @sealed, totp_last_step = 0
         where person_id = @person and totp_confirmed_at is null
        """;

    /// <summary>A new secret, not yet in force; null when codes are on already.</summary>
    public async Task<byte[]?> BeginAsync(PersonId person, CancellationToken ct)
    {
        var secret = Totp.NewSecret();
        return await db.ExecuteAsync(BeginSql, new { person, @sealed = secrets.Seal(SecretPurpose, secret) }, ct) == 1 ? secret : null;
    }

    private const string SecretSql = """
        select totp_secret, totp_confirmed_at is not null as is_confirmed, app.now() as now
          from credentials where person_id = @person and totp_secret is not null
        """;

    /// <summary>The secret that waits for its first code, to be shown again.</summary>
    public async Task<byte[]?> WaitingSecretAsync(PersonId person, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<SecretRow>(SecretSql, new { person }, ct) is { IsConfirmed: false } row ? secrets.Open(SecretPurpose, row.TotpSecret) : null;

    private const string ConfirmSql = """
        update credentials set totp_confirmed_at = app.now(), totp_last_step = @step
         where person_id = @person and totp_confirmed_at is null and totp_secret is not null
        """;

    /// <summary>The first right code puts the second step in force.</summary>
    /// <returns>The recovery codes, shown this once; null when the code was wrong.</returns>
    public async Task<IReadOnlyList<string>?> ConfirmAsync(PersonId person, string code, Actor actor, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<SecretRow>(SecretSql, new { person }, ct) is not { IsConfirmed: false } row ||
            Totp.FindStep(secrets.Open(SecretPurpose, row.TotpSecret), code, row.Now) is not { } step)
        {
            return null;
        }

        return await db.InTransactionAsync(async transaction =>
        {
            if (await transaction.ExecuteAsync(ConfirmSql, new { person, step }, ct) == 0)
            {
                return null;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("two_step.on", "person", person.ToString()), actor, ct);
            return await WriteRecoveryCodesAsync(transaction, person, ct);
        }, ct);
    }

    private const string StepSql = """
        update credentials set totp_last_step = @step
         where person_id = @person and totp_last_step < @step
        """;

    private const string RecoverySql = "update recovery_codes set used_at = app.now() where code_hash = @hash and person_id = @person and used_at is null";

    /// <summary>A code works once: the app's by its step, a recovery code by its row.</summary>
    /// <returns>totp or recovery, or null when it was neither.</returns>
    public async Task<string?> UseAsync(PersonId person, string code, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<SecretRow>(SecretSql, new { person }, ct) is not { IsConfirmed: true } row)
        {
            return null;
        }

        if (Totp.FindStep(secrets.Open(SecretPurpose, row.TotpSecret), code, row.Now) is { } step)
        {
            return await db.ExecuteAsync(StepSql, new { person, step }, ct) == 1 ? "totp" : null;
        }

        return Crockford.Normalise(code) is { Length: RecoveryCodeLength } recovery
            && await db.ExecuteAsync(RecoverySql, new { person, hash = RecoveryHash(person, recovery) }, ct) == 1 ? "recovery" : null;
    }

    public Task<IReadOnlyList<string>> NewRecoveryCodesAsync(PersonId person, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            await AuditTrail.WriteAsync(transaction, new AuditEntry("two_step.new_recovery_codes", "person", person.ToString()), actor, ct);
            return await WriteRecoveryCodesAsync(transaction, person, ct);
        }, ct);

    private const string OffSql = """
        with codes as (delete from recovery_codes where person_id = @person)
        update credentials set totp_secret = null, totp_confirmed_at = null, totp_last_step = 0 where person_id = @person
        """;

    public Task TurnOffAsync(PersonId person, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            await transaction.ExecuteAsync(OffSql, new { person }, ct);
            return await AuditTrail.WriteAsync(transaction, new AuditEntry("two_step.off", "person", person.ToString()), actor, ct);
        }, ct);

    private const string StateSql = """
        select c.totp_confirmed_at, (select count(*) from recovery_codes r where r.person_id = c.person_id and r.used_at is null) as recovery_codes_left
          from credentials c where c.person_id = @person
        """;

    public Task<TwoStepState> StateAsync(PersonId person, CancellationToken ct) => db.QuerySingleAsync<TwoStepState>(StateSql, new { person }, ct);

    private const string DropCodesSql = "delete from recovery_codes where person_id = @person";

    private const string AddCodeSql = "insert into recovery_codes (code_hash, person_id) values (@hash, @person)";

    private async Task<IReadOnlyList<string>> WriteRecoveryCodesAsync(DbTransaction transaction, PersonId person, CancellationToken ct)
    {
        await transaction.ExecuteAsync(DropCodesSql, new { person }, ct);
        var codes = Enumerable.Range(0, RecoveryCodeCount).Select(_ => Crockford.Random(RecoveryCodeLength)).ToList();
        foreach (var code in codes)
        {
            await transaction.ExecuteAsync(AddCodeSql, new { person, hash = RecoveryHash(person, code) }, ct);
        }

        return codes;
    }

    private byte[] RecoveryHash(PersonId person, string code) => secrets.Hash(RecoveryPurpose, person + ":" + code);

    private sealed record SecretRow(byte[] TotpSecret, bool IsConfirmed, DateTimeOffset Now);
}

public sealed record TwoStepState(DateTimeOffset? TotpConfirmedAt, long RecoveryCodesLeft)
{
    public bool IsOn => TotpConfirmedAt is not null;
}

using System.Globalization;
using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>The counter's device: paired once by a code of the owner's, then staff sign in on it with a PIN.</summary>
/// <remarks>
/// A PIN opens nothing without the device, and a session on the device has the counter's roles of one organisation only:
/// whoever picks the tablet up is never an owner. PINs are drawn, not chosen, so 1234 does not exist.
/// </remarks>
public sealed class DeviceService(Db db, Secrets secrets, PasswordHashing passwords, SignInBrake brake, SessionService sessions)
{
    private const string CodePurpose = "pairing-code";
    private const int CodeLength = 8; // 40 bits for fifteen minutes, behind the brake

    /// <summary>What a session on a device can do.</summary>
    public static IReadOnlyList<string> CounterRoles { get; } = [OrganisationRole.PointStaff, OrganisationRole.Cashier, OrganisationRole.RecyclerStaff];

    private const string AddSql = """
        insert into devices (organisation_id, name, pairing_code_hash, pairing_expires_at, created_by)
        values (@organisation, @name, @codeHash, app.now() + interval '15 minutes', @createdBy)
        returning device_id
        """;

    /// <returns>The code to type on the device, shown this once.</returns>
    public Task<string> AddAsync(OrganisationId organisation, string name, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var code = Crockford.Random(CodeLength);
        return db.InTransactionAsync(async transaction =>
        {
            var device = await transaction.QuerySingleAsync<Guid>(AddSql, new { organisation, name, codeHash = secrets.Hash(CodePurpose, code), createdBy = actor.UserId }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("device.added", "device", device.ToString("D")), actor, ct);
            return code;
        }, ct);
    }

    private const string PairSql = """
        update devices set paired_at = app.now(), token_hash = @tokenHash, pairing_code_hash = null
         where pairing_code_hash = @codeHash and pairing_expires_at > app.now() and revoked_at is null
        returning device_id, organisation_id, created_by
        """;

    /// <summary>On the device: the code for a token that stays.</summary>
    public async Task<PairOutcome> PairAsync(string? typed, SignInFrom from, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (await brake.TakeAsync(SignInSubject.Pairing(from.Address), from.Address, ct) is { } wait)
        {
            return new PairOutcome.Wait(wait);
        }

        if (Crockford.Normalise(typed) is not { Length: CodeLength } code)
        {
            return new PairOutcome.Refused();
        }

        var token = SecretToken.New();
        var paired = await db.InTransactionAsync(async transaction =>
        {
            var row = await transaction.QuerySingleOrDefaultAsync<PairedRow>(PairSql, new { codeHash = secrets.Hash(CodePurpose, code), tokenHash = SecretToken.Hash(token) }, ct);
            if (row is not null)
            {
                var actor = from.Actor(person: null) with { OrganisationId = row.OrganisationId.Value };
                await AuditTrail.WriteAsync(transaction, new AuditEntry("device.paired", "device", row.DeviceId.ToString("D")), actor, ct);
            }

            return row;
        }, ct);
        if (paired is null)
        {
            return new PairOutcome.Refused();
        }

        await brake.GiveBackAsync(SignInSubject.Pairing(from.Address), from.Address, ct);
        return new PairOutcome.Paired(token);
    }

    private const string FindSql = """
        with seen as (
            update devices set last_seen_at = app.now()
             where token_hash = @tokenHash and revoked_at is null and (last_seen_at is null or last_seen_at < app.now() - interval '1 hour')
        )
        select d.device_id, d.organisation_id, o.name_kk, o.name_ru, d.name
          from devices d
          join organisations o on o.organisation_id = d.organisation_id
         where d.token_hash = @tokenHash and d.revoked_at is null
        """;

    public Task<PairedDevice?> FindAsync(string token, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<PairedDevice>(FindSql, new { tokenHash = SecretToken.Hash(token) }, ct);

    private const string ListSql = """
        select device_id, name, created_at, paired_at, last_seen_at, pairing_expires_at > app.now() as is_waiting
          from devices
         where organisation_id = @organisation and revoked_at is null and (paired_at is not null or pairing_expires_at > app.now())
         order by created_at desc, device_id desc
         limit 200
        """;

    public Task<IReadOnlyList<DeviceRow>> ListAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<DeviceRow>(ListSql, new { organisation }, ct);

    private const string StaffSql = """
        select m.person_id, p.name, m.roles, s.person_id is not null as has_pin
          from memberships m
          join people p on p.person_id = m.person_id
          left join staff_pins s on s.organisation_id = m.organisation_id and s.person_id = m.person_id
         where m.organisation_id = @organisation and m.roles && @counterRoles
         order by p.name collate "ru-x-icu", m.person_id
         limit 500
        """;

    /// <summary>Members who stand at a counter, with or without a PIN yet.</summary>
    public Task<IReadOnlyList<StaffMember>> StaffAsync(OrganisationId organisation, CancellationToken ct) =>
        db.QueryAsync<StaffMember>(StaffSql, new { organisation, counterRoles = CounterRoles.ToArray() }, ct);

    private const string SetPinSql = """
        insert into staff_pins (organisation_id, person_id, pin_hash)
        select organisation_id, person_id, @pinHash from memberships
         where organisation_id = @organisation and person_id = @person and roles && @counterRoles
        on conflict (organisation_id, person_id) do update set pin_hash = excluded.pin_hash, set_at = app.now()
        """;

    /// <returns>Six drawn digits, shown this once; null when the person does not stand at a counter here.</returns>
    public Task<string?> SetPinAsync(OrganisationId organisation, PersonId person, Actor actor, CancellationToken ct)
    {
        var pin = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        var pinHash = passwords.Hash(pin);
        return db.InTransactionAsync<string?>(async transaction =>
        {
            if (await transaction.ExecuteAsync(SetPinSql, new { organisation, person, pinHash, counterRoles = CounterRoles.ToArray() }, ct) == 0)
            {
                return null;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("pin.set", "person", person.ToString()), actor, ct);
            return pin;
        }, ct);
    }

    private const string PinSql = """
        select s.pin_hash
          from staff_pins s
          join memberships m on m.organisation_id = s.organisation_id and m.person_id = s.person_id and m.roles && @counterRoles
         where s.organisation_id = @organisation and s.person_id = @person
        """;

    public async Task<SignInOutcome> SignInAsync(PairedDevice device, PersonId person, string? pin, SignInFrom from, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(from);
        var subject = SignInSubject.Pin(device.DeviceId, person);
        if (await brake.TakeAsync(subject, from.Address, ct) is { } wait)
        {
            return new SignInOutcome.Wait(wait);
        }

        var hash = await db.QuerySingleOrDefaultAsync<string>(PinSql, new { organisation = device.OrganisationId, person, counterRoles = CounterRoles.ToArray() }, ct);
        if (passwords.Verify(hash ?? passwords.Decoy, pin is { Length: <= 20 } ? pin.Trim() : "") == PasswordMatch.No || hash is null)
        {
            return new SignInOutcome.Refused();
        }

        await brake.GiveBackAsync(subject, from.Address, ct);
        return new SignInOutcome.SignedIn(person, await sessions.OpenAsync(new OpenSession(person, "pin", from, device.DeviceId, device.OrganisationId), ct));
    }

    private const string RevokeSql = """
        with gone as (
            update devices set revoked_at = app.now()
             where device_id = @device and organisation_id = @organisation and revoked_at is null
            returning device_id
        ), ended as (
            update sessions s set revoked_at = app.now() from gone where s.device_id = gone.device_id and s.revoked_at is null
        )
        select device_id from gone
        """;

    /// <summary>A lost tablet: its sessions end with it.</summary>
    public Task<bool> RevokeAsync(OrganisationId organisation, Guid device, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(RevokeSql, new { organisation, device }, ct) is null)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("device.revoked", "device", device.ToString("D")), actor, ct);
            return true;
        }, ct);

    private sealed record PairedRow(Guid DeviceId, OrganisationId OrganisationId, Guid CreatedBy);
}

public sealed record PairedDevice(Guid DeviceId, OrganisationId OrganisationId, string NameKk, string NameRu, string Name)
{
    public string OrganisationName(string language) => language == "kk" ? NameKk : NameRu;
}

public sealed record DeviceRow(Guid DeviceId, string Name, DateTimeOffset CreatedAt, DateTimeOffset? PairedAt, DateTimeOffset? LastSeenAt, bool IsWaiting);

public sealed record StaffMember(PersonId PersonId, string Name, string[] Roles, bool HasPin);

public abstract record PairOutcome
{
    private PairOutcome()
    {
    }

    public sealed record Paired(string Token) : PairOutcome;

    /// <summary>Wrong, used or older than fifteen minutes.</summary>
    public sealed record Refused : PairOutcome;

    public sealed record Wait(TimeSpan For) : PairOutcome;
}

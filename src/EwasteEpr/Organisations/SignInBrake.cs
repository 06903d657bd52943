using System.Net;
using System.Net.Sockets;
using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>Growing delays against guessing, per account and per network address.</summary>
/// <remarks>
/// An attempt is counted before it is looked at, so a hundred at once are no better than one after the other; a right one gives
/// its count back. The account is whatever was typed, existing or not, so the brake tells nobody who exists. Kept as keyed hashes.
/// At the account's ceiling of 15 minutes, at most some hundred guesses a day remain.
/// </remarks>
public sealed class SignInBrake(Db db, Secrets secrets)
{
    private const int FreeTriesOfAccount = 5;
    private const int FreeTriesOfAddress = 30; // an office or a bazaar behind one address

    private const string TakeSql = """
        insert into sign_in_throttles as t (subject, failures, last_attempt_at)
        values (@subject, 1, app.now())
        on conflict (subject) do update
           set failures = case when t.last_attempt_at < app.now() - interval '1 day' then 1 else t.failures + 1 end,
               last_attempt_at = app.now(),
               locked_until = case
                   when t.last_attempt_at >= app.now() - interval '1 day' and t.failures + 1 >= @free
                   then app.now() + least(interval '15 minutes', interval '30 seconds' * power(2, least(t.failures + 1 - @free, 10)))
               end
         where t.locked_until is null or t.locked_until <= app.now()
        returning failures
        """;

    private const string WaitSql = "select locked_until - app.now() as wait from sign_in_throttles where subject = @subject and locked_until > app.now()";

    /// <returns>How long to wait, or null when the attempt may be looked at.</returns>
    public async Task<TimeSpan?> TakeAsync(SignInSubject subject, string? address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return await TakeAsync(Key(subject), FreeTriesOfAccount, ct)
            ?? (address is null ? null : await TakeAsync(AddressKey(address), FreeTriesOfAddress, ct));
    }

    private const string ForgetSql = "delete from sign_in_throttles where subject = @subject";

    private const string GiveBackSql = """
        update sign_in_throttles set failures = greatest(failures - 1, 0), locked_until = null
         where subject = @subject
        """;

    /// <summary>The attempt was right: the account starts anew, the address gets its one try back.</summary>
    public async Task GiveBackAsync(SignInSubject subject, string? address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(subject);
        await db.ExecuteAsync(ForgetSql, new { subject = Key(subject) }, ct);
        if (address is not null)
        {
            await db.ExecuteAsync(GiveBackSql, new { subject = AddressKey(address) }, ct);
        }
    }

    private async Task<TimeSpan?> TakeAsync(byte[] subject, int free, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<int?>(TakeSql, new { subject, free }, ct) is not null)
        {
            return null;
        }

        return await db.QuerySingleOrDefaultAsync<TimeSpan?>(WaitSql, new { subject }, ct) ?? TimeSpan.FromSeconds(1);
    }

    private byte[] Key(SignInSubject subject) => secrets.Hash("brake", subject.Kind + ":" + subject.Name);

    private byte[] AddressKey(string address) => secrets.Hash("brake", "address:" + Network(address));

    /// <summary>One subscriber has one IPv4 address, or a whole /64 of IPv6.</summary>
    private static string Network(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6 || parsed.IsIPv4MappedToIPv6)
        {
            return address;
        }

        return Convert.ToHexStringLower(parsed.GetAddressBytes().AsSpan(0, 8));
    }
}

/// <summary>What is being guessed at.</summary>
public sealed record SignInSubject
{
    private SignInSubject(string kind, string name) => (Kind, Name) = (kind, name);

    public string Kind { get; }

    public string Name { get; }

    public static SignInSubject Password(string userName)
    {
        ArgumentNullException.ThrowIfNull(userName);
        return new("password", userName.Trim().ToLowerInvariant());
    }

    public static SignInSubject Code(PersonId person) => new("code", person.ToString());

    public static SignInSubject Pin(Guid device, PersonId person) => new("pin", $"{device:D} {person}");

    /// <summary>A pairing code names no account, so the place it is typed at stands for one.</summary>
    public static SignInSubject Pairing(string? address) => new("pairing", address ?? "");

    /// <summary>Letters asked for an address: not a guess, but as tiresome in numbers.</summary>
    public static SignInSubject LetterTo(string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        return new("letter", email.Trim().ToLowerInvariant());
    }
}

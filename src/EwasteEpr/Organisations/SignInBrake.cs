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
    internal const int FreeTriesOfAccount = 5;
    private const int FreeTriesOfAddress = 30; // an office or a bazaar behind one address
    private const int SecondsInADay = 86_400;

    private const string TakeSql = """
        insert into sign_in_throttles as t (subject, failures, last_attempt_at)
        values (@subject, 1, app.now())
        on conflict (subject) do update
           set (failures, last_attempt_at, locked_until) = (
                   select so_far + 1, app.now(),
                          case when so_far + 1 >= @free
                               then app.now() + least(interval '15 minutes', interval '30 seconds' * power(2, least(so_far + 1 - @free, 10)))
                          end
                     from (select case when t.last_attempt_at < app.now() - interval '1 day' then 0
                                       else greatest(t.failures - floor(extract(epoch from app.now() - t.last_attempt_at) / @secondsForATry)::int, 0)
                                  end as so_far) counted)
         where t.locked_until is null or t.locked_until <= app.now()
        returning failures
        """;

    private const string WaitSql = "select locked_until - app.now() as wait from sign_in_throttles where subject = @subject and locked_until > app.now()";

    /// <remarks>
    /// An account starts anew after a day without an attempt. An address hardly ever has such a day, because people sign in from it:
    /// it gets its tries back one by one while it is quiet, or the mistypings of months would lock an office out.
    /// </remarks>
    /// <returns>How long to wait, or null when the attempt may be looked at.</returns>
    public async Task<TimeSpan?> TakeAsync(SignInSubject subject, string? address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return await TakeAsync(Key(subject), subject.FreeTries, subject.FreeTries == FreeTriesOfAccount ? SecondsInADay : SecondsInADay / subject.FreeTries, ct)
            ?? (address is null ? null : await TakeAsync(AddressKey(address), FreeTriesOfAddress, SecondsInADay / FreeTriesOfAddress, ct));
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

    private async Task<TimeSpan?> TakeAsync(byte[] subject, int free, int secondsForATry, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<int?>(TakeSql, new { subject, free, secondsForATry }, ct) is not null)
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
    private SignInSubject(string kind, string name, int freeTries = SignInBrake.FreeTriesOfAccount) => (Kind, Name, FreeTries) = (kind, name, freeTries);

    public string Kind { get; }

    public string Name { get; }

    /// <summary>In a day, before the waits begin. More than an account's come back one by one.</summary>
    public int FreeTries { get; }

    public static SignInSubject Password(string userName)
    {
        ArgumentNullException.ThrowIfNull(userName);
        return new("password", userName.Trim().ToLowerInvariant());
    }

    /// <summary>Invitations to one address, apart from the letters that its owner asks for: an inviter must not block those.</summary>
    public static SignInSubject InvitationTo(string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        return new("invitation", email.Trim().ToLowerInvariant());
    }

    /// <summary>All that one person invites: a whole company in a day, not a town.</summary>
    public static SignInSubject InvitationsBy(Guid person) => new("invitations-by", person.ToString("D"), freeTries: 50);

    /// <summary>A browser that was signed in from before.</summary>
    public static SignInSubject KnownDevice(string device) => new("device", device);

    /// <summary>The password asked for again inside a session.</summary>
    public static SignInSubject Again(Guid session) => new("again", session.ToString("D"));

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

using System.Collections.Concurrent;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;

namespace EwasteEpr.Web.Hosting;

/// <summary>The session of a token, at most five seconds old: a page of a signed-in person costs no query more.</summary>
public sealed class SessionCache(SessionService sessions, TimeProvider clock)
{
    private const int Capacity = 20_000;
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public async Task<SignedInPerson?> FindAsync(string token, CancellationToken ct)
    {
        var now = clock.GetTimestamp();
        if (entries.TryGetValue(token, out var entry) && clock.GetElapsedTime(entry.ReadAt, now) < Age)
        {
            return entry.Person;
        }

        var person = await sessions.FindAsync(token, ct);
        if (person is null)
        {
            entries.TryRemove(token, out _); // made-up tokens must not fill the memory
            return null;
        }

        if (entries.Count >= Capacity)
        {
            entries.Clear();
        }

        entries[token] = new Entry(person, now);
        return person;
    }

    /// <summary>After a change to this person's sessions, roles or second factor on this node; the others follow within five seconds.</summary>
    public void Forget(PersonId person) => Forget(session => session.PersonId == person);

    /// <summary>After a device was revoked: its sessions have ended.</summary>
    public void ForgetDevice(Guid device) => Forget(session => session.DeviceId == device);

    private void Forget(Func<SignedInPerson, bool> isMeant)
    {
        foreach (var (token, entry) in entries)
        {
            if (isMeant(entry.Person))
            {
                entries.TryRemove(token, out _);
            }
        }
    }

    private sealed record Entry(SignedInPerson Person, long ReadAt);
}

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
    public void Forget(PersonId person)
    {
        foreach (var (token, entry) in entries)
        {
            if (entry.Person.PersonId == person)
            {
                entries.TryRemove(token, out _);
            }
        }
    }

    private sealed record Entry(SignedInPerson Person, long ReadAt);
}

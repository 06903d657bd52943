using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations.Demo;

/// <summary>One click, no password: for the invented people alone.</summary>
public sealed class DemoSignIn(Db db, SessionService sessions)
{
    private const string FindSql = "select person_id from people where demo_code = @persona";

    /// <returns>The new session, or null when there is no such persona.</returns>
    public async Task<SignInOutcome.SignedIn?> EnterAsync(string persona, SignInFrom from, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<PersonId?>(FindSql, new { persona }, ct) is { } person
            ? new SignInOutcome.SignedIn(person, await sessions.OpenAsync(new OpenSession(person, "demo", from), ct))
            : null;
}

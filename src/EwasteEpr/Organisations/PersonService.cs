using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using Npgsql;

namespace EwasteEpr.Organisations;

/// <summary>People: joining by a letter, password, language.</summary>
/// <remarks>Whether an address is known is told to its mailbox alone, never to the browser that asked.</remarks>
public sealed class PersonService(Db db, PasswordHashing passwords, SignInBrake brake, Outbox outbox)
{
    private const string IsKnownSql = "select exists (select 1 from people where lower(email) = lower(@email))";

    private const string LinkSql = """
        insert into letter_links (token_hash, purpose, email, expires_at)
        values (@hash, @purpose, @email, app.now() + case when @opens then interval '1 hour' else interval '0' end)
        """;

    /// <summary>Sends the link to an address: to join when nobody has it, else to sign in; or to a new password when somebody has it.</summary>
    /// <param name="letterFor">Writes the letter: a link to what the reader can do, or to nothing when there is no such person.</param>
    /// <returns>How long to wait when too many letters went there; null when done, whoever the address belongs to.</returns>
    public async Task<TimeSpan?> SendLinkAsync(string email, LinkPurpose purpose, Func<LetterLink, Letter> letterFor, string? address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(letterFor);
        if (await brake.TakeAsync(SignInSubject.LetterTo(email), address, ct) is { } wait)
        {
            return wait;
        }

        var isKnown = await db.QuerySingleAsync<bool>(IsKnownSql, new { email }, ct);
        var token = SecretToken.New();
        return await db.InTransactionAsync<TimeSpan?>(async transaction =>
        {
            var opens = isKnown == (purpose == LinkPurpose.Password);
            // A link that opens nothing is written too: the same work for a known address and an unknown one.
            await transaction.ExecuteAsync(LinkSql, new { hash = SecretToken.Hash(token), purpose = purpose.ToString().ToLowerInvariant(), email, opens }, ct);
            await outbox.WriteAsync(transaction, letterFor(new LetterLink(opens ? token : null)), ct);
            return null;
        }, ct);
    }

    private const string LinkEmailSql = "select email from letter_links where token_hash = @hash and purpose = @purpose and used_at is null and expires_at > app.now()";

    /// <summary>Whose link this is; null when it is used, too old or not ours.</summary>
    public Task<string?> EmailOfLinkAsync(string token, LinkPurpose purpose, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<string>(LinkEmailSql, new { hash = SecretToken.Hash(token), purpose = purpose.ToString().ToLowerInvariant() }, ct);

    private const string UseLinkSql = """
        update letter_links set used_at = app.now()
         where token_hash = @hash and purpose = @purpose and used_at is null and expires_at > app.now()
        returning email
        """;

    /// <summary>The link proves the address; what is typed is name and password.</summary>
    public async Task<CreatePersonOutcome> CreateByLinkAsync(string token, NewPerson person, SignInFrom from, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(from);
        if (PasswordRules.Check(person.Password, [person.Name, await EmailOfLinkAsync(token, LinkPurpose.Join, ct) ?? ""]) is var problem && problem != PasswordProblem.None)
        {
            return new CreatePersonOutcome.PasswordRefused(problem);
        }

        var hash = passwords.Hash(person.Password);
        try
        {
            return await db.InTransactionAsync<CreatePersonOutcome>(async transaction =>
            {
                var email = await transaction.QuerySingleOrDefaultAsync<string>(UseLinkSql, new { hash = SecretToken.Hash(token), purpose = "join" }, ct);
                return email is null ? new CreatePersonOutcome.LinkRefused() : new CreatePersonOutcome.Created(await InsertAsync(transaction, email, person, hash, from, ct));
            }, ct);
        }
        catch (PostgresException problemOfRace) when (problemOfRace.ConstraintName is "people_email_once" or "people_user_name_once")
        {
            return new CreatePersonOutcome.LinkRefused(); // joined twice at once: the other one counts
        }
    }

    private const string InsertSql = """
        with person as (
            insert into people (user_name, email, name, language) values (@email, @email, @Name, @Language) returning person_id
        )
        insert into credentials (person_id, password_hash, password_set_at)
        select person_id, @hash, app.now() from person
        returning person_id
        """;

    internal static async Task<PersonId> InsertAsync(DbTransaction transaction, string email, NewPerson person, string hash, SignInFrom from, CancellationToken ct)
    {
        var id = await transaction.QuerySingleAsync<PersonId>(InsertSql, new { email, person.Name, person.Language, hash }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("person.joined", "person", id.ToString()), from.Actor(id), ct);
        return id;
    }

    private const string ResetSql = """
        with reset as (
            update credentials c set password_hash = @hash, password_set_at = app.now()
              from people p where p.person_id = c.person_id and lower(p.email) = lower(@email)
            returning c.person_id
        ), ended as (
            update sessions s set revoked_at = app.now() from reset where s.person_id = reset.person_id and s.revoked_at is null
        )
        select person_id from reset
        """;

    /// <summary>A new password by letter ends every session; the second step stays in force.</summary>
    public async Task<CreatePersonOutcome> ResetPasswordAsync(string token, string password, SignInFrom from, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (PasswordRules.Check(password, [await EmailOfLinkAsync(token, LinkPurpose.Password, ct) ?? ""]) is var problem && problem != PasswordProblem.None)
        {
            return new CreatePersonOutcome.PasswordRefused(problem);
        }

        var newHash = passwords.Hash(password);
        return await db.InTransactionAsync<CreatePersonOutcome>(async transaction =>
        {
            var email = await transaction.QuerySingleOrDefaultAsync<string>(UseLinkSql, new { hash = SecretToken.Hash(token), purpose = "password" }, ct);
            if (email is null || await transaction.QuerySingleOrDefaultAsync<PersonId?>(ResetSql, new { email, hash = newHash }, ct) is not { } person)
            {
                return new CreatePersonOutcome.LinkRefused();
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("password.reset", "person", person.ToString()), from.Actor(person), ct);
            return new CreatePersonOutcome.Created(person);
        }, ct);
    }

    private const string PasswordHashSql = "select password_hash from credentials where person_id = @person";

    private const string ChangeSql = """
        with ended as (
            update sessions set revoked_at = app.now() where person_id = @person and session_id <> @keep and revoked_at is null
        )
        update credentials set password_hash = @hash, password_set_at = app.now() where person_id = @person and password_hash = @old
        """;

    /// <summary>Asks the old password once more and ends all other sessions.</summary>
    public async Task<ChangePasswordOutcome> ChangePasswordAsync(SignedInPerson person, string old, string password, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(actor);
        if (await brake.TakeAsync(SignInSubject.Password(person.UserName), actor.Address, ct) is { } wait)
        {
            return new ChangePasswordOutcome.Wait(wait);
        }

        var hash = await db.QuerySingleOrDefaultAsync<string>(PasswordHashSql, new { person = person.PersonId }, ct);
        if (passwords.Verify(hash ?? passwords.Decoy, old) == PasswordMatch.No || hash is null)
        {
            return new ChangePasswordOutcome.OldIsWrong();
        }

        await brake.GiveBackAsync(SignInSubject.Password(person.UserName), actor.Address, ct);
        if (PasswordRules.Check(password, [person.Name, person.Email, person.UserName]) is var problem && problem != PasswordProblem.None)
        {
            return new ChangePasswordOutcome.PasswordRefused(problem);
        }

        var newHash = passwords.Hash(password);
        return await db.InTransactionAsync<ChangePasswordOutcome>(async transaction =>
        {
            if (await transaction.ExecuteAsync(ChangeSql, new { person = person.PersonId, keep = person.SessionId, hash = newHash, old = hash }, ct) == 0)
            {
                return new ChangePasswordOutcome.OldIsWrong(); // changed elsewhere a moment ago
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("password.changed", "person", person.PersonId.ToString()), actor, ct);
            return new ChangePasswordOutcome.Changed();
        }, ct);
    }

    private const string LanguageSql = "update people set language = @language where person_id = @person";

    public Task SetLanguageAsync(PersonId person, string language, CancellationToken ct) => db.ExecuteAsync(LanguageSql, new { person, language }, ct);
}

public enum LinkPurpose
{
    Join,
    Password,
}

/// <param name="Token">What the link opens with, or null when the letter can only say that there is nothing to open.</param>
public sealed record LetterLink(string? Token);

public sealed record NewPerson(string Name, string Password, string Language);

public abstract record CreatePersonOutcome
{
    private CreatePersonOutcome()
    {
    }

    public sealed record Created(PersonId Person) : CreatePersonOutcome;

    /// <summary>Used, too old, or not ours.</summary>
    public sealed record LinkRefused : CreatePersonOutcome;

    public sealed record PasswordRefused(PasswordProblem Problem) : CreatePersonOutcome;
}

public abstract record ChangePasswordOutcome
{
    private ChangePasswordOutcome()
    {
    }

    public sealed record Changed : ChangePasswordOutcome;

    public sealed record OldIsWrong : ChangePasswordOutcome;

    public sealed record PasswordRefused(PasswordProblem Problem) : ChangePasswordOutcome;

    public sealed record Wait(TimeSpan For) : ChangePasswordOutcome;
}

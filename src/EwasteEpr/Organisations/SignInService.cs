using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>From a user name and proofs to a session. Every wrong proof gets one and the same answer, after the same work.</summary>
public sealed class SignInService(Db db, PasswordHashing passwords, SignInBrake brake, SessionService sessions, TwoStepService twoStep, KnownDevices devices)
{
    private const int LongestPassword = 512;

    private const string FindSql = """
        select p.person_id, c.password_hash, c.totp_confirmed_at is not null as has_totp
          from people p
          join credentials c on c.person_id = p.person_id
         where lower(p.user_name) = lower(@login) or lower(p.email) = lower(@login)
         order by lower(p.user_name) = lower(@login) desc
         limit 1
        """;

    public async Task<SignInOutcome> PasswordAsync(PasswordSignIn request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var row = await db.QuerySingleOrDefaultAsync<LoginRow>(FindSql, new { login = request.Login.Trim() }, ct);
        var (subject, wait) = await TakeAsync(request, row, ct);
        if (wait is { } time)
        {
            return new SignInOutcome.Wait(time);
        }

        if (!await VerifyAsync(row, request.Password, ct))
        {
            return await RefuseAsync("password", row?.PersonId, request.From, ct);
        }

        await brake.GiveBackAsync(subject, request.From.Address, ct);
        return row!.HasTotp
            ? new SignInOutcome.NeedsCode(row.PersonId)
            : new SignInOutcome.SignedIn(row.PersonId, await sessions.OpenAsync(new OpenSession(row.PersonId, "none", request.From), ct));
    }

    /// <summary>A browser that this person has signed in from has a count of its own; when that is used up, it is a stranger like others.</summary>
    private async Task<(SignInSubject Subject, TimeSpan? Wait)> TakeAsync(PasswordSignIn request, LoginRow? row, CancellationToken ct)
    {
        if (row is not null && devices.Read(request.From.KnownDevice, row.PersonId) is { } device)
        {
            var own = SignInSubject.KnownDevice(device);
            if (await brake.TakeAsync(own, request.From.Address, ct) is null)
            {
                return (own, null);
            }
        }

        var account = SignInSubject.Password(request.Login);
        return (account, await brake.TakeAsync(account, request.From.Address, ct));
    }

    /// <summary>The second step: a code of the app, or a recovery code.</summary>
    public async Task<SignInOutcome> CodeAsync(PersonId person, string code, SignInFrom from, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(from);
        var subject = SignInSubject.Code(person);
        if (await brake.TakeAsync(subject, from.Address, ct) is { } wait)
        {
            return new SignInOutcome.Wait(wait);
        }

        if (await twoStep.UseAsync(person, code, ct) is not { } factor)
        {
            return await RefuseAsync("code", person, from, ct);
        }

        await brake.GiveBackAsync(subject, from.Address, ct);
        return new SignInOutcome.SignedIn(person, await sessions.OpenAsync(new OpenSession(person, factor, from), ct));
    }

    private const string AgainSql = """
        select p.person_id, c.password_hash, c.totp_confirmed_at is not null as has_totp
          from people p
          join credentials c on c.person_id = p.person_id
         where p.person_id = @person
        """;

    /// <summary>Asked again before something irreversible: the password, and the code where there is one.</summary>
    public async Task<SignInOutcome> AgainAsync(SignedInPerson person, string password, string? code, SignInFrom from, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(from);
        if (person.SecondFactor == "demo")
        {
            await sessions.RefreshAsync(person.SessionId, ct); // entered without a password, so there is none to ask for
            return new SignInOutcome.SignedIn(person.PersonId, "");
        }

        // Of the session alone: whoever guesses at the account from outside must not keep its owner from signing a declaration.
        var subject = SignInSubject.Again(person.SessionId);
        if (await brake.TakeAsync(subject, from.Address, ct) is { } wait)
        {
            return new SignInOutcome.Wait(wait);
        }

        var row = await db.QuerySingleOrDefaultAsync<LoginRow>(AgainSql, new { person = person.PersonId }, ct);
        if (!await VerifyAsync(row, password, ct) || (row!.HasTotp && await twoStep.UseAsync(person.PersonId, code ?? "", ct) is null))
        {
            return await RefuseAsync("again", person.PersonId, from, ct);
        }

        await brake.GiveBackAsync(subject, from.Address, ct);
        await sessions.RefreshAsync(person.SessionId, ct);
        return new SignInOutcome.SignedIn(person.PersonId, "");
    }

    /// <summary>What was typed stays out of the audit: people type passwords into the wrong field.</summary>
    private Task<SignInOutcome> RefuseAsync(string step, PersonId? person, SignInFrom from, CancellationToken ct) => db.InTransactionAsync<SignInOutcome>(
        async transaction =>
        {
            var entry = new AuditEntry("sign_in.refused", "person", person?.ToString() ?? "unknown").With(new { step });
            await AuditTrail.WriteAsync(transaction, entry, from.Actor(person: null), ct);
            return new SignInOutcome.Refused();
        }, ct);

    private const string RehashSql = "update credentials set password_hash = @hash where person_id = @person and password_hash = @old";

    private async Task<bool> VerifyAsync(LoginRow? row, string password, CancellationToken ct)
    {
        var tooLong = password.Length > LongestPassword;
        var match = passwords.Verify(row?.PasswordHash ?? passwords.Decoy, tooLong ? "" : password);
        if (row?.PasswordHash is null || tooLong || match == PasswordMatch.No)
        {
            return false;
        }

        if (match == PasswordMatch.YesByOldRecipe)
        {
            await db.ExecuteAsync(RehashSql, new { hash = passwords.Hash(password), person = row.PersonId, old = row.PasswordHash }, ct);
        }

        return true;
    }

    private sealed record LoginRow(PersonId PersonId, string? PasswordHash, bool HasTotp);
}

/// <param name="Login">User name or e-mail address, as typed.</param>
public sealed record PasswordSignIn(string Login, string Password, SignInFrom From);

public abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    public sealed record SignedIn(PersonId Person, string Token) : SignInOutcome;

    public sealed record NeedsCode(PersonId Person) : SignInOutcome;

    public sealed record Refused : SignInOutcome;

    public sealed record Wait(TimeSpan For) : SignInOutcome;
}

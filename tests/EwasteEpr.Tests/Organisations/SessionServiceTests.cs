using EwasteEpr.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Organisations;

public sealed class SessionServiceTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private GivenPeople given = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        given = new GivenPeople(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Find_AfterTwoHoursWithoutARequest_IsOver()
    {
        var token = await OpenAsync();
        await database.SetClockOffsetAsync(TimeSpan.FromMinutes(119));
        Assert.NotNull(await given.Sessions.FindAsync(token, CancellationToken.None)); // a request: two hours from here
        await database.SetClockOffsetAsync(TimeSpan.FromMinutes(237));
        Assert.NotNull(await given.Sessions.FindAsync(token, CancellationToken.None));
        await database.SetClockOffsetAsync(TimeSpan.FromMinutes(358));
        Assert.Null(await given.Sessions.FindAsync(token, CancellationToken.None));
    }

    [Fact]
    public async Task Find_AfterADay_IsOverHoweverBusy()
    {
        var token = await OpenAsync();
        for (var minutes = 60; minutes < 24 * 60; minutes += 60)
        {
            await database.SetClockOffsetAsync(TimeSpan.FromMinutes(minutes));
            Assert.NotNull(await given.Sessions.FindAsync(token, CancellationToken.None));
        }

        await database.SetClockOffsetAsync(TimeSpan.FromMinutes(24 * 60 + 1));
        Assert.Null(await given.Sessions.FindAsync(token, CancellationToken.None));
    }

    [Fact]
    public async Task Open_EndsWhatStoodInTheBrowserBefore()
    {
        var person = (await given.PersonAsync()).Id;
        var planted = await given.Sessions.OpenAsync(new OpenSession(person, "none", GivenPeople.From), CancellationToken.None);
        var fresh = await given.Sessions.OpenAsync(new OpenSession(person, "none", GivenPeople.From with { PreviousToken = planted }), CancellationToken.None);
        Assert.NotEqual(planted, fresh);
        Assert.Null(await given.Sessions.FindAsync(planted, CancellationToken.None));
        Assert.NotNull(await given.Sessions.FindAsync(fresh, CancellationToken.None));
    }

    [Fact]
    public async Task Revoke_AnotherPersonsSession_IsRefused()
    {
        var token = await OpenAsync();
        var session = (await given.Sessions.FindAsync(token, CancellationToken.None))!;
        var stranger = (await given.PersonAsync()).Id;
        Assert.False(await given.Sessions.RevokeAsync(stranger, session.SessionId, GivenPeople.Acting(stranger), CancellationToken.None));
        Assert.NotNull(await given.Sessions.FindAsync(token, CancellationToken.None));
        Assert.True(await given.Sessions.RevokeAsync(session.PersonId, session.SessionId, GivenPeople.Acting(session.PersonId), CancellationToken.None));
        Assert.Null(await given.Sessions.FindAsync(token, CancellationToken.None));
    }

    [Fact]
    public async Task PasswordReset_EndsAllSessions_AndTheLinkWorksOnce()
    {
        var (person, email) = await given.PersonAsync();
        var token = await given.Sessions.OpenAsync(new OpenSession(person, "none", GivenPeople.From), CancellationToken.None);
        string? link = null;
        await given.People.SendLinkAsync(email, LinkPurpose.Password, letter =>
        {
            link = letter.Token;
            return new EwasteEpr.Messages.Letter(email, "en", "s", "b");
        }, null, CancellationToken.None);
        Assert.IsType<CreatePersonOutcome.Created>(await given.People.ResetPasswordAsync(link!, "eight grey camels sleep", GivenPeople.From, CancellationToken.None));
        Assert.Null(await given.Sessions.FindAsync(token, CancellationToken.None));
        Assert.IsType<CreatePersonOutcome.LinkRefused>(await given.People.ResetPasswordAsync(link!, "nine white camels dream", GivenPeople.From, CancellationToken.None));
        Assert.IsType<SignInOutcome.SignedIn>(await given.SignIn.PasswordAsync(new PasswordSignIn(email, "eight grey camels sleep", GivenPeople.From), CancellationToken.None));
    }

    private async Task<string> OpenAsync() =>
        await given.Sessions.OpenAsync(new OpenSession((await given.PersonAsync()).Id, "none", GivenPeople.From), CancellationToken.None);
}

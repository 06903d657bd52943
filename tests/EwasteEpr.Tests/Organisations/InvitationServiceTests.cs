using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Organisations;

public sealed class InvitationServiceTests : IAsyncLifetime
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
    public async Task Accept_ByItsAddress_GivesTheRoles_Once()
    {
        var (organisation, slug, owner) = await given.OrganisationAsync();
        var (person, email) = await given.PersonAsync();
        var token = await given.InvitedAsync(organisation, owner, email.ToUpperInvariant(), OrganisationRole.Preparer, OrganisationRole.Viewer);
        var accepted = Assert.IsType<AcceptOutcome.Accepted>(await AcceptAsync(token, person));
        Assert.Equal(slug, accepted.Slug);
        Assert.Equal([OrganisationRole.Preparer, OrganisationRole.Viewer], (await given.Organisations.AccessAsync(slug, person, CancellationToken.None))!.Roles);
        Assert.IsType<AcceptOutcome.Over>(await AcceptAsync(token, person));
    }

    [Fact]
    public async Task Invite_MoreThanFiftyAddresses_MustWait()
    {
        var (organisation, _, owner) = await given.OrganisationAsync();
        for (var i = 0; i < 50; i++)
        {
            await given.InvitedAsync(organisation, owner, $"somebody{i}@example.kz");
        }

        var outcome = await given.Invitations.InviteAsync(
            new Invite(organisation, "one-more@example.kz", [OrganisationRole.Viewer]), SecretToken.New(), new Letter("one-more@example.kz", "en", "Invitation", "x"), GivenPeople.Acting(owner, organisation), CancellationToken.None);
        Assert.Equal(InviteOutcome.TooManyInvitations, outcome);
    }

    [Fact]
    public async Task Accept_ByAnotherPerson_IsRefused_AndStaysOpenForItsAddressee()
    {
        var (organisation, slug, owner) = await given.OrganisationAsync();
        var (person, email) = await given.PersonAsync();
        var (thief, _) = await given.PersonAsync();
        var token = await given.InvitedAsync(organisation, owner, email);
        Assert.IsType<AcceptOutcome.ForAnother>(await AcceptAsync(token, thief));
        Assert.Null(await given.Organisations.AccessAsync(slug, thief, CancellationToken.None));
        Assert.IsType<AcceptOutcome.Accepted>(await AcceptAsync(token, person));
    }

    [Fact]
    public async Task Accept_AfterSevenDays_IsRefused()
    {
        var (organisation, _, owner) = await given.OrganisationAsync();
        var (person, email) = await given.PersonAsync();
        var token = await given.InvitedAsync(organisation, owner, email);
        await database.SetClockOffsetAsync(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        Assert.Null(await given.Invitations.FindAsync(token, CancellationToken.None));
        Assert.IsType<AcceptOutcome.Over>(await AcceptAsync(token, person));
    }

    [Fact]
    public async Task Accept_WhenTheInviterWasDemoted_IsRefused()
    {
        var (organisation, _, owner) = await given.OrganisationAsync();
        var second = await given.MemberAsync(organisation, owner, OrganisationRole.Owner);
        var (person, email) = await given.PersonAsync();
        var token = await given.InvitedAsync(organisation, second, email);
        Assert.Equal(MemberOutcome.Done, await given.Members.ChangeRolesAsync(organisation, second, [OrganisationRole.Viewer], GivenPeople.Acting(owner, organisation), CancellationToken.None));
        Assert.Null(await given.Invitations.FindAsync(token, CancellationToken.None));
        Assert.IsType<AcceptOutcome.Over>(await AcceptAsync(token, person));
    }

    [Fact]
    public async Task Accept_WhenWithdrawn_IsRefused()
    {
        var (organisation, _, owner) = await given.OrganisationAsync();
        var (person, email) = await given.PersonAsync();
        var token = await given.InvitedAsync(organisation, owner, email);
        var waiting = Assert.Single(await given.Invitations.WaitingAsync(organisation, CancellationToken.None));
        Assert.True(await given.Invitations.WithdrawAsync(organisation, waiting.InvitationId, GivenPeople.Acting(owner, organisation), CancellationToken.None));
        Assert.IsType<AcceptOutcome.Over>(await AcceptAsync(token, person));
    }

    [Fact]
    public async Task Withdraw_OfAnotherOrganisation_ChangesNothing()
    {
        var (organisation, _, owner) = await given.OrganisationAsync();
        var (other, _, stranger) = await given.OrganisationAsync(1);
        await given.InvitedAsync(organisation, owner, "somebody@example.kz");
        var waiting = Assert.Single(await given.Invitations.WaitingAsync(organisation, CancellationToken.None));
        Assert.False(await given.Invitations.WithdrawAsync(other, waiting.InvitationId, GivenPeople.Acting(stranger, other), CancellationToken.None));
        Assert.Single(await given.Invitations.WaitingAsync(organisation, CancellationToken.None));
    }

    [Fact]
    public async Task Accept_AsNewPerson_MakesPersonAndMembershipTogether_Once()
    {
        var (organisation, slug, owner) = await given.OrganisationAsync();
        var token = await given.InvitedAsync(organisation, owner, "newcomer@example.kz", OrganisationRole.Cashier);
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            given.Invitations.AcceptAsNewPersonAsync(token, new NewPerson("Newcomer", GivenPeople.Password, "ru"), GivenPeople.From, CancellationToken.None)));
        var accepted = Assert.Single(both.OfType<AcceptOutcome.Accepted>());
        Assert.Single(both.OfType<AcceptOutcome.Over>());
        Assert.Equal([OrganisationRole.Cashier], (await given.Organisations.AccessAsync(slug, accepted.Person, CancellationToken.None))!.Roles);
    }

    [Fact]
    public async Task Invite_ByWhoIsNoOwner_IsRefused()
    {
        var (organisation, _, owner) = await given.OrganisationAsync();
        var viewer = await given.MemberAsync(organisation, owner, OrganisationRole.Viewer);
        var outcome = await given.Invitations.InviteAsync(
            new Invite(organisation, "friend@example.kz", [OrganisationRole.Owner]), SecretToken.New(), new Letter("friend@example.kz", "en", "s", "b"), GivenPeople.Acting(viewer, organisation), CancellationToken.None);
        Assert.Equal(InviteOutcome.ActorIsNoOwner, outcome);
        Assert.Empty(await given.Invitations.WaitingAsync(organisation, CancellationToken.None));
    }

    [Fact]
    public async Task Invite_TheSameAddressAgainAndAgain_IsStopped()
    {
        var (organisation, _, owner) = await given.OrganisationAsync();
        Task<InviteOutcome> InviteAsync(string email) => given.Invitations.InviteAsync(
            new Invite(organisation, email, [OrganisationRole.Viewer]), SecretToken.New(), new Letter(email, "en", "s", "b"), GivenPeople.Acting(owner, organisation), CancellationToken.None);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(InviteOutcome.Sent, await InviteAsync("flooded@example.kz"));
        }

        Assert.Equal(InviteOutcome.TooManyLetters, await InviteAsync("Flooded@example.kz"));
        Assert.Equal(InviteOutcome.Sent, await InviteAsync("another@example.kz"));
    }

    [Fact]
    public async Task Token_IsNowhereInTheDatabaseAsText()
    {
        var (organisation, _, owner) = await given.OrganisationAsync();
        var token = await given.InvitedAsync(organisation, owner, "somebody@example.kz");
        var found = await given.Db.QuerySingleAsync<long>(
            "select (select count(*) from invitations i where i::text like @text) + (select count(*) from messages.outbox o where o::text like @text) + (select count(*) from audit.entries e where e::text like @text)",
            new { text = $"%{token}%" }, CancellationToken.None);
        Assert.Equal(0, found);
    }

    private Task<AcceptOutcome> AcceptAsync(string token, PersonId person) => given.Invitations.AcceptAsync(token, person, GivenPeople.Acting(person), CancellationToken.None);
}

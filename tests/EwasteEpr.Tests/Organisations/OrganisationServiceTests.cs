using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Organisations;
using EwasteEpr.Organisations.Demo;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Organisations;

public sealed class OrganisationServiceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly GivenPeople given = new(database);

    [Fact]
    public async Task Join_TheSameNumberTwice_IsAlreadyHere_AndTheOwnersAreAskedByLetter()
    {
        var (_, _, owner) = await given.OrganisationAsync();
        var (second, _) = await given.PersonAsync();
        Assert.IsType<JoinOutcome.AlreadyHere>(await given.Organisations.JoinAsync(GivenPeople.Joining("040340008429"), GivenPeople.Acting(second), CancellationToken.None));
        var asked = new List<string>();
        await given.Organisations.AskToBeInvitedAsync(Bin.Parse("040340008429"), address =>
        {
            asked.Add(address.Email);
            return new Letter(address.Email, address.Language, "s", "b");
        }, CancellationToken.None);
        var email = await given.Db.QuerySingleAsync<string>("select email from people where person_id = @owner", new { owner }, CancellationToken.None);
        Assert.Equal([email], asked);
    }

    [Fact]
    public async Task Join_AsSoleTrader_KeepsTheNumberOutOfEveryTable()
    {
        const string Iin = "851308587428"; // invented: a thirteenth month
        var (person, _) = await given.PersonAsync();
        var joined = Assert.IsType<JoinOutcome.Joined>(await given.Organisations.JoinAsync(GivenPeople.Joining(Iin), GivenPeople.Acting(person), CancellationToken.None));
        var details = await given.Organisations.DetailsAsync(joined.Id, CancellationToken.None);
        Assert.Equal("sole_trader", details!.Kind);
        Assert.Null(details.Bin);
        Assert.DoesNotContain(Iin, joined.Slug, StringComparison.Ordinal);
        Assert.Equal(0, await given.Db.QuerySingleAsync<long>(
            "select (select count(*) from organisations o where o::text like @text) + (select count(*) from audit.entries e where e::text like @text)", new { text = $"%{Iin}%" }, CancellationToken.None));
        Assert.Equal(Iin, (await given.Organisations.NumberForDocumentAsync(joined.Id, CancellationToken.None)).Digits);
        Assert.IsType<JoinOutcome.AlreadyHere>(await given.Organisations.JoinAsync(GivenPeople.Joining(Iin), GivenPeople.Acting(person), CancellationToken.None));
    }

    [Fact]
    public async Task Access_OfAStranger_IsNone()
    {
        var (_, slug, owner) = await given.OrganisationAsync(2);
        var (stranger, _) = await given.PersonAsync();
        Assert.NotNull(await given.Organisations.AccessAsync(slug, owner, CancellationToken.None));
        Assert.Null(await given.Organisations.AccessAsync(slug, stranger, CancellationToken.None));
    }

    [Fact]
    public async Task LastOwner_CannotLeaveOrBeDemoted()
    {
        var (organisation, _, owner) = await given.OrganisationAsync(3);
        Assert.Equal(MemberOutcome.LastOwner, await given.Members.RemoveAsync(organisation, owner, GivenPeople.Acting(owner, organisation), CancellationToken.None));
        Assert.Equal(MemberOutcome.LastOwner, await given.Members.ChangeRolesAsync(organisation, owner, [OrganisationRole.Viewer], GivenPeople.Acting(owner, organisation), CancellationToken.None));
    }

    [Fact]
    public async Task TwoOwners_WhoRemoveEachOtherAtOnce_LeaveOne()
    {
        var (organisation, _, owner) = await given.OrganisationAsync(4);
        var second = await given.MemberAsync(organisation, owner, OrganisationRole.Owner);
        var outcomes = await Task.WhenAll(
            given.Members.RemoveAsync(organisation, second, GivenPeople.Acting(owner, organisation), CancellationToken.None),
            given.Members.RemoveAsync(organisation, owner, GivenPeople.Acting(second, organisation), CancellationToken.None));
        Assert.Single(outcomes, outcome => outcome == MemberOutcome.Done);
        Assert.Single(await given.Members.ListAsync(organisation, CancellationToken.None));
    }

    [Fact]
    public async Task ApiKey_IsShownOnce_WorksUntilRevoked_AndIsNowhereAsText()
    {
        var (organisation, _, owner) = await given.OrganisationAsync(5);
        var key = (await given.ApiKeys.CreateAsync(organisation, "1C", [ApiScope.DeclarationsRead], GivenPeople.Acting(owner, organisation), CancellationToken.None))!;
        var caller = await given.ApiKeys.FindAsync(key, CancellationToken.None);
        Assert.Equal(organisation, caller!.OrganisationId);
        Assert.Equal([ApiScope.DeclarationsRead], caller.Scopes);
        Assert.StartsWith(caller.Prefix, key, StringComparison.Ordinal);
        Assert.Null(await given.ApiKeys.FindAsync(key[..^1] + (key[^1] == 'x' ? 'y' : 'x'), CancellationToken.None));
        Assert.Equal(0, await given.Db.QuerySingleAsync<long>("select count(*) from api_keys k where k::text like @text", new { text = $"%{key[13..]}%" }, CancellationToken.None));
        var row = Assert.Single(await given.ApiKeys.ListAsync(organisation, CancellationToken.None));
        Assert.True(await given.ApiKeys.RevokeAsync(organisation, row.ApiKeyId, GivenPeople.Acting(owner, organisation), CancellationToken.None));
        Assert.Null(await given.ApiKeys.FindAsync(key, CancellationToken.None));
    }

    [Fact]
    public async Task ApiKey_WithAnUnknownScope_IsNotMade()
    {
        var (person, _) = await given.PersonAsync();
        Assert.Null(await given.ApiKeys.CreateAsync(OrganisationId.New(), "x", ["everything"], GivenPeople.Acting(person), CancellationToken.None));
    }

    [Fact]
    public void DemoOrganisations_AreValid_AndCannotBeRealFirms()
    {
        Assert.All(DemoPeople.Organisations, organisation =>
        {
            Assert.Equal(BinCheck.Valid, Bin.Check(organisation.Number, out var number));
            Assert.Equal(organisation.IsCompany, number.IsOrganisation);
            Assert.Equal("13", organisation.Number[2..4]);
        });
        Assert.Equal(DemoPeople.Organisations.Count, DemoPeople.Organisations.Select(organisation => organisation.Number).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void DemoPasswords_DifferByInstallation_AndPassOurOwnRules()
    {
        var (one, other) = (new DemoSecrets([1, 2, 3]), new DemoSecrets([1, 2, 4]));
        Assert.All(DemoPeople.Personas, persona =>
        {
            Assert.NotEqual(one.Password(persona.Code), other.Password(persona.Code));
            Assert.Equal(one.Password(persona.Code), new DemoSecrets([1, 2, 3]).Password(persona.Code));
            Assert.Equal(PasswordProblem.None, PasswordRules.Check(one.Password(persona.Code), [persona.Code, persona.Name]));
        });
    }
}

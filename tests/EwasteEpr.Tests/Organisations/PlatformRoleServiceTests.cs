using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Organisations;

public sealed class PlatformRoleServiceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly GivenPeople given = new(database);

    [Fact]
    public async Task Grant_IsInForceAtTheNextLook_AndRevokedLikewise()
    {
        var (person, email) = await given.PersonAsync();
        var token = await given.Sessions.OpenAsync(new OpenSession(person, "totp", GivenPeople.From), CancellationToken.None);
        Assert.Equal(PlatformRoleOutcome.Done, await ChangeAsync(email, "inspector", "750000000", grant: true));
        Assert.Equal(PlatformRoleOutcome.AsBefore, await ChangeAsync(email, "inspector", "750000000", grant: true));
        Assert.Equal(["inspector:750000000"], (await given.Sessions.FindAsync(token, CancellationToken.None))!.PlatformRoles);
        Assert.Equal(PlatformRoleOutcome.Done, await ChangeAsync(email, "inspector", "750000000", grant: false));
        Assert.Empty((await given.Sessions.FindAsync(token, CancellationToken.None))!.PlatformRoles);
    }

    [Theory]
    [InlineData("president", null, PlatformRoleOutcome.UnknownRole)]
    [InlineData("inspector", null, PlatformRoleOutcome.RegionWrong)]
    [InlineData("akimat", "999999999", PlatformRoleOutcome.RegionWrong)]
    [InlineData("operator_approver", "750000000", PlatformRoleOutcome.RegionWrong)]
    public async Task Grant_OfWhatIsNot_IsRefused(string role, string? region, PlatformRoleOutcome outcome)
    {
        var (_, email) = await given.PersonAsync();
        Assert.Equal(outcome, await ChangeAsync(email, role, region, grant: true));
        Assert.Equal(PlatformRoleOutcome.UnknownPerson, await ChangeAsync("nobody@example.kz", "operator_preparer", null, grant: true));
    }

    private Task<PlatformRoleOutcome> ChangeAsync(string email, string role, string? region, bool grant) =>
        new PlatformRoleService(given.Db).ChangeAsync(email, role, region, grant, Actor.System("test"), CancellationToken.None);
}

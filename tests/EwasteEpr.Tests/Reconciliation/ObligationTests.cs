using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Obligations;
using EwasteEpr.Tests.Declarations;
using EwasteEpr.Tests.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Reconciliation;

public sealed class ObligationTests
{
    private static readonly Support.Scene Broken = new(SetAsync);

    [Fact]
    public void Split_ByMarketShare_AddsUpAndGivesTiesToTheSmallerNumber()
    {
        // Three equal members and an operator of the same size share 10 kg: 2.5 each, the halves go to the first two.
        ObligationBase one = new(1_000, 365);
        Assert.Equal([3, 3, 2, 2], ObligationShares.Split(10, [one, one, one], 4_000, 365));
    }

    [Fact]
    public void Split_OfPartOfAYear_WeighsByDaysAndRoundsOnce()
    {
        // Half a year of the same mass is half the share; the operator stands for the other half.
        var parts = ObligationShares.Split(1_000, [new ObligationBase(10_000, 365), new ObligationBase(10_000, 73)], 20_000, 365);
        Assert.Equal([500, 100, 400], parts);
        Assert.Equal(36, ObligationShares.TotalOfOwnVolume(30, [new ObligationBase(100_000, 365), new ObligationBase(100_000, 73)], 365));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Split_AtRandom_LosesNothingAndNobodyGetsMoreThanTheNextKilogram(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var members = Enumerable.Range(0, random.Next(1, 40)).Select(_ => new ObligationBase(random.NextInt64(1, 900_000_000_000), random.Next(1, 367))).ToList();
            var (total, all) = (random.NextInt64(1, 10_000_000), members.Sum(one => one.Grams) + random.NextInt64(0, 1_000_000_000));
            var parts = ObligationShares.Split(total, members, all, 366);
            Assert.Equal(total, parts.Sum());
            var weights = members.Select(one => (decimal)one.Grams * one.Days).ToList();
            Assert.All(weights.Zip(parts), pair => Assert.InRange(pair.Second - (total * pair.First / ((decimal)all * 366)), -1m, 1m));
        }
    }

    [Fact]
    public async Task Propose_WithoutBasis_ComputesNothing()
    {
        var given = new GivenDeclarations();
        await given.InitializeAsync();
        var service = new ObligationService(given.Db);
        Assert.IsType<ProposeRunOutcome.BasisNeeded>(await service.ProposeAsync(new NewObligationRun(2026, "6", ObligationBasis.OwnVolume, null, null, 2026, "an act"), Actor.System("test"), default));
        Assert.IsType<ProposeRunOutcome.BasisNeeded>(await service.ProposeAsync(new NewObligationRun(2026, "6", ObligationBasis.MarketShare, null, 5, 2026, " "), Actor.System("test"), default));
        Assert.IsType<ProposeRunOutcome.NobodyObliged>(await service.ProposeAsync(new NewObligationRun(2026, "6", ObligationBasis.MarketShare, null, 5, 2026, "an act"), Actor.System("test"), default));
        await given.DisposeAsync();
    }

    /// <summary>From declarations to the page of the importer: two people, exact sum, another organisation sees nothing.</summary>
    [Fact]
    public async Task Obligation_IsSharedOutByTwoPeople_AndIsReadByItsOwnOrganisationOnly()
    {
        await using var scene = await SceneAsync();
        var (given, year, members) = (scene.Given, scene.Year, scene.Members);
        var service = new ObligationService(given.Db);
        var (first, second) = (await PersonAsync(given), await PersonAsync(given));
        var wanted = new NewObligationRun(year, "6", ObligationBasis.MarketShare, null, 100, year, "Order of nobody, test");
        var run = Assert.IsType<ProposeRunOutcome.Proposed>(await service.ProposeAsync(wanted, first, default)).RunId;
        var queries = new ObligationQueries(given.Db);
        Assert.Empty(await queries.OwnAsync(members[0], year, default)); // not before it is in force
        Assert.Equal(DecideRunOutcome.SamePerson, await service.PublishAsync(run, first, default));
        Assert.Equal(DecideRunOutcome.Done, await service.PublishAsync(run, second, default));
        Assert.Equal(DecideRunOutcome.AlreadyDecided, await service.PublishAsync(run, second, default));
        var shares = await queries.SharesAsync(year, default);
        Assert.Equal(100, shares.Sum(share => share.Kg));
        Assert.Equal(2, shares.Count(share => share.OrganisationId is not null));
        var own = Assert.Single(await queries.OwnAsync(members[0], year, default));
        Assert.Equal(members[0].Value, own.OrganisationId);
        Assert.Equal(own.Kg * 1000L, own.ShortfallGrams); // no evidence has come yet

        // A newer run takes its place; the old one stays readable by its state only.
        var again = Assert.IsType<ProposeRunOutcome.Proposed>(await service.ProposeAsync(wanted with { TotalKg = 50 }, first, default)).RunId;
        Assert.Equal(DecideRunOutcome.Done, await service.PublishAsync(again, second, default));
        Assert.Equal(50, (await queries.SharesAsync(year, default)).Sum(share => share.Kg));
        await MatrixTests.AssertInvariantsAsync(given.Database);
    }

    [Theory]
    [InlineData("The shares of each obligation add up to it", "its shares are", "alter table reconciliation.obligation_shares disable trigger all; update reconciliation.obligation_shares set kg = kg + 1 where position = 1")]
    [InlineData("Two people stand behind each table, obligation and closing", "was decided by one person", "alter table reconciliation.obligation_runs drop constraint obligation_two_people; alter table reconciliation.obligation_runs disable trigger all; update reconciliation.obligation_runs set decided_by = proposed_by")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sabotage)
    {
        var finding = await Broken.BreakAsync(invariant, sabotage);
        Assert.Contains(expected, finding.FirstBroken, StringComparison.Ordinal);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var scene = await SceneAsync();
        var service = new ObligationService(scene.Given.Db);
        var run = Assert.IsType<ProposeRunOutcome.Proposed>(await service.ProposeAsync(new NewObligationRun(scene.Year, "6", ObligationBasis.OwnVolume, 30, null, scene.Year, "test"), await PersonAsync(scene.Given), default)).RunId;
        Assert.Equal(DecideRunOutcome.Done, await service.PublishAsync(run, await PersonAsync(scene.Given), default));
        await MatrixTests.AssertInvariantsAsync(scene.Given.Database);
        return scene.Given.Database;
    }

    private static async Task<Actor> PersonAsync(GivenDeclarations given) => GivenPeople.Acting((await new GivenPeople(given.Database).PersonAsync()).Id);

    /// <summary>Two members with declarations, a third declarant without a system; the figures are folded.</summary>
    private static async Task<Scene> SceneAsync()
    {
        var given = new GivenDeclarations();
        await given.InitializeAsync();
        var members = new List<OrganisationId>();
        foreach (var mass in new[] { "100", "50", "25" })
        {
            var organisation = await given.OrganisationAsync();
            var key = await given.DraftAsync(organisation);
            await given.LineAsync(key, given.Line(massKg: mass, units: "10"));
            await given.SubmitAsync(key);
            members.Add(organisation);
        }

        await MatrixTests.FoldAllAsync(given.Database);
        var service = new ObligationService(given.Db);
        var year = given.Day.Year;
        foreach (var member in members.Take(2))
        {
            var slug = await given.Db.QuerySingleAsync<string>("select slug from organisations where organisation_id = @id", new { id = member }, default);
            Assert.Equal(EnterOwnSystemOutcome.Entered, await service.EnterAsync(new NewOwnSystem(slug, new DateOnly(year, 1, 1), null, "contract 1"), await PersonAsync(given), default));
            Assert.Equal(EnterOwnSystemOutcome.AlreadyMember, await service.EnterAsync(new NewOwnSystem(slug, new DateOnly(year, 6, 1), null, "contract 2"), await PersonAsync(given), default));
        }

        return new Scene(given, year, members);
    }

    private sealed record Scene(GivenDeclarations Given, int Year, IReadOnlyList<OrganisationId> Members) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Given.DisposeAsync();
    }
}

using EwasteEpr.Consignments;
using EwasteEpr.Consignments.Sites;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Consignments;

/// <summary>A check must be able to fail: each case breaks one rule as a superuser would and sees that invariant object.</summary>
public sealed class ConsignmentInvariantsTests
{
    private static readonly Scene Scene = new(SetAsync);

    [Theory]
    [InlineData("On the road is what left", "alter table consignments drop constraint consignment_ends_at_a_time; update consignments set state = 'Returned', end_reason = 'By hand' where state = 'Despatched'")]
    [InlineData("On the road is what left", "delete from ledger.transfers where kind = 'weigh_in_less'")]
    [InlineData("Each lot that left is one transfer", "update consignment_lots set sent_grams = sent_grams - 1")]
    [InlineData("What was sent and what scales disagreed about", "update consignment_containers set net_grams = net_grams + 1, gross_grams = gross_grams + 1 where net_grams is not null")]
    [InlineData("Each site lot has what it received", "update site_lots set received_grams = received_grams - 1")]
    [InlineData("Each gram of a site lot is linked", "delete from trace_links where to_type = 'site_lot'")]
    [InlineData("Each container stands where its consignment says", "update containers set state = 'Sealed' where state = 'Despatched'")]
    [InlineData("Each consignment ends as its weighings", "alter table consignments drop constraint consignment_ends_at_a_time; update consignments set state = 'Agreed' where state = 'Discrepant'")]
    [InlineData("Each entry without a consignment", "update site_entries set net_grams = net_grams + 1, gross_grams = gross_grams + 1")]
    [InlineData("Each weighing far from what was sent", "delete from consignment_discrepancies")]
    public async Task BrokenByHand_IsFound(string invariant, string sql)
    {
        var found = await Scene.BreakAsync(invariant, $"set session_replication_role = replica; {sql}");
        Assert.NotNull(found.FirstBroken);
    }

    private static async Task<TestDatabase> SetAsync()
    {
        var given = new GivenConsignments();
        await given.InitializeAsync();
        var (agreed, far, road) = (await given.SealedAsync(), await given.SealedAsync(), await given.SealedAsync());
        await given.ReceivedAsync(agreed);
        await given.WeighAsync(agreed, 39_500);
        await given.ReceivedAsync(far);
        await given.WeighAsync(far, 30_000, confirmed: true);
        await given.DespatchedAsync(road);
        Assert.IsType<EntryOutcome.Written>(await given.Entries.WriteAsync(
            new NewEntry(Guid.CreateVersion7(), true, given.Site.Site, "6", true, Weight.FromKilograms(10), Weight.Zero, Weight.Zero, null, true, null, null, null, new DateOnly(2026, 1, 1)), given.Site.Organisation, given.AtSite, default));
        await given.Database.AssertInvariantsAsync();
        return given.Database;
    }

    [Fact]
    public void All_HaveANameOfTheirOwn() => Assert.Equal(ConsignmentInvariants.All.Count, ConsignmentInvariants.All.Select(one => one.Name).Distinct(StringComparer.Ordinal).Count());
}

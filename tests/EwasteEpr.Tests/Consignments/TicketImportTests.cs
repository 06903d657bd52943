using System.Globalization;
using EwasteEpr.Consignments.Tickets;

namespace EwasteEpr.Tests.Consignments;

/// <summary>A file of a weighbridge: read line by line, rehearsed without a trace, applied as it was seen.</summary>
public sealed class TicketImportTests : IAsyncLifetime
{
    private readonly GivenConsignments given = new();

    public Task InitializeAsync() => given.InitializeAsync();

    public Task DisposeAsync() => given.DisposeAsync();

    private TicketImport Tickets => new(given.Db);

    [Fact]
    public void Table_KeepsEveryLine_AlsoTheOneThatCannotBeRead()
    {
        var lines = TicketTable.Read("Номер талона;Контейнер;Брутто, кг\n1;c-0001;41,350\n2;C-0002;heavy\n;C-0003;5\n")!;
        Assert.Equal([2, 3, 4], lines.Select(line => line.RowNo));
        Assert.Equal([41_350L, null, null], lines.Select(line => line.Gross?.Grams));
        Assert.Equal("C-0001", lines[0].Container);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a;b\n1;2\n")]
    public void Table_ThatIsNone_IsNotRead(string content) => Assert.Null(TicketTable.Read(content));

    [Fact]
    public void Table_OfTooManyLines_IsNotRead() =>
        Assert.Null(TicketTable.Read("ticket;container;gross_kg\n" + string.Concat(Enumerable.Range(0, TicketTable.MostRows + 1).Select(no => string.Create(CultureInfo.InvariantCulture, $"{no};C-1;1\n")))));

    [Fact]
    public async Task Preview_WritesNothing_AndApplyingItTwiceIsOnce()
    {
        var (good, late) = (await given.SealedAsync(), await given.SealedAsync());
        await given.ReceivedAsync(good);
        await given.DespatchedAsync(late);
        var file = await KeepAsync(good, late);
        var preview = (await Tickets.PreviewAsync(file, given.Site.Organisation, given.AtSite, default))!;
        Assert.Equal([TicketState.Ready, TicketState.NotReceived], preview.Rows!.Select(row => row.State));
        Assert.Equal(0, await given.HeldAsync("mass_site_lot"));
        Assert.IsType<ApplyOutcome.Stale>(await Tickets.ApplyAsync(file, given.Site.Organisation, "another", given.AtSite, default));
        Assert.Equal(0, await given.HeldAsync("mass_site_lot"));
        Assert.Equal((1, 1), Assert.IsType<ApplyOutcome.Applied>(await Tickets.ApplyAsync(file, given.Site.Organisation, preview.Seen, given.AtSite, default)) is var applied ? (applied.Weighed, applied.Left) : default);
        Assert.IsType<ApplyOutcome.Already>(await Tickets.ApplyAsync(file, given.Site.Organisation, preview.Seen, given.AtSite, default));
        Assert.Equal(40_000, await given.HeldAsync("mass_site_lot"));
        Assert.Equal([TicketState.Done, TicketState.NotReceived], (await Tickets.PreviewAsync(file, given.Site.Organisation, given.AtSite, default))!.Rows!.Select(row => row.State));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Apply_AfterTheSiteWasSuspended_WritesNothing()
    {
        var container = await given.SealedAsync();
        await given.ReceivedAsync(container);
        var file = await KeepAsync(container);
        var preview = (await Tickets.PreviewAsync(file, given.Site.Organisation, given.AtSite, default))!;
        await given.SuspendAsync();
        Assert.IsType<ApplyOutcome.Stale>(await Tickets.ApplyAsync(file, given.Site.Organisation, preview.Seen, given.AtSite, default));
        Assert.Equal(0, await given.HeldAsync("mass_site_lot"));
    }

    [Fact]
    public async Task AnotherOrganisationsFile_IsNotThere()
    {
        var container = await given.SealedAsync();
        await given.ReceivedAsync(container);
        var file = await KeepAsync(container);
        Assert.Null(await Tickets.PreviewAsync(file, given.Sender, given.AtSite, default));
        Assert.IsType<ApplyOutcome.NotFound>(await Tickets.ApplyAsync(file, given.Sender, "", given.AtSite, default));
        Assert.Null(await Tickets.KeepAsync(given.Site.Site, given.Sender, "ticket;container;gross_kg\n", given.AtSite, default));
    }

    private async Task<Guid> KeepAsync(params Guid[] containers)
    {
        var lines = new List<string> { "ticket;container;gross_kg;tare_kg;scale" };
        foreach (var container in containers)
        {
            lines.Add($"T-{lines.Count};{await given.Db.QuerySingleAsync<string>("select number from containers where container_id = @container", new { container }, default)};41.2;1.2;{GivenConsignments.Scale}");
        }

        return (await Tickets.KeepAsync(given.Site.Site, given.Site.Organisation, string.Join('\n', lines), given.AtSite, default))!.Value;
    }
}

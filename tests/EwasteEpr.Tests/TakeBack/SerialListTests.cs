using EwasteEpr.TakeBack.Intake;

namespace EwasteEpr.Tests.TakeBack;

/// <summary>Lists of stolen and re-marketed serials and of types: counted first, hashed, taken off again.</summary>
public sealed class SerialListTests : IAsyncLifetime
{
    private const string Csv = "serial\n353918058833159\n35-391805-883315-9\nSN 00 417\n490154203237519\n???";
    private readonly GivenTakeBack given = new();

    private SerialLists Lists => new(given.Db, given.Serials);

    public Task InitializeAsync() => given.InitializeAsync();

    public async Task DisposeAsync()
    {
        await given.Database.AssertInvariantsAsync();
        await given.DisposeAsync();
    }

    [Fact]
    public async Task Preview_CountsAndWritesNothing()
    {
        var preview = await Lists.PreviewAsync(SerialListName.Stolen, Csv, default);
        Assert.Equal((2, 0, 1, true), (preview.Good, preview.Known, preview.Twice, preview.IsReadable));
        Assert.Equal([5, 6], preview.BadRows); // an IMEI whose check digit is wrong, and nothing at all; the head is no row
        Assert.Equal(new SerialListCounts(0, 0, 0), await Lists.CountAsync(default));
        Assert.False((await Lists.PreviewAsync(SerialListName.Stolen, "", default)).IsReadable);
    }

    [Fact]
    public async Task Add_IsHashed_OnceEach_AndRemoveTakesItBack()
    {
        Assert.Equal(2, await Lists.WriteAsync(Change(SerialListName.Stolen, Csv), given.Staff, default));
        Assert.Equal(0, await Lists.WriteAsync(Change(SerialListName.Stolen, Csv), given.Staff, default));
        Assert.Equal(2, (await Lists.PreviewAsync(SerialListName.Stolen, Csv, default)).Known);
        Assert.Equal(0, await given.AskAsync<long>("select count(*) from watched_serials where encode(serial_hash, 'escape') like '%353918058833159%'"));
        Assert.Equal(0, await given.AskAsync<long>("select count(*) from audit.entries where details::text like '%353918058833159%'"));
        Assert.Equal(1, await Lists.WriteAsync(Change(SerialListName.Stolen, "353918058833159") with { IsRemoval = true }, given.Staff, default));
        Assert.Equal(new SerialListCounts(1, 0, 0), await Lists.CountAsync(default));
        Assert.Equal([("Removed", 1), ("Added", 0), ("Added", 2)], (await Lists.HistoryAsync(default)).Select(row => (row.Change, row.Changed)));
        Assert.Null(await Lists.WriteAsync(Change(SerialListName.Stolen, "???"), given.Staff, default));
    }

    [Fact]
    public async Task Types_NeedCodeBrandAndModel_AndAreCorrectedByALaterList()
    {
        const string types = "tac;brand;model\n35391805;Ulgi;One\n3539180;Ulgi;Short\n49015420;Ulgi;";
        Assert.Equal([3, 4], (await Lists.PreviewAsync(SerialListName.Types, types, default)).BadRows);
        Assert.Equal(1, await Lists.WriteAsync(Change(SerialListName.Types, types), given.Staff, default));
        Assert.Equal(1, await Lists.WriteAsync(Change(SerialListName.Types, "35391805;Ulgi;Two"), given.Staff, default));
        Assert.Equal("Two", await given.AskAsync<string>("select model from type_allocation_codes"));
    }

    private static SerialListChange Change(SerialListName list, string csv) => new(list, "police, no. 45", csv, IsRemoval: false);
}

using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Tests.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.TakeBack;

public sealed class PointEditorTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly GivenPoints given = new(database);

    private PointEditor Editor => new(database.Db);

    private static PointDraft Draft => new(
        PointKind.CollectionPoint, "Үлгі пункті", "Пункт Улги", null, "750000000", "Алматы", "Алматы", null, "Достық, 1", "Достык, 1", null, null, null, null, null, GeoPosition.From(43.2, 76.9)!.Value,
        ["5", "6"], ["0502"], ["0601"], null, true, true, false, Weight.FromKilograms(500), HoursText.ParseWeek("Mo-Fr 09:00-13:00,14:00-18:00; Sa 10:00-14:00")!);

    [Fact]
    public async Task Add_GivesAFreeAddress_AndChange_NoticesWhoSavedMeanwhile()
    {
        var (holder, owner) = await given.HolderAsync(0);
        var (other, _) = await given.HolderAsync(1);
        var actor = GivenPeople.Acting(owner, holder);
        var slug = await Editor.AddAsync(holder, PointSlug.From(Draft.SettlementKk, Draft.NameKk), Draft, actor, CancellationToken.None);
        Assert.Equal("almaty-ulgi-punkti", slug);
        Assert.Equal("almaty-ulgi-punkti-2", await Editor.AddAsync(holder, slug, Draft, actor, CancellationToken.None));
        var point = (await given.Points.FindAsync(slug, CancellationToken.None))!;
        Assert.Equal("Mo-Fr 09:00-13:00,14:00-18:00; Sa 10:00-14:00", HoursText.FormatWeek(await given.Points.HoursAsync(point.PointId, CancellationToken.None)));
        Assert.Equal(ChangePointOutcome.NotFound, await Editor.ChangeAsync(slug, other, point.ChangedAt, Draft, actor, CancellationToken.None));
        Assert.Equal(ChangePointOutcome.Done, await Editor.ChangeAsync(slug, holder, point.ChangedAt, Draft with { NameKk = "Жаңа" }, actor, CancellationToken.None));
        Assert.Equal(ChangePointOutcome.ChangedMeanwhile, await Editor.ChangeAsync(slug, holder, point.ChangedAt, Draft, actor, CancellationToken.None));
        Assert.Equal("Жаңа", (await given.Points.FindAsync(slug, CancellationToken.None))!.NameKk);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Suspended_OnlyTheOperatorOpens()
    {
        var (holder, owner) = await given.HolderAsync(2);
        var actor = GivenPeople.Acting(owner, holder);
        var (_, slug) = await given.PointAsync(holder);
        var stop = new PointStateChange(PointState.Suspended, null, "Тексеру", "Проверка");
        var open = new PointStateChange(PointState.Open, null, null, null);
        Assert.False(await Editor.SetStateAsync(slug, holder, stop, actor, CancellationToken.None));
        Assert.True(await Editor.SetStateAsync(slug, null, stop, actor, CancellationToken.None));
        Assert.False(await Editor.SetStateAsync(slug, holder, open, actor, CancellationToken.None));
        Assert.True(await Editor.SetStateAsync(slug, null, open, actor, CancellationToken.None));
    }

    [Fact]
    public async Task SpecialDays_OnceForADay_AndForgotten()
    {
        var (holder, owner) = await given.HolderAsync(3);
        var actor = GivenPeople.Acting(owner, holder);
        var (point, slug) = await given.PointAsync(holder);
        var day = new DateOnly(2027, 3, 22);
        var days = new SpecialDays(day, day.AddDays(1), HoursText.ParseDay("10-12, 13-15")!, "Наурыз", "Наурыз");
        Assert.Equal(ExceptOutcome.Done, await Editor.ExceptAsync(slug, holder, days, actor, CancellationToken.None));
        Assert.Equal(ExceptOutcome.Overlaps, await Editor.ExceptAsync(slug, holder, days with { Stretches = [] }, actor, CancellationToken.None));
        Assert.Equal(2, (await given.Points.HoursAsync(point, CancellationToken.None)).On(day).Count);
        Assert.True(await Editor.ForgetExceptionAsync(slug, holder, day, actor, CancellationToken.None));
        Assert.False(await Editor.ForgetExceptionAsync(slug, holder, day, actor, CancellationToken.None));
    }

    [Fact]
    public async Task Import_ShowsEveryProblem_AndWritesAllOrNothing()
    {
        var (holder, owner) = await given.HolderAsync(4);
        var bin = await database.Db.QuerySingleAsync<string>("select bin from organisations where organisation_id = @holder", new { holder }, CancellationToken.None);
        var import = new PointImport(database.Db);
        const string Head = "slug;holder_bin;kind;name_kk;name_ru;region_kato;settlement_kk;settlement_ru;address_kk;address_ru;latitude;longitude;categories;capacity_kg;hours\n";
        var good = $"import-1;{bin};CollectionPoint;А;Б;750000000;Алматы;Алматы;Достық, 1;Достык, 1;43,2;76,9;5 6;500;24/7\n";
        var bad = await import.ReadAsync(Head + good + $"import-1;{bin};Shed;;Б;999;Алматы;Алматы;А;Б;76.9;43.2;9;0;Mo 25:00-26:00\n", CancellationToken.None);
        Assert.False(bad.MayBeWritten);
        Assert.Equal(["slug", "kind", "name_kk", "region_kato", "latitude", "categories", "capacity_kg", "hours"], bad.Rows[1].Problems.Select(problem => problem.Column));
        var read = await import.ReadAsync(Head + good, CancellationToken.None);
        Assert.Equal((1, 0), await import.WriteAsync(read.Rows, GivenPeople.Acting(owner, holder), CancellationToken.None));
        var again = await import.ReadAsync(Head + good.Replace(bin, "", StringComparison.Ordinal), CancellationToken.None);
        Assert.Equal((0, 1), await import.WriteAsync(again.Rows, GivenPeople.Acting(owner, holder), CancellationToken.None));
        Assert.False((await import.ReadAsync("nothing", CancellationToken.None)).IsReadable);
    }

    [Theory]
    [InlineData("9-13, 14:00–18:00", "09:00-13:00, 14:00-18:00")]
    [InlineData("", "")]
    [InlineData("00:00-24:00", "00:00-24:00")]
    [InlineData("18-9", null)]
    [InlineData("9-12, 11-13", null)]
    [InlineData("9-25", null)]
    [InlineData("утром", null)]
    public void Hours_AreReadAsPeopleTypeThem(string typed, string? expected) => Assert.Equal(expected, HoursText.ParseDay(typed) is { } day ? HoursText.FormatDay(day) : null);

    [Theory]
    [InlineData("24/7")]
    [InlineData("Mo-Fr 09:00-18:00")]
    [InlineData("Mo 09:00-12:00,13:00-18:00; We-Su 10:00-24:00")]
    public void Week_IsReadBack(string week) => Assert.Equal(week, HoursText.FormatWeek(new OpeningHours(HoursText.ParseWeek(week)!, [])));
}

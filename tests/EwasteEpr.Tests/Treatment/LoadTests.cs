using System.Globalization;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Certification;
using EwasteEpr.Tests.Support;
using EwasteEpr.Treatment.Loads;

namespace EwasteEpr.Tests.Treatment;

public sealed class LoadTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private GivenTreatment given = null!;
    private CertifiedSite site = null!;
    private string number = "";
    private LoadPreviews previews = null!;
    private LoadSubmission submission = null!;
    private LoadQueries queries = null!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        given = new GivenTreatment(database);
        site = await given.Sites.CertifiedAsync();
        await given.Sites.StockAsync(site, new StockGiven(1_000_000, Day: new DateOnly(2026, 1, 10)));
        number = await given.SiteNumberAsync(site);
        (previews, submission, queries) = (new LoadPreviews(database.Db), new LoadSubmission(database.Db), new LoadQueries(database.Db));
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Submit_AddsChangesAndKeeps_AndTheOldSaysWhatItWas()
    {
        await SubmitAsync("A-1;15.01.2026;6;100,500;C-0412;", "A-2;16.01.2026;6;200;;");
        var again = await PreviewAsync("A-1;15.01.2026;6;100,500;C-0412;", "A-2;17.01.2026;6;210;;қайта өлшенді", "A-3;18.01.2026;6;50;;");
        Assert.Equal(new LoadCounts(1, 1, 1, 0, 0), again.Counts);
        Assert.Equal((200_000, 210_000), (again.Changed[0].OldGrams, again.Changed[0].Grams));
        Assert.Equal(SubmitOutcome.Submitted, await SubmitAsync(again));
        Assert.Equal(SubmitOutcome.Already, await SubmitAsync(again));
        Assert.Equal([("A-1", 100_500L), ("A-2", 210_000L), ("A-3", 50_000L)], (await queries.AllAsync(site.Organisation, number, 2026, default)).Select(load => (load.LoadNo, load.Grams)));
        Assert.Equal(200_000, await database.Db.QuerySingleAsync<long>("select grams from load_versions", null, default));
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task ARowThatWasOnceSubmitted_NeverDisappearsSilently()
    {
        await SubmitAsync("A-1;15.01.2026;6;100;;", "A-2;16.01.2026;6;200;;");
        var shorter = await PreviewAsync("A-2;16.01.2026;6;200;;", "A-3;17.01.2026;6;1;;");
        Assert.Equal("A-1", Assert.Single(shorter.Missing).LoadNo);
        Assert.Equal(SubmitOutcome.HasMissing, await SubmitAsync(shorter));
        Assert.Equal(WithdrawOutcome.NoReason, await WithdrawAsync(shorter, " ", "A-1"));
        Assert.Equal(WithdrawOutcome.Withdrawn, await WithdrawAsync(shorter, "Екі рет жазылған", "A-1"));
        var seen = (await queries.FindAsync(shorter.Upload.UploadId, site.Organisation, 100, default))!;
        Assert.Equal(new LoadCounts(1, 0, 1, 0, 0), seen.Counts);
        Assert.Equal(SubmitOutcome.Submitted, await SubmitAsync(seen));
        // It may come back, as a change that says what it was.
        var back = await PreviewAsync("A-1;15.01.2026;6;100;;", "A-2;16.01.2026;6;200;;", "A-3;17.01.2026;6;1;;");
        Assert.Equal(new LoadCounts(0, 1, 2, 0, 0), back.Counts);
        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task AStalePreview_IsRefusedAndShownAgain()
    {
        var first = await PreviewAsync("A-1;15.01.2026;6;100;;");
        var second = await PreviewAsync("A-1;15.01.2026;6;100;;", "A-2;16.01.2026;6;200;;");
        Assert.Equal(SubmitOutcome.Submitted, await SubmitAsync(second));
        Assert.True((await queries.FindAsync(first.Upload.UploadId, site.Organisation, 100, default))!.IsStale);
        Assert.Equal(SubmitOutcome.Stale, await SubmitAsync(first));
        var renewed = (await queries.FindAsync(first.Upload.UploadId, site.Organisation, 100, default))!;
        Assert.Equal((false, 1), (renewed.IsStale, renewed.Counts.Missing));
        Assert.Equal(SubmitOutcome.Stale, await SubmitAsync(first)); // the page that was looked at is still the old one
        Assert.Equal(2, (await queries.AllAsync(site.Organisation, number, 2026, default)).Count);
    }

    [Fact]
    public async Task TwoSubmissionsAtOnce_OneIsStale()
    {
        var both = new[] { await PreviewAsync("A-1;15.01.2026;6;100;;"), await PreviewAsync("A-1;15.01.2026;6;150;;") };
        var outcomes = await Task.WhenAll(both.Select(SubmitAsync));
        Assert.Equal([SubmitOutcome.Submitted, SubmitOutcome.Stale], outcomes.Order());
    }

    [Theory]
    [InlineData(";15.01.2026;6;100;;", LoadProblem.NumberMissing, null)]
    [InlineData("A-1;15.13.2026;6;100;;", LoadProblem.DayUnread, "15.13.2026")]
    [InlineData("A-1;15.01.2025;6;100;;", LoadProblem.DayOutsideYear, "15.01.2025")]
    [InlineData("A-1;15.01.2026;7;100;;", LoadProblem.CategoryUnknown, "7")]
    [InlineData("A-1;15.01.2026;6;0;;", LoadProblem.MassUnread, "0")]
    [InlineData("A-1;15.01.2026;6;1,2345;;", LoadProblem.MassUnread, "1,2345")]
    [InlineData("A-1;15.01.2026;6;-5;;", LoadProblem.MassUnread, "-5")]
    [InlineData("A-1;15.01.2026;6;1000,001;;", LoadProblem.MoreThanReceived, "1000000")]
    [InlineData("A-1;05.01.2026;6;1;;", LoadProblem.MoreThanReceived, "0")]
    [InlineData("A-1;15.01.2026;5;1;;", LoadProblem.MoreThanReceived, "0")]
    public async Task ARowThatCannotBeTaken_SaysWhy(string row, LoadProblem problem, string? value)
    {
        var preview = await PreviewAsync("B-1;12.01.2026;6;0,000001;;".Replace("0,000001", "0,001", StringComparison.Ordinal), row);
        var refused = Assert.Single(preview.Refused);
        Assert.Equal((3, problem.ToString()), (refused.RowNo, refused.Problem));
        Assert.Equal(problem == LoadProblem.MoreThanReceived && value == "1000000" ? "999999" : value, refused.Value);
        Assert.Equal(SubmitOutcome.HasRefused, await SubmitAsync(preview));
    }

    [Fact]
    public async Task ANumberTwice_IsRefusedOnEveryCopy() =>
        Assert.Equal([2, 4], (await PreviewAsync("A-1;15.01.2026;6;1;;", "A-2;15.01.2026;6;1;;", "A-1;16.01.2026;6;2;;")).Refused.Select(row => row.RowNo));

    [Fact]
    public async Task AFileThatIsNone_IsSaidSo_AndAnothersSiteIsNotThere()
    {
        Assert.IsType<PreviewOutcome.ColumnMissing>(await SendAsync("номер;дата;масса\nA-1;15.01.2026;5\n", site.Organisation));
        Assert.IsType<PreviewOutcome.Unreadable>(await SendAsync("", site.Organisation));
        Assert.IsType<PreviewOutcome.Unreadable>(await SendAsync("%PDF-1.7 and more of it", site.Organisation));
        var (stranger, _, _) = await given.Sites.People.OrganisationAsync(1);
        Assert.IsType<PreviewOutcome.NotFound>(await SendAsync("номер;дата;категория;масса\nA-1;15.01.2026;6;5\n", stranger));
        var own = await PreviewAsync("A-1;15.01.2026;6;1;;");
        Assert.Null(await queries.FindAsync(own.Upload.UploadId, stranger, 100, default));
        Assert.Equal(SubmitOutcome.NotFound, await submission.SubmitAsync(own.Upload.UploadId, stranger, own.Upload.Revision, GivenTreatment.Actor(site), default));
    }

    [Fact]
    public async Task TwentyFourThousandRows_ArePreviewedAndSubmitted()
    {
        var rows = Enumerable.Range(0, 24_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"L-{i:00000};{new DateOnly(2026, 1, 11).AddDays(i % 200):dd.MM.yyyy};6;0,0{10 + i % 30};C-{i % 90:0000};"));
        var preview = await PreviewAsync([.. rows]);
        Assert.Equal(new LoadCounts(24_000, 0, 0, 0, 0), preview.Counts);
        Assert.Equal(SubmitOutcome.Submitted, await SubmitAsync(preview));
        Assert.Equal(new LoadCounts(0, 0, 24_000, 0, 0), (await PreviewAsync([.. rows])).Counts);
        await database.AssertInvariantsAsync();
    }

    private async Task<LoadPreview> PreviewAsync(params string[] rows)
    {
        var outcome = Assert.IsType<PreviewOutcome.Previewed>(await SendAsync("Номер;Дата;Категория;Масса, кг;Контейнер;Примечание\n" + string.Join('\n', rows) + "\n", site.Organisation));
        return (await queries.FindAsync(outcome.Upload, site.Organisation, 100, default))!;
    }

    private Task<PreviewOutcome> SendAsync(string text, OrganisationId organisation) =>
        previews.PreviewAsync(new LoadFile(number, 2026, "loads.csv"), new MemoryStream(Encoding.UTF8.GetBytes(text)), organisation, GivenTreatment.Actor(site), default);

    private Task<SubmitOutcome> SubmitAsync(LoadPreview preview) => submission.SubmitAsync(preview.Upload.UploadId, site.Organisation, preview.Upload.Revision, GivenTreatment.Actor(site), default);

    private async Task SubmitAsync(params string[] rows) => Assert.Equal(SubmitOutcome.Submitted, await SubmitAsync(await PreviewAsync(rows)));

    private Task<WithdrawOutcome> WithdrawAsync(LoadPreview preview, string reason, params string[] loads) =>
        submission.WithdrawAsync(preview.Upload.UploadId, site.Organisation, new WithdrawLoads(loads, reason, preview.Upload.Revision), GivenTreatment.Actor(site), default);
}

using System.Text;
using Dapper;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Declarations;

/// <summary>A database with the illustrative tariff in force, and the words in which tests speak of declarations.</summary>
public sealed class GivenDeclarations : IAsyncLifetime
{
    private int organisations;

    public TestDatabase Database { get; } = new();

    public Db Db => Database.Db;

    public DeclarationService Declarations { get; private set; } = null!;

    public DraftLines Lines { get; private set; } = null!;

    public LineQueries Queries { get; private set; } = null!;

    public UploadService Uploads { get; private set; } = null!;

    public UploadStatus Status { get; private set; } = null!;

    public ImportUploads Import { get; private set; } = null!;

    public TariffService Tariffs { get; private set; } = null!;

    public ProblemService Problems { get; private set; } = null!;

    public FixService Fixes { get; private set; } = null!;

    public DraftExports Exports { get; private set; } = null!;

    public SubmissionService Submission { get; private set; } = null!;

    public CorrectionService Corrections { get; private set; } = null!;

    public ComparisonService Comparisons { get; private set; } = null!;

    public ReviewService Reviews { get; private set; } = null!;

    public CanonicalCsv Canonical { get; private set; } = null!;

    /// <summary>The last quarter that is over.</summary>
    public Period LastQuarter { get; } = Period.QuarterOf(BusinessTime.Today(TimeProvider.System)).Previous;

    public DateOnly Day => LastQuarter.Days.From.AddDays(10);

    public async Task InitializeAsync()
    {
        await Database.InitializeAsync();
        await Database.ExecuteAsOwnerAsync("update app.settings set value = 'Illustrative' where key = 'tariff.programme'");
        Tariffs = new TariffService(Db);
        Declarations = new DeclarationService(Db);
        Lines = new DraftLines(Db, Tariffs);
        Queries = new LineQueries(Db);
        Uploads = new UploadService(Db);
        Status = new UploadStatus(Db);
        Import = new ImportUploads(Db, Tariffs);
        Problems = new ProblemService(Db);
        Fixes = new FixService(Db, Tariffs);
        Exports = new DraftExports(Db);
        Comparisons = new ComparisonService(Db);
        Corrections = new CorrectionService(Db);
        Reviews = new ReviewService(Db);
        Canonical = new CanonicalCsv(Db);
        Submission = WithRules(new SubmissionRules(MaySubmitIllustrative: true));
    }

    public SubmissionService WithRules(SubmissionRules rules) => new(Db, Tariffs, Declarations, Comparisons, rules);

    public Task DisposeAsync() => Database.DisposeAsync();

    public async Task<OrganisationId> OrganisationAsync(string activity = "producer")
    {
        var number = Interlocked.Increment(ref organisations);
        var id = OrganisationId.New();
        await using var connection = await Database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            insert into organisations (organisation_id, slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
            values (@id, @slug, 'company', @bin, sha256(convert_to(@bin, 'UTF8')), 'Сынақ', 'Проба', '750000000', 'Алматы', 'Сынақ', 'test@example.test', '+7', array[@activity])
            """,
            new { id, activity, slug = $"test{number:D6}", bin = $"{number:D12}" });
        return id;
    }

    public static Actor Person(OrganisationId organisation) => new(Guid.CreateVersion7(), organisation.Value, null, "preparer", "test", null);

    public async Task<DeclarationKey> DraftAsync(OrganisationId? organisation = null, NewDeclaration? what = null)
    {
        var owner = organisation ?? await OrganisationAsync();
        var created = await Declarations.CreateAsync(owner, what ?? new NewDeclaration.ForPeriod(LastQuarter), Person(owner), default);
        return new DeclarationKey(owner, Assert.IsType<CreateOutcome.Created>(created).Number);
    }

    public LineFields Line(string unuKey = "0306", string massKg = "12.5", string units = "100", string description = "Phones", string? date = null, string hs = "", string packaging = "") => new()
    {
        [Column.UnuKey] = unuKey,
        [Column.HsCode] = hs,
        [Column.MassKg] = massKg,
        [Column.Units] = units,
        [Column.Description] = description,
        [Column.Packaging] = packaging,
        [Column.ObligationDate] = date ?? Day.ToString("yyyy-MM-dd"),
    };

    public async Task<int> LineAsync(DeclarationKey key, LineFields? fields = null) =>
        Assert.IsType<LineOutcome.Saved>(await Lines.AddAsync(key, fields ?? Line(), Person(key.Organisation), default)).LineNo;

    /// <summary>Stores the text as a file and takes it in.</summary>
    public async Task<UploadProgress> FileAsync(DeclarationKey key, string csv, UploadMode mode = UploadMode.Replace, DateOnly? date = null) => await FileAsync(key, Encoding.UTF8.GetBytes(csv), mode, date);

    public async Task<UploadProgress> FileAsync(DeclarationKey key, byte[] bytes, UploadMode mode = UploadMode.Replace, DateOnly? date = null)
    {
        var outcome = await Uploads.ReceiveAsync(key, new NewUpload("list.csv", UploadKind.Csv, mode, date), new MemoryStream(bytes), Person(key.Organisation), default);
        var queued = Assert.IsType<UploadOutcome.Queued>(outcome);
        Assert.True(await Import.RunOneAsync(queued.UploadId, default));
        return (await Status.GetAsync(key.Organisation, queued.UploadId, default))!;
    }

    /// <summary>Gives every open warning a reason, checks and submits.</summary>
    public async Task<Receipt> SubmitAsync(DeclarationKey key)
    {
        var person = Person(key.Organisation);
        var version = (await Declarations.GetAsync(key, null, default))!.Version.Version;
        foreach (var group in (await Problems.SummaryAsync(key, version, default))!.Groups.Where(group => group.Unreasoned > 0))
        {
            Assert.IsType<ReasonOutcome.Given>(await Problems.GiveReasonAsync(key, new ProblemSelection(group.Code, group.Column), null, "It is so.", person, default));
        }

        var report = (await Submission.CheckAsync(key, person, default))!;
        Assert.Empty(report.Missing);
        var outcome = await Submission.SubmitAsync(key, report.Revision, person, default);
        return Assert.IsType<SubmitOutcome.Submitted>(outcome).Receipt;
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null) => await Db.QuerySingleAsync<T>(sql, parameters, default);
}

using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Declarations.Uploads;
using Npgsql;

namespace EwasteEpr.Tests.Declarations;

public sealed class SubmissionTests(GivenDeclarations given) : IClassFixture<GivenDeclarations>
{
    [Fact]
    public async Task Submit_WhatWasShown_FreezesTheVersionUnderItsHash()
    {
        var key = await given.DraftAsync();
        await given.LineAsync(key, given.Line(description: "=cmd|' /C calc'!A0, \"quoted\"", packaging: "paper:1,5"));
        await given.LineAsync(key, given.Line("0108", "50"));

        var receipt = await given.SubmitAsync(key);

        using var file = new MemoryStream();
        Assert.True(await given.Canonical.WriteAsync(key, 1, file, default));
        Assert.Equal(receipt.Sha256, Convert.ToHexStringLower(SHA256.HashData(file.ToArray())));
        Assert.Equal(receipt.CanonicalBytes, file.Length);
        var lines = Encoding.UTF8.GetString(file.ToArray()).Split('\n');
        Assert.StartsWith("format,number,version", lines[0]);
        Assert.Contains(",\"'=cmd|' /C calc'!A0, \"\"quoted\"\"\",100,12.500,paper:1.500,", lines[3]);
        Assert.Equal("", lines[^1]);
        Assert.Equal((2, 62_500L), (receipt.Lines, receipt.MassGrams));
        Assert.Equal(receipt.FeeTiyn, receipt.Totals.Sum(total => total.FeeTiyn));
        var detail = (await given.Declarations.GetAsync(key, null, default))!;
        Assert.Equal((DeclarationState.Submitted, 1, null), (detail.State, detail.CurrentVersion, detail.DraftVersion));
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Submitted_Version_CannotBeTouchedByAnyStatement()
    {
        var key = await given.DraftAsync();
        await given.LineAsync(key);
        await given.SubmitAsync(key);
        var id = (await given.Declarations.GetAsync(key, null, default))!.DeclarationId;

        foreach (var sql in new[]
        {
            "delete from declaration_lines where declaration_id = @id",
            "update declaration_versions set fee_tiyn = 0 where declaration_id = @id",
            "update declaration_versions set state = 'Draft' where declaration_id = @id",
            "insert into declaration_lines (declaration_id, version, line_no, changed_revision, content_hash) values (@id, 1, 99, 1, 1)",
            "insert into declaration_lines (declaration_id, version, line_no, changed_revision, content_hash) values (@id, 7, 1, 1, 1)",
            "insert into parked_rows (declaration_id, version, line_no, changed_revision, fields) values (@id, 1, 99, 1, '{}')",
            "delete from declaration_version_totals where declaration_id = @id",
        })
        {
            var problem = await Assert.ThrowsAsync<PostgresException>(() => given.Db.ExecuteAsync(sql, new { id }, default));
            Assert.Equal("submitted_version_never_changes", problem.ConstraintName);
        }

        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => given.Db.ExecuteAsync("update declaration_lines set fee_tiyn = 0 where declaration_id = @id", new { id }, default))).SqlState);
    }

    [Fact]
    public async Task Submit_TwentyFiveTimesAtOnce_IsOneSubmissionWithOneReceipt()
    {
        var key = await given.DraftAsync();
        await given.LineAsync(key);
        var person = GivenDeclarations.Person(key.Organisation);
        var report = (await given.Submission.CheckAsync(key, person, default))!;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => given.Submission.SubmitAsync(key, report.Revision, person, default)));

        var first = Assert.Single(outcomes.OfType<SubmitOutcome.Submitted>()).Receipt;
        Assert.Equal(24, outcomes.OfType<SubmitOutcome.AlreadySubmitted>().Count(again => again.Receipt.Sha256 == first.Sha256 && again.Receipt.SubmittedAt == first.SubmittedAt));
        Assert.Equal(report.Sha256, first.Sha256);
        Assert.Single(await given.Declarations.HistoryAsync(key, default), entry => entry.Event == "Submitted");
    }

    [Fact]
    public async Task Submit_AfterTheDraftChanged_IsRefusedAndShownAgain()
    {
        var key = await given.DraftAsync();
        await given.LineAsync(key);
        var person = GivenDeclarations.Person(key.Organisation);
        var report = (await given.Submission.CheckAsync(key, person, default))!;
        await given.LineAsync(key, given.Line(description: "One more"));

        var outcome = await given.Submission.SubmitAsync(key, report.Revision, person, default);

        Assert.Equal(report.Revision + 1, Assert.IsType<SubmitOutcome.Stale>(outcome).Revision);
        Assert.Equal(DeclarationState.Draft, (await given.Declarations.GetAsync(key, null, default))!.State);
    }

    [Fact]
    public async Task Submit_OfADraftThatIsNotReady_NamesWhatIsMissing()
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        async Task<IReadOnlyList<Missing>> Try()
        {
            var report = (await given.Submission.CheckAsync(key, person, default))!;
            var refused = Assert.IsType<SubmitOutcome.NotReady>(await given.Submission.SubmitAsync(key, report.Revision, person, default));
            Assert.Equal(report.Missing, refused.Missing);
            return refused.Missing;
        }

        Assert.Equal([Missing.Lines], await Try());
        await given.FileAsync(key, $"unu_key;mass_kg;units;obligation_date\n0306;500;1;{given.Day:O}\n0306;-1;1;{given.Day:O}\n");
        Assert.Equal([Missing.ParkedRows, Missing.Reasons], await Try());

        var production = given.WithRules(new SubmissionRules(MaySubmitIllustrative: false));
        Assert.Contains(Missing.OfficialTariff, (await production.CheckAsync(key, person, default))!.Missing);
    }

    [Fact]
    public async Task Nil_IsSubmittedWithoutLinesAndTakesNone()
    {
        var key = await given.DraftAsync(null, new NewDeclaration.Nil(given.LastQuarter));

        Assert.IsType<LineOutcome.WrongKind>(await given.Lines.AddAsync(key, given.Line(), GivenDeclarations.Person(key.Organisation), default));
        var receipt = await given.SubmitAsync(key);

        Assert.Equal((0, 0L), (receipt.Lines, receipt.FeeTiyn));
    }

    [Fact]
    public async Task Document_DeclaredBySomebodyInTheCountry_IsRefusedWithoutSayingWho()
    {
        var first = await given.DraftAsync(null, new NewDeclaration.ForConsignment("55302/1"));
        var second = await given.DraftAsync(null, new NewDeclaration.ForConsignment("55302/1"));
        await given.LineAsync(first);
        await given.LineAsync(second);
        var receipt = await given.SubmitAsync(first);

        var person = GivenDeclarations.Person(second.Organisation);
        var report = (await given.Submission.CheckAsync(second, person, default))!;
        var outcome = await given.Submission.SubmitAsync(second, report.Revision, person, default);

        Assert.Equal(new SubmitOutcome.DocumentDeclaredBefore("55302/1"), outcome);
        Assert.DoesNotContain(receipt.Number, outcome.ToString(), StringComparison.Ordinal);
        Assert.Equal(DeclarationState.Draft, (await given.Declarations.GetAsync(second, null, default))!.State);
    }

    [Fact]
    public async Task Check_AfterTheTariffChanged_ShowsNewPricesAndTheOldFormIsStale()
    {
        await using var own = new OwnDatabase();
        var alone = await own.StartAsync();
        var key = await alone.DraftAsync();
        await alone.LineAsync(key, alone.Line(massKg: "1000", units: ""));
        var person = GivenDeclarations.Person(key.Organisation);
        var before = (await alone.Submission.CheckAsync(key, person, default))!;
        await alone.Database.ExecuteAsOwnerAsync("update mci_values set value_kzt = value_kzt * 2 where state = 'Published' and origin = 'Reference'");

        var stale = await alone.Submission.SubmitAsync(key, before.Revision, person, default);
        var after = (await alone.Submission.CheckAsync(key, person, default))!;

        Assert.Equal([Missing.NewPrices], Assert.IsType<SubmitOutcome.NotReady>(stale).Missing);
        Assert.Equal(before.Declaration.Version.FeeTiyn * 2, after.Declaration.Version.FeeTiyn);
        Assert.IsType<SubmitOutcome.Stale>(await alone.Submission.SubmitAsync(key, before.Revision, person, default));
        Assert.IsType<SubmitOutcome.Submitted>(await alone.Submission.SubmitAsync(key, after.Revision, person, default));
    }

    [Fact]
    public async Task Correction_KeepsTheOldVersionAndShowsEveryDifference()
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        await given.LineAsync(key);
        var changed = await given.LineAsync(key, given.Line(description: "Tablets", massKg: "20"));
        var removed = await given.LineAsync(key, given.Line(description: "Chargers", massKg: "30"));
        var first = await given.SubmitAsync(key);

        Assert.IsType<CorrectionOutcome.ReasonNeeded>(await given.Corrections.StartAsync(key, " ", person, default));
        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => given.Corrections.StartAsync(key, "A slip", person, default)));
        Assert.Single(starts.OfType<CorrectionOutcome.Started>());
        Assert.Equal(7, starts.OfType<CorrectionOutcome.AlreadyStarted>().Count());
        var line = (await given.Queries.GetAsync(key, 2, changed, default))!;
        await given.Lines.ChangeAsync(key, changed, given.Line(description: "Tablets", massKg: "25"), line.Line.ChangedRevision, person, default);
        line = (await given.Queries.GetAsync(key, 2, removed, default))!;
        await given.Lines.RemoveAsync(key, removed, line.Line.ChangedRevision, person, default);
        await given.LineAsync(key, given.Line(description: "Watches", massKg: "5"));

        var difference = (await given.Corrections.DifferenceAsync(key, 2, 0, 50, default))!;
        var second = await given.SubmitAsync(key);

        Assert.Equal((1, 1, 1, -20_000L), (difference.Added, difference.Removed, difference.Changed, difference.MassDifferenceGrams));
        Assert.Equal(second.FeeTiyn - first.FeeTiyn, difference.FeeDifferenceTiyn);
        var row = Assert.Single(difference.Rows.Rows, row => row.Change == LineChange.Changed);
        Assert.Equal((20_000L, 25_000L), (row.OldMassGrams, row.NewMassGrams));
        Assert.Equal(3, (await given.Queries.ListAsync(key, 1, new LineFilter(), default)).Rows.Count);
        Assert.Equal(first.Sha256, (await given.Submission.ReceiptAsync(key, 1, default))!.Sha256);
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Correction_ByANewFile_MatchesLinesByWhatTheyAre()
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        await given.FileAsync(key, $"unu_key;description;mass_kg;obligation_date\n0306;Phones;10;{given.Day:O}\n0108;Fridges;50;{given.Day:O}\n");
        await given.SubmitAsync(key);
        await given.Corrections.StartAsync(key, "New list", person, default);

        await given.FileAsync(key, $"unu_key;description;mass_kg;obligation_date\n0301;Keyboards;1;{given.Day:O}\n0306;Phones;10;{given.Day:O}\n0108;Fridges;51;{given.Day:O}\n");

        var difference = (await given.Corrections.DifferenceAsync(key, 2, 0, 50, default))!;
        Assert.Equal((1, 0, 1), (difference.Added, difference.Removed, difference.Changed));
    }

    [Fact]
    public async Task Correction_GivenUp_LeavesTheSubmittedVersion()
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        await given.LineAsync(key);
        await given.SubmitAsync(key);
        await given.Corrections.StartAsync(key, "A slip", person, default);

        Assert.Equal(new WithdrawOutcome.CorrectionWithdrawn(1), await given.Declarations.WithdrawAsync(key, person, default));
        Assert.Equal(new CorrectionOutcome.Started(3), await given.Corrections.StartAsync(key, "Another", person, default));
    }

    [Fact]
    public async Task Review_ByTwoOperatorsAtOnce_IsDecidedOnce()
    {
        var key = await given.DraftAsync();
        await given.LineAsync(key);
        await given.SubmitAsync(key);
        var operators = await given.OrganisationAsync();

        var outcomes = await Task.WhenAll(
            given.Reviews.AcceptAsync(key.Number, 1, GivenDeclarations.Person(operators), default),
            given.Reviews.ReturnAsync(key.Number, 1, "No document", GivenDeclarations.Person(operators), default));

        Assert.Single(outcomes.OfType<ReviewOutcome.Decided>());
        Assert.Single(outcomes.OfType<ReviewOutcome.AlreadyDecided>());
        Assert.IsType<ReviewOutcome.OwnDeclaration>(await given.Reviews.AcceptAsync(key.Number, 1, GivenDeclarations.Person(key.Organisation), default));
        Assert.IsType<ReviewOutcome.ReasonsNeeded>(await given.Reviews.ReturnAsync(key.Number, 1, " ", GivenDeclarations.Person(operators), default));
        Assert.IsType<ReviewOutcome.OtherVersion>(await given.Reviews.AcceptAsync(key.Number, 2, GivenDeclarations.Person(operators), default));
        Assert.IsType<ReviewOutcome.NotFound>(await given.Reviews.AcceptAsync("D-1999-000001", 1, GivenDeclarations.Person(operators), default));
    }

    [Fact]
    public async Task Compare_WithTheLastPeriod_ShowsTheChangeAndAsksForAReason()
    {
        var organisation = await given.OrganisationAsync();
        var before = await given.DraftAsync(organisation, new NewDeclaration.ForPeriod(given.LastQuarter.Previous));
        await given.LineAsync(before, given.Line(massKg: "100", units: "", date: given.LastQuarter.Previous.Days.From.ToString("O")));
        await given.SubmitAsync(before);
        var key = await given.DraftAsync(organisation);
        var person = GivenDeclarations.Person(organisation);
        await given.LineAsync(key, given.Line(massKg: "141", units: ""));

        var report = (await given.Submission.CheckAsync(key, person, default))!;

        Assert.Equal(41.0m, Assert.Single(report.Last!.Rows).MassChangePercent);
        Assert.Equal([Missing.Reasons], report.Missing);
        Assert.Equal(DraftRules.LargeChange, Assert.Single((await given.Problems.SummaryAsync(key, 1, default))!.Groups).Code);
    }

    [Fact]
    public async Task Copy_OfTheLastPeriod_BringsItsLinesUnderTheNewDate()
    {
        var organisation = await given.OrganisationAsync();
        var before = await given.DraftAsync(organisation, new NewDeclaration.ForPeriod(given.LastQuarter.Previous));
        await given.LineAsync(before, given.Line(packaging: "paper:1.5; plastic:2", date: given.LastQuarter.Previous.Days.From.ToString("O")));
        var person = GivenDeclarations.Person(organisation);
        var key = await given.DraftAsync(organisation);
        Assert.IsType<UploadOutcome.NothingToCopy>(await given.Uploads.CopyLastAsync(key, given.Day, UploadMode.Replace, person, default));
        await given.SubmitAsync(before);

        var queued = Assert.IsType<UploadOutcome.Queued>(await given.Uploads.CopyLastAsync(key, given.Day, UploadMode.Replace, person, default));
        Assert.True(await given.Import.RunOneAsync(queued.UploadId, default));

        var line = (await given.Queries.GetAsync(key, 1, 1, default))!;
        Assert.Equal((given.Day, 12_500L, "paper:1.5; plastic:2"), (line.Line.ObligationDate!.Value, line.Line.MassGrams, line.Fields[EwasteEpr.Declarations.Reading.Column.Packaging]));
        Assert.Equal(UploadState.Done, (await given.Status.GetAsync(organisation, queued.UploadId, default))!.State);
    }

    private sealed class OwnDatabase : IAsyncDisposable
    {
        private readonly GivenDeclarations alone = new();

        public async Task<GivenDeclarations> StartAsync()
        {
            await alone.InitializeAsync();
            return alone;
        }

        public async ValueTask DisposeAsync() => await alone.DisposeAsync();
    }
}

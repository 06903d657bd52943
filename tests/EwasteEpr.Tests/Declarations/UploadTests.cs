using System.Text;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using Npgsql;

namespace EwasteEpr.Tests.Declarations;

public sealed class UploadTests(GivenDeclarations given) : IClassFixture<GivenDeclarations>
{
    private const string Header = "hs_code;unu_key;description;units;mass_kg;packaging;obligation_date\r\n";

    private string Row(string rest) => $"{rest};{given.Day:yyyy-MM-dd}\r\n";

    [Fact]
    public async Task File_WithGoodAndBadRows_AccountsForEachRow()
    {
        var key = await given.DraftAsync();
        var csv = Header + Row(";0306;Phones;100;12,5;paper:0,4") + Row(";0306;Phones;100;1,2345;") + Row("999999;;Unknown;1;2;") + Row(";0306;Heavy phones;1;500;");

        var upload = await given.FileAsync(key, csv);

        Assert.Equal((UploadState.Done, 4, 1, 1, 2), (upload.State, upload.RowsRead, upload.Accepted, upload.Warned, upload.Refused));
        var detail = (await given.Declarations.GetAsync(key, null, default))!;
        Assert.Equal((2, 2, 512_500), (detail.Version.Lines, detail.Version.ParkedRows, detail.Version.MassGrams));
        var lines = await given.Queries.ListAsync(key, 1, new LineFilter(), default);
        Assert.Equal([1, 4], lines.Rows.Select(line => line.LineNo));
        Assert.Equal([2, 5], lines.Rows.Select(line => line.RowNo));
        Assert.Equal(lines.Rows.Sum(line => line.FeeTiyn), detail.Version.FeeTiyn);
        var parked = (await given.Queries.GetParkedAsync(key, 1, 2, default))!;
        Assert.Equal("MASS-03", Assert.Single(parked.Problems).Code);
        Assert.Null(detail.BusyUploadId);
    }

    [Fact]
    public async Task EstonianFile_Stored_CostsToTheTiynWhatTheQuoteSays()
    {
        var key = await given.DraftAsync();
        var bytes = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Declarations", "declaration-estonia-2018.csv"));
        var snapshot = await given.Tariffs.CurrentAsync(default);
        var terms = new QuoteTerms(snapshot.Catalogue, snapshot.Pricing, BusinessTime.Today(TimeProvider.System), FixedDay: null, given.Day);
        using var quote = await FeeQuote.RunAsync(new MemoryStream(bytes), new TableHints(), terms, QuoteListeners.None, default);

        var upload = await given.FileAsync(key, bytes, date: given.Day);

        var quoted = Assert.IsType<QuoteOutcome.Quoted>(quote).Totals;
        var version = (await given.Declarations.GetAsync(key, null, default))!.Version;
        Assert.Equal((49, 0), (upload.RowsRead, upload.Refused));
        Assert.Equal(quoted.FeeTiyn, version.FeeTiyn);
        Assert.Equal(quoted.MassGrams, version.MassGrams);
        Assert.Equal(given.Day, (await given.Queries.ListAsync(key, 1, new LineFilter(), default)).Rows[0].ObligationDate);
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task SameLines_ByPageRowPasteAndRequest_CostTheSame()
    {
        var organisation = await given.OrganisationAsync();
        var person = GivenDeclarations.Person(organisation);
        var fields = given.Line(hs: "8517130000", unuKey: "", packaging: "paper:1.25");
        var fees = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            var key = await given.DraftAsync(organisation, new NewDeclaration.ForConsignment($"DT {i}"));
            if (i == 0)
            {
                await given.LineAsync(key, fields);
            }
            else
            {
                var outcome = i == 1
                    ? await given.Uploads.ReceiveLinesAsync(key, [fields], UploadMode.Replace, person, default)
                    : await given.Uploads.PasteAsync(key, $"Код ТН ВЭД\tМасса, кг\tКоличество, шт\tНаименование\tУпаковка\tДата\n8517 13 000 0\t12,5\t100\tPhones\tpaper:1,25\t{given.Day:dd.MM.yyyy}\n", UploadMode.Replace, null, person, default);
                Assert.True(await given.Import.RunOneAsync(Assert.IsType<UploadOutcome.Queued>(outcome).UploadId, default));
            }

            fees.Add((await given.Declarations.GetAsync(key, null, default))!.Version.FeeTiyn);
        }

        Assert.True(fees[0] > 0);
        Assert.Single(fees.Distinct());
    }

    [Fact]
    public async Task UnknownNames_AreAskedOnceAndRememberedForTheOrganisation()
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        var csv = Encoding.UTF8.GetBytes($"Artikel;Zollnummer;Gewicht\nPhone;8517130000;12,5\n");
        async Task<UploadOutcome> Send() => await given.Uploads.ReceiveAsync(key, new NewUpload("C:\\Users\\me\\liste.csv", UploadKind.Csv, UploadMode.Replace, given.Day), new MemoryStream(csv), person, default);

        var asked = Assert.IsType<UploadOutcome.NeedsMapping>(await Send());
        Assert.Equal(["Artikel", "Zollnummer", "Gewicht"], asked.Preview.Columns.Select(column => column.Name));
        Assert.Equal(["Phone", "8517130000", "12,5"], Assert.Single(asked.Preview.Rows));
        var other = await given.OrganisationAsync();
        NamedColumn[] named = [new("Artikel", Column.Description), new("Zollnummer", Column.HsCode), new("Gewicht", Column.MassKg)];
        Assert.IsType<UploadOutcome.NotFound>(await given.Uploads.NameColumnsAsync(other, asked.UploadId, named, default));
        Assert.IsType<UploadOutcome.NeedsMapping>(await given.Uploads.NameColumnsAsync(key.Organisation, asked.UploadId, [named[0]], default));
        var queued = Assert.IsType<UploadOutcome.Queued>(await given.Uploads.NameColumnsAsync(key.Organisation, asked.UploadId, named, default));
        await given.Import.SweepAsync(default);
        Assert.Equal("liste.csv", (await given.Status.GetAsync(key.Organisation, queued.UploadId, default))!.FileName);
        Assert.Equal("Phone", Assert.Single((await given.Queries.ListAsync(key, 1, new LineFilter(), default)).Rows).Description);

        Assert.IsType<UploadOutcome.Queued>(await Send());
        await given.Import.SweepAsync(default);
    }

    [Fact]
    public async Task SecondFile_WhileOneIsUnderWay_AndEveryOtherChange_FindTheDraftBusy()
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        var bytes = Encoding.UTF8.GetBytes(Header + Row(";0306;Phones;100;12,5;"));
        Task<UploadOutcome> Send() => given.Uploads.ReceiveAsync(key, new NewUpload("a.csv", UploadKind.Csv, UploadMode.Add), new MemoryStream(bytes), person, default);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Send()));

        var queued = Assert.Single(outcomes.OfType<UploadOutcome.Queued>());
        Assert.Equal(4, outcomes.OfType<UploadOutcome.Busy>().Count(busy => busy.UploadId == queued.UploadId));
        Assert.IsType<LineOutcome.Busy>(await given.Lines.AddAsync(key, given.Line(), person, default));
        Assert.IsType<WithdrawOutcome.Busy>(await given.Declarations.WithdrawAsync(key, person, default));
        Assert.Contains(Missing.FileInProgress, (await given.Submission.CheckAsync(key, person, default))!.Missing);

        Assert.Equal(CancelOutcome.NotFound, await given.Status.CancelAsync(await given.OrganisationAsync(), queued.UploadId, person, default));
        Assert.Equal(CancelOutcome.Cancelled, await given.Status.CancelAsync(key.Organisation, queued.UploadId, person, default));
        Assert.Equal(CancelOutcome.AlreadyOver, await given.Status.CancelAsync(key.Organisation, queued.UploadId, person, default));
        Assert.False(await given.Import.RunOneAsync(queued.UploadId, default));
        Assert.IsType<LineOutcome.Saved>(await given.Lines.AddAsync(key, given.Line(), person, default));
    }

    [Fact]
    public async Task TwoSweepsAtOnce_TakeAFileInOnce()
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);
        var csv = Header + string.Concat(Enumerable.Range(0, 3000).Select(i => Row($";0306;Phone {i};1;0,2;")));
        var queued = (UploadOutcome.Queued)await given.Uploads.ReceiveAsync(key, new NewUpload("a.csv", UploadKind.Csv, UploadMode.Add), new MemoryStream(Encoding.UTF8.GetBytes(csv)), person, default);

        var done = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => given.Import.RunOneAsync(queued.UploadId, default)));

        Assert.Single(done, one => one);
        Assert.Equal(3000, (await given.Declarations.GetAsync(key, null, default))!.Version.Lines);
    }

    [Fact]
    public async Task Killed_InTheMiddle_LeavesNothingVisibleAndBeginsAgainByItself()
    {
        var key = await given.DraftAsync();
        await given.LineAsync(key);
        var person = GivenDeclarations.Person(key.Organisation);
        var csv = Header + string.Concat(Enumerable.Range(0, 400_000).Select(i => Row($";0306;Phone {i};1;0,2;")));
        var queued = (UploadOutcome.Queued)await given.Uploads.ReceiveAsync(key, new NewUpload("a.csv", UploadKind.Csv, UploadMode.Replace), new MemoryStream(Encoding.UTF8.GetBytes(csv)), person, default);

        // What kill -9 of the program is to the database: its connections are gone, nobody says goodbye, the lease stays.
        await using var doomed = DatabaseConnections.Application(new NpgsqlConnectionStringBuilder(given.Database.ConnectionString) { ApplicationName = "doomed" }.ConnectionString);
        var run = new ImportUploads(new Db(doomed), new TariffService(given.Db)).RunOneAsync(queued.UploadId, default);
        await WaitAsync(async () => (await given.Status.GetAsync(key.Organisation, queued.UploadId, default))!.RowsRead > 0 || run.IsCompleted);
        Assert.False(run.IsCompleted);
        await given.Database.ExecuteAsOwnerAsync($"update uploads set lease_token = uuidv7() where upload_id = '{queued.UploadId}'; select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query ilike 'copy%'");
        await Assert.ThrowsAnyAsync<Exception>(() => run);

        var between = (await given.Declarations.GetAsync(key, null, default))!;
        Assert.Equal((1, 12_500L), (between.Version.Lines, between.Version.MassGrams));
        Assert.Equal(1, await given.ScalarAsync<long>("select count(*) from declaration_lines where declaration_id = @id", new { id = between.DeclarationId }));
        Assert.False(await given.Import.RunOneAsync(queued.UploadId, default)); // the lease of the dead still runs

        await given.Database.ExecuteAsOwnerAsync($"update uploads set lease_until = app.now() + interval '40 seconds' where upload_id = '{queued.UploadId}'");
        var silent = (await given.Status.GetAsync(key.Organisation, queued.UploadId, default))!;
        Assert.True(silent.IsInterrupted); // nobody has reported for twenty seconds: no promise of seconds left
        Assert.Null(silent.SecondsLeft);

        await given.Database.ExecuteAsOwnerAsync($"update uploads set lease_until = app.now() - interval '1 second' where upload_id = '{queued.UploadId}'");
        Assert.Equal(1, await given.Import.SweepAsync(default));

        var upload = (await given.Status.GetAsync(key.Organisation, queued.UploadId, default))!;
        Assert.Equal((UploadState.Done, 400_000, 2), (upload.State, upload.RowsRead, upload.Attempts));
        Assert.Equal(400_000, (await given.Declarations.GetAsync(key, null, default))!.Version.Lines);
        await given.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task Cancelled_InTheMiddle_LeavesTheDraftAsItWas()
    {
        var key = await given.DraftAsync();
        await given.LineAsync(key);
        var person = GivenDeclarations.Person(key.Organisation);
        var csv = Header + string.Concat(Enumerable.Range(0, 400_000).Select(i => Row($";0306;Phone {i};1;0,2;")));
        var queued = (UploadOutcome.Queued)await given.Uploads.ReceiveAsync(key, new NewUpload("a.csv", UploadKind.Csv, UploadMode.Replace), new MemoryStream(Encoding.UTF8.GetBytes(csv)), person, default);
        var run = given.Import.RunOneAsync(queued.UploadId, default);
        await WaitAsync(async () => (await given.Status.GetAsync(key.Organisation, queued.UploadId, default))!.RowsRead > 0 || run.IsCompleted);

        Assert.Equal(CancelOutcome.Cancelled, await given.Status.CancelAsync(key.Organisation, queued.UploadId, person, default));
        await run;

        Assert.Equal(1, (await given.Declarations.GetAsync(key, null, default))!.Version.Lines);
        Assert.Equal(UploadState.Cancelled, (await given.Status.GetAsync(key.Organisation, queued.UploadId, default))!.State);
    }

    [Theory]
    [InlineData("", "FILE-01")]
    [InlineData("unu_key;mass_kg\n", "FILE-14")]
    [InlineData("%PDF-1.7 not a table", "FILE-10")]
    public async Task Unreadable_File_SaysWhyAndFreesTheDraft(string content, string code)
    {
        var key = await given.DraftAsync();
        var person = GivenDeclarations.Person(key.Organisation);

        var outcome = await given.Uploads.ReceiveAsync(key, new NewUpload("a.csv", UploadKind.Csv, UploadMode.Add), new MemoryStream(Encoding.UTF8.GetBytes(content)), person, default);
        await given.Import.SweepAsync(default);

        var upload = Assert.Single(await given.Status.ListAsync(key, default));
        Assert.Equal((UploadState.Failed, code), (upload.State, upload.ProblemCode));
        Assert.True(outcome is UploadOutcome.Unreadable or UploadOutcome.Queued);
        await given.LineAsync(key);
    }

    [Fact]
    public async Task SecondFile_AddedOrInItsPlace_NumbersGoOnOrBeginAgain()
    {
        var key = await given.DraftAsync();
        await given.FileAsync(key, Header + Row(";0306;One;1;0,2;") + Row(";0306;Two;1;x;"));
        await given.FileAsync(key, Header + Row(";0306;Three;1;0,2;"), UploadMode.Add);
        Assert.Equal([1, 3], (await given.Queries.ListAsync(key, 1, new LineFilter(), default)).Rows.Select(line => line.LineNo));

        await given.FileAsync(key, Header + Row(";0306;Four;1;0,2;"));

        Assert.Equal((1, "Four"), (await given.Queries.ListAsync(key, 1, new LineFilter(), default)).Rows.Select(line => (line.LineNo, line.Description!)).Single());
        Assert.Equal(0, (await given.Declarations.GetAsync(key, null, default))!.Version.ParkedRows);
        Assert.Equal([UploadState.Done, UploadState.Replaced, UploadState.Replaced], (await given.Status.ListAsync(key, default)).Select(upload => upload.State));
        await given.Database.AssertInvariantsAsync();
    }

    private static async Task WaitAsync(Func<Task<bool>> until)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await until())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}

using System.Text;
using EwasteEpr.Payments.BankStatements;

namespace EwasteEpr.Tests.Payments.BankStatements;

/// <summary>A statement twice, overlapping, at once: each document of the bank is here once, and none is lost.</summary>
public sealed class StatementImportTests : IAsyncLifetime
{
    private readonly GivenBank bank = new();

    public Task InitializeAsync() => bank.InitializeAsync();

    public Task DisposeAsync() => bank.DisposeAsync();

    [Fact]
    public async Task Import_OfTheSameStatementTwice_ChangesNothing()
    {
        var file = new GivenStatement().In(100_00, "1", "a").In(200_00, "2", "b").Out(5_00, "3", "Комиссия");
        Assert.Equal(3, await bank.ImportAsync(file));
        var before = (await bank.RowsAsync(), await bank.Money.BalanceAsync("bank"));
        Assert.Equal(0, await bank.ImportAsync(file));
        Assert.Equal(before.Item2, await bank.Money.BalanceAsync("bank"));
        Assert.Equal(before.Item1, await bank.RowsAsync());
        Assert.Equal(-295_00, before.Item2);
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Import_OfAnOverlappingStatement_BringsOnlyWhatIsNew()
    {
        await bank.ImportAsync(new GivenStatement().In(100_00, "1", "a").In(200_00, "2", "b"));
        var second = await bank.PreviewAsync(new GivenStatement().In(200_00, "2", "b").In(300_00, "3", "c"));
        Assert.Equal(["Known", "New"], await bank.FatesAsync(second));
        Assert.Equal(1, Assert.IsType<ImportedStatement.Done>(await bank.Import.ImportAsync(second, [], GivenBank.Accountant, default)).Rows);
        Assert.Equal(["Known", "Imported"], await bank.FatesAsync(second));
        Assert.Equal(3, (await bank.RowsAsync()).Count);
    }

    [Fact]
    public async Task Import_OfTwoEqualDocumentsOfOneDay_KeepsBothAndNoThird()
    {
        var one = new GivenStatement().In(100_00, "1", "a");
        var two = new GivenStatement().In(100_00, "1", "a").In(100_00, "1", "a");
        Assert.Equal(1, await bank.ImportAsync(one));
        Assert.Equal(1, await bank.ImportAsync(two));
        Assert.Equal(0, await bank.ImportAsync(two));
        Assert.Equal(0, await bank.ImportAsync(one));
        Assert.Equal(2, (await bank.RowsAsync()).Count);
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Import_OfAnEqualDocumentBookedOnAnotherDay_AsksAPerson()
    {
        const string Document = "СекцияДокумент=Выписка\nНомерДокумента=1\nДатаДокумента=16.11.2026\nДатаОперации={0}\nСуммаПриход=100\nПлательщикБИН_ИИН=040340008429\nПолучательИИК=" + GivenStatement.Account + "\nКонецДокумента\n";
        await bank.ImportAsync(new GivenStatement().Raw(Document.Replace("{0}", "16.11.2026", StringComparison.Ordinal), 100_00));
        var again = new GivenStatement().Raw(Document.Replace("{0}", "17.11.2026", StringComparison.Ordinal), 100_00);
        Assert.Equal(["Doubtful"], await bank.FatesAsync(await bank.PreviewAsync(again)));
        Assert.Equal(0, await bank.ImportAsync(again));
        Assert.Equal(1, await bank.ImportAsync(again, 1));
        Assert.Equal(0, await bank.ImportAsync(again, 1));
        Assert.Equal(2, (await bank.RowsAsync()).Count);
    }

    [Fact]
    public async Task Import_OfOverlappingStatementsAtOnce_BringsEachDocumentOnce()
    {
        var previews = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            previews.Add(await bank.PreviewAsync(new GivenStatement().In(100_00, "1", "a").In(100_00, "1", "a").In((200 + i) * 100, $"n{i}", "b")));
        }

        await Task.WhenAll(previews.Concat(previews).Select(id => bank.Import.ImportAsync(id, [], GivenBank.Accountant, default)));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => bank.Sweep.SweepAsync(default)));
        var rows = await bank.RowsAsync();
        Assert.Equal(10, rows.Count);
        Assert.DoesNotContain(rows, row => row.Status == nameof(BankRowStatus.Pending));
        await bank.AssertBooksAsync();
    }

    [Fact]
    public async Task Upload_OfAFileWithARefusedRow_KeepsTheRowAndItsReason()
    {
        var file = new GivenStatement { ReceivedTiyn = 100_00 }.In(100_00, "1", "a").Raw("СекцияДокумент=Выписка\nНомерДокумента=2\nДатаДокумента=17.11.2026\nСуммаПриход=-5\nПолучательИИК=" + GivenStatement.Account + "\nКонецДокумента\n");
        var id = await bank.PreviewAsync(file);
        Assert.Equal(["New", "Refused"], await bank.FatesAsync(id));
        Assert.Equal(1, Assert.IsType<ImportedStatement.Done>(await bank.Import.ImportAsync(id, [], GivenBank.Accountant, default)).Rows);
    }

    [Fact]
    public async Task Upload_OfAnothersStatement_OrOneThatIsTooLarge_LeavesNothing()
    {
        var foreign = new GivenStatement { HeadAccount = "KZ86125KZT5004100100" }.In(100_00, "1", "a");
        Assert.Equal(FileFaultCode.OtherAccount, Assert.IsType<UploadedStatement.Refused>(await bank.Uploads.UploadAsync("x.txt", null, foreign.Windows1251(), GivenBank.Accountant, default)).Fault.Code);
        var huge = new MemoryStream(new byte[StatementLimits.FileBytes + 1]);
        Assert.Equal(FileFaultCode.TooLarge, Assert.IsType<UploadedStatement.Refused>(await bank.Uploads.UploadAsync("x.txt", null, huge, GivenBank.Accountant, default)).Fault.Code);
        Assert.Equal(0, await bank.Db.QuerySingleAsync<long>("select count(*) from bank_statements", null, default));
    }

    [Fact]
    public async Task Upload_OfFiftyThousandRows_IsTaken_AndOneMoreRefused()
    {
        var id = Assert.IsType<UploadedStatement.Preview>(await bank.Uploads.UploadAsync("x.csv", GivenStatement.Account, Csv(StatementLimits.Rows), GivenBank.Accountant, default)).StatementId;
        Assert.Equal(StatementLimits.Rows, Assert.IsType<ImportedStatement.Done>(await bank.Import.ImportAsync(id, [], GivenBank.Accountant, default)).Rows);
        Assert.Equal(FileFaultCode.TooManyRows, Assert.IsType<UploadedStatement.Refused>(await bank.Uploads.UploadAsync("x.csv", GivenStatement.Account, Csv(StatementLimits.Rows + 1), GivenBank.Accountant, default)).Fault.Code);
    }

    [Fact]
    public async Task Csv_WhoseColumnsNobodyKnows_WaitsUntilSomebodySays_AndIsKnownThen()
    {
        const string Text = "Реф;Когда;Туда;Сюда;Кто\r\nA-1;17.11.2026;;10,50;ТОО\r\n";
        var waiting = Assert.IsType<UploadedStatement.NeedsColumns>(await bank.Uploads.UploadAsync("a.csv", GivenStatement.Account, Bytes(Text), GivenBank.Accountant, default));
        Assert.Equal(["Реф", "Когда", "Туда", "Сюда", "Кто"], (await bank.Uploads.HeadAsync(waiting.StatementId, default))!.Names);
        var told = await bank.Uploads.NameColumnsAsync(
            waiting.StatementId, [("Реф", StatementField.Number), ("Когда", StatementField.BookedDate), ("Туда", StatementField.Outgoing), ("Сюда", StatementField.Incoming), ("Кто", StatementField.PayerName)], GivenBank.Accountant, default);
        Assert.Equal(["New"], await bank.FatesAsync(Assert.IsType<UploadedStatement.Preview>(told).StatementId));
        Assert.Null(await bank.Uploads.HeadAsync(waiting.StatementId, default));
        Assert.IsType<UploadedStatement.Preview>(await bank.Uploads.UploadAsync("b.csv", GivenStatement.Account, Bytes(Text.Replace("A-1", "A-2", StringComparison.Ordinal)), GivenBank.Accountant, default));
    }

    [Fact]
    public async Task Discard_LeavesNothingToImport()
    {
        var id = await bank.PreviewAsync(new GivenStatement().In(100_00, "1", "a"));
        Assert.True(await bank.Import.DiscardAsync(id, GivenBank.Accountant, default));
        Assert.IsType<ImportedStatement.NotFound>(await bank.Import.ImportAsync(id, [], GivenBank.Accountant, default));
        Assert.False(await bank.Import.DiscardAsync(id, GivenBank.Accountant, default));
    }

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private static MemoryStream Csv(int rows)
    {
        var text = new StringBuilder("номер;дата;приход;расход\r\n");
        for (var i = 0; i < rows; i++)
        {
            text.Append(i).Append(";17.11.2026;1;\r\n");
        }

        return Bytes(text.ToString());
    }
}

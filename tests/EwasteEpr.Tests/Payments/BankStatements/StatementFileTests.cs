using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.BankStatements;

namespace EwasteEpr.Tests.Payments.BankStatements;

/// <summary>Statement files as banks really write them, and as they should not.</summary>
public sealed class StatementFileTests
{
    private static readonly GivenStatement Two = new GivenStatement().In(125_430_55, "447", "Утилизационный платёж").Out(500_00, "NT-9", "Комиссия банка");

    [Theory]
    [InlineData("windows-1251", "\r\n", "Windows-1251")]
    [InlineData("windows-1251", "\n", "Windows-1251")]
    [InlineData("windows-1251", "\r", "Windows-1251")]
    [InlineData("utf-8", "\r\n", "UTF-8")]
    [InlineData("utf-8-mark", "\n", "UTF-8")]
    [InlineData("utf-16", "\r\n", "UTF-16")]
    [InlineData("cp866", "\r\n", "CP866")]
    public async Task OneC_InEveryEncodingAndLineEnd_IsTheSame(string encoding, string lineEnd, string found)
    {
        // The file says "Windows" in all of them: what it is counts, not what it says.
        var text = Two.Text().Replace("\r\n", lineEnd, StringComparison.Ordinal).Replace("«", "\"", StringComparison.Ordinal).Replace("»", "\"", StringComparison.Ordinal);
        var bytes = encoding switch
        {
            "windows-1251" => CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(text),
            "cp866" => CodePagesEncodingProvider.Instance.GetEncoding(866)!.GetBytes(text),
            "utf-8-mark" => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
            "utf-16" => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)],
            _ => Encoding.UTF8.GetBytes(text),
        };
        var reader = new OneCReader(new MemoryStream(bytes), GivenStatement.Terms);
        var rows = await reader.ReadAsync(CancellationToken.None).ToListAsync();
        Assert.Equal(found, reader.EncodingName);
        Assert.All(rows, row => Assert.Null(row.Fault));
        var first = rows[0].Document!;
        Assert.Equal((MoneyWay.In, 12_543_055, "447", "ТОО \"Алатау Импорт\"", "040340008429", "Утилизационный платёж", "911"), (first.Way, first.Amount.Tiyn, first.DocumentNo, first.Party.Name, first.Party.Number, first.Purpose, first.PurposeCode));
        Assert.Equal((MoneyWay.Out, 50_000, "АО \"Банк\""), (rows[1].Document!.Way, rows[1].Document!.Amount.Tiyn, rows[1].Document!.Party.Name));
        var account = Assert.Single(reader.Accounts);
        Assert.Equal((GivenStatement.Account, 100_000_000, 12_543_055, 50_000, 112_493_055), (account.Account, account.OpeningTiyn, account.ReceivedTiyn, account.SpentTiyn, account.ClosingTiyn));
    }

    [Fact]
    public async Task OneC_WithKazakhLettersInOneByte_ReadsThem()
    {
        var text = new GivenStatement().In(100_00, "1", "X", name: "Y").Text();
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(text).Select(b => b == (byte)'Y' ? (byte)0xA3 : b).ToArray(); // Ә in KZ-1048
        var row = Assert.Single(await new OneCReader(new MemoryStream(bytes), GivenStatement.Terms).ReadAsync(CancellationToken.None).ToListAsync());
        Assert.Equal("Ә", row.Document!.Party.Name);
    }

    [Fact]
    public async Task OneC_OfThePublishedVersion_ReadsItsNames()
    {
        var file = new GivenStatement().Raw(
            """
            СекцияДокумент=Платежное поручение
            Номер=58
            Дата=13.11.2026
            Сумма=840
            ДатаПоступило=14.11.2026
            Плательщик=ИНН 040340008429 ТОО Алатау
            ПлательщикИНН=040340008429
            ПлательщикСчет=KZ86125KZT5004100100
            Плательщик1=ТОО Алатау
            Получатель1=Фонд
            ПолучательСчет=KZ75 125KZT2069100100
            НазначениеПлатежа1=Счёт INV
            НазначениеПлатежа2=от 1 ноября
            НеизвестноеПоле=да
            КонецДокумента

            """,
            840_00);
        var row = Assert.Single((await ReadAsync(file)).Rows);
        Assert.Null(row.Fault);
        Assert.Equal((MoneyWay.In, new DateOnly(2026, 11, 14), new DateOnly(2026, 11, 13), "58", "Счёт INV от 1 ноября"), (row.Document!.Way, row.Document.BookedOn, row.Document.DocumentOn, row.Document.DocumentNo, row.Document.Purpose));
    }

    [Fact]
    public async Task OneC_PurposeOverSeveralLines_IsOneText()
    {
        var file = new GivenStatement().In(100_00, "1", "Оплата\r\nпо счёту: №5 = декларация\r\nД-2026");
        Assert.Equal("Оплата по счёту: №5 = декларация Д-2026", (await ReadAsync(file)).Rows[0].Document!.Purpose);
    }

    [Theory]
    [InlineData("СуммаПриход=0", RowFaultCode.ZeroAmount, "0")]
    [InlineData("СуммаПриход=-100", RowFaultCode.NegativeAmount, "-100")]
    [InlineData("СуммаПриход=1000000000000.00", RowFaultCode.HugeAmount, "1000000000000.00")]
    [InlineData("СуммаПриход=79228162514264337593543950335000", RowFaultCode.BadAmount, "79228162514264337593543950335000")]
    [InlineData("СуммаПриход=1e308", RowFaultCode.BadAmount, "1e308")]
    [InlineData("СуммаПриход=1,234", RowFaultCode.BadAmount, "1,234")]
    [InlineData("СуммаПриход=1.2345", RowFaultCode.TooManyDecimals, "1.2345")]
    [InlineData("СуммаПриход=10\nСуммаРасход=10", RowFaultCode.BothWays, "10")]
    [InlineData("Примечание=10", RowFaultCode.NoAmount, "")]
    [InlineData("СуммаПриход=10\nВалюта=USD", RowFaultCode.OtherCurrency, "USD")]
    [InlineData("СуммаПриход=10\nДатаОперации=31.02.2026", RowFaultCode.BadDate, "31.02.2026")]
    [InlineData("СуммаПриход=10\nДатаОперации=25.12.2026", RowFaultCode.FutureDate, "25.12.2026")]
    [InlineData("СуммаПриход=10\nДатаОперации=25.10.2026", RowFaultCode.OutsidePeriod, "2026-10-25")]
    [InlineData("СуммаПриход=10\nНомерДокумента=", RowFaultCode.NoNumber, "")]
    public async Task OneC_ARowThatCannotBe_IsRefusedWithItsField(string fields, RowFaultCode fault, string value)
    {
        var number = fields.Contains("НомерДокумента", StringComparison.Ordinal) ? "" : "НомерДокумента=7\n";
        var day = fields.Contains("ДатаОперации", StringComparison.Ordinal) ? "" : "ДатаОперации=17.11.2026\n";
        var file = new GivenStatement { ReceivedTiyn = 10_00 }.Raw($"СекцияДокумент=Выписка\n{number}{day}ДатаДокумента=17.11.2026\n{fields}\nПолучательИИК={GivenStatement.Account}\nКонецДокумента\n");
        var row = Assert.Single(await new OneCReader(file.Utf8(), GivenStatement.Terms).ReadAsync(CancellationToken.None).ToListAsync());
        Assert.Equal((fault, value), (row.Fault?.Code, row.Fault?.Value));
    }

    [Fact]
    public async Task OneC_AnAmountWithoutDirectionBetweenStrangers_IsRefused()
    {
        var file = new GivenStatement().Raw("СекцияДокумент=Выписка\nНомер=1\nДата=17.11.2026\nСумма=10\nПлательщикСчет=KZ1\nПолучательСчет=KZ2\nКонецДокумента\n", 10_00);
        Assert.Equal(RowFaultCode.WhichWay, (await ReadAsync(file)).Rows[0].Fault?.Code);
    }

    [Theory]
    [InlineData("", FileFaultCode.Empty)]
    [InlineData("Дата;Сумма\r\n", FileFaultCode.NotAStatement)]
    [InlineData("1CClientBankExchange\r\n", FileFaultCode.Truncated)]
    [InlineData("1CClientBankExchange\r\nСекцияДокумент=x\r\nНомер=1\r\n", FileFaultCode.NoAccount)]
    [InlineData("1CClientBankExchange\r\nРасчСчет=KZ75125KZT2069100100\r\nСекцияДокумент=x\r\nНомер=1\r\n", FileFaultCode.Truncated)]
    [InlineData("1CClientBankExchange\r\nРасчСчет=KZ75125KZT2069100100\r\nСекцияДокумент=x\r\nСекцияДокумент=x\r\n", FileFaultCode.SectionInsideSection)]
    [InlineData("1CClientBankExchange\r\nРасчСчет=KZ86125KZT5004100100\r\nКонецФайла\r\n", FileFaultCode.OtherAccount)]
    [InlineData("1CClientBankExchange\r\nДатаНачала=01.01.2026\0\r\nКонецФайла\r\n", FileFaultCode.Binary)]
    [InlineData("1CClientBankExchange\r\nСекцияРасчСчет\r\nРасчСчет=KZ75125KZT2069100100\r\nВсегоПоступило=много\r\nКонецРасчСчет\r\nКонецФайла\r\n", FileFaultCode.BadSection)]
    public async Task OneC_AFileThatIsNotOne_IsRefusedAsAWhole(string text, FileFaultCode fault) =>
        Assert.Equal(fault, await FaultAsync(new OneCReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), GivenStatement.Terms)));

    [Fact]
    public async Task OneC_CutAnywhere_IsNeverTakenForWhole()
    {
        var bytes = Two.Windows1251().ToArray();
        for (var length = 1; length < bytes.Length - 12; length += 37)
        {
            var reader = new OneCReader(new MemoryStream(bytes, 0, length), GivenStatement.Terms);
            Assert.NotNull(await FaultAsync(reader));
        }
    }

    [Fact]
    public async Task OneC_OneEndlessLine_IsRefusedBeforeItIsHeld() =>
        Assert.Equal(FileFaultCode.LineTooLong, await FaultAsync(new OneCReader(new MemoryStream(Encoding.UTF8.GetBytes("1CClientBankExchange\r\nДата=" + new string('1', 10_000_000))), GivenStatement.Terms)));

    [Fact]
    public async Task OneC_BrokenUtf8_IsRefused()
    {
        var bytes = Two.Utf8().ToArray();
        bytes[^60] = 0xFF;
        Assert.Equal(FileFaultCode.EncodingBroken, await FaultAsync(new OneCReader(new MemoryStream(bytes), GivenStatement.Terms)));
    }

    [Fact]
    public async Task Check_AFileThatContradictsItself_IsRefused()
    {
        Assert.Null((await ReadAsync(Two)).Contradiction);
        Assert.Equal(FileFaultCode.ReceivedDiffers, (await ReadAsync(new GivenStatement { ReceivedTiyn = 99_00, ClosingTiyn = 1_000_099_00 }.In(100_00, "1", "x"))).Contradiction?.Code);
        Assert.Equal(FileFaultCode.BalanceDiffers, (await ReadAsync(new GivenStatement { ClosingTiyn = 5 }.In(100_00, "1", "x"))).Contradiction?.Code);
    }

    [Fact]
    public async Task Csv_WithTitlesTotalsAndQuotes_IsRead()
    {
        const string text = """"
            Выписка по счёту;KZ75125KZT2069100100;;;;;;
            ;;;;;;;
            № документа;Дата операции;Дебет, тенге;Кредит, тенге;Контрагент;БИН/ИИН;ИИК;Назначение платежа
            447;17.11.2026;;125 430,55;"ТОО ""Алатау; Импорт""";040340008429;KZ86125KZT5004100100;=HYPERLINK("x")
            9;18.11.2026;500,00;;АО Банк;;;Комиссия
            ;Итого;500,00;125 430,55;;;;

            """";
        var reader = new CsvStatementReader(new MemoryStream(CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(text)), GivenStatement.Terms, GivenStatement.Account, CsvColumns.ByUsualNames);
        var rows = await reader.ReadAsync(CancellationToken.None).ToListAsync();
        Assert.Equal(2, rows.Count);
        Assert.Equal((MoneyWay.In, 12_543_055, "ТОО \"Алатау; Импорт\"", "=HYPERLINK(\"x\")"), (rows[0].Document!.Way, rows[0].Document!.Amount.Tiyn, rows[0].Document!.Party.Name, rows[0].Document!.Purpose));
        Assert.Equal((MoneyWay.Out, 50_000, "АО Банк"), (rows[1].Document!.Way, rows[1].Document!.Amount.Tiyn, rows[1].Document!.Party.Name));
        Assert.Equal("Windows-1251", reader.EncodingName);
    }

    [Fact]
    public async Task Csv_WithNamesOfItsOwn_IsAskedForAndThenKnown()
    {
        var bytes = Encoding.UTF8.GetBytes("Реф,Когда,Сколько,Кто\r\nA-1,2026-11-17,-10.50,Банк\r\n");
        Assert.Equal(FileFaultCode.ColumnsNotKnown, await FaultAsync(new CsvStatementReader(new MemoryStream(bytes), GivenStatement.Terms, GivenStatement.Account, CsvColumns.ByUsualNames)));
        Assert.Equal(["Реф", "Когда", "Сколько", "Кто"], (await CsvStatementReader.PreviewAsync(new MemoryStream(bytes), CsvColumns.ByUsualNames, CancellationToken.None)).Names);
        var told = CsvColumns.With(new Dictionary<string, StatementField?> { ["Реф"] = StatementField.Number, ["Когда"] = StatementField.BookedDate, ["Сколько"] = StatementField.Amount, ["Кто"] = StatementField.PayerName });
        var row = Assert.Single(await new CsvStatementReader(new MemoryStream(bytes), GivenStatement.Terms, GivenStatement.Account, told).ReadAsync(CancellationToken.None).ToListAsync());
        Assert.Equal((MoneyWay.Out, 1_050, "Банк", new DateOnly(2026, 11, 17)), (row.Document!.Way, row.Document.Amount.Tiyn, row.Document.Party.Name, row.Document.BookedOn));
    }

    [Theory]
    [InlineData("KZ75125KZT2069100100", true)]
    [InlineData("KZ86125KZT5004100100", true)]
    [InlineData("KZ87125KZT5004100100", false)]
    [InlineData("DE89370400440532013000", false)]
    [InlineData("KZ86125KZT500410010O", false)]
    public void AccountNumber_IsCheckedByItsDigits(string account, bool isValid) => Assert.Equal(isValid, AccountNumber.IsValid(account));

    private static async Task<(List<StatementRow> Rows, FileFault? Contradiction)> ReadAsync(GivenStatement file)
    {
        var reader = new OneCReader(file.Windows1251(), GivenStatement.Terms);
        var check = new StatementCheck();
        var rows = new List<StatementRow>();
        await foreach (var row in reader.ReadAsync(CancellationToken.None))
        {
            rows.Add(row);
            check.Add(row);
        }

        return (rows, check.Judge(reader.Accounts));
    }

    private static async Task<FileFaultCode?> FaultAsync(IStatementReader reader)
    {
        try
        {
            await reader.ReadAsync(CancellationToken.None).CountAsync();
            return null;
        }
        catch (UnreadableStatementException problem)
        {
            return problem.Fault.Code;
        }
    }
}

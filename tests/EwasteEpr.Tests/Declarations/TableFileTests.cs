using System.IO.Compression;
using System.Text;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Tests.Declarations;

/// <summary>Files as they come: encodings, separators, headers, workbooks good and bad.</summary>
public sealed class TableFileTests(Quotes quotes) : IClassFixture<Quotes>
{
    private const string Russian = "Код ТН ВЭД;Наименование;Количество, шт;Масса, кг\n8517130000;Смартфоны;1250;262,5\n";
    private const string Kazakh = "ЕАЭО СЭҚ ТН коды;Тауар атауы;Саны, дана;Массасы, кг\n8517130000;Ұялы телефондар, қоңыр;1250;262,5\n";

    public static TheoryData<string, byte[]> Encodings() => new()
    {
        { "UTF-8", Encoding.UTF8.GetBytes(Russian) },
        { "UTF-8 with mark", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Russian)] },
        { "UTF-16 LE", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Russian)] },
        { "UTF-16 BE", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Russian)] },
        { "Windows-1251", CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(Russian) },
        { "KZ-1048", Kz1048(Kazakh) },
        { "CR LF", Encoding.UTF8.GetBytes(Russian.ReplaceLineEndings("\r\n")) },
        { "mixed line ends", Encoding.UTF8.GetBytes(Russian.Replace("\n8517", "\r\n8517", StringComparison.Ordinal)) },
        { "tabs", Encoding.UTF8.GetBytes(Russian.Replace(';', '\t')) },
        { "commas and quotes", Encoding.UTF8.GetBytes("\"Код ТН ВЭД\",\"Наименование\",\"Количество, шт\",\"Масса, кг\"\n8517130000,Смартфоны,1250,\"262,5\"\n") },
        { "separator hint", Encoding.UTF8.GetBytes("sep=;\n" + Russian) },
        { "look-alike letters, odd case", Encoding.UTF8.GetBytes(Russian.Replace("Масса, кг", "MАССА (КГ)", StringComparison.Ordinal)) },
        { "titles above", Encoding.UTF8.GetBytes("Список за ноябрь;;;\n\n" + Russian) },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Text_IsReadWhateverItsEncodingAndSeparator(string name, byte[] file)
    {
        List<QuotedLine> lines = [];
        var outcome = await quotes.OfAsync(file, listeners: new QuoteListeners(line =>
        {
            lines.Add(QuotedLine.From(line));
            return ValueTask.CompletedTask;
        }));
        var quote = Assert.IsType<QuoteOutcome.Quoted>(outcome);
        Assert.Equal((1, 262_500), (quote.Totals.Priced, quote.Totals.MassGrams));
        Assert.Contains(name == "KZ-1048" ? "Ұялы телефондар, қоңыр" : "Смартфоны", Assert.Single(lines).Description, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, int, byte[]> Unreadable()
    {
        var latin = Encoding.Latin1.GetBytes("hs_code;description;mass_kg\n851713;K\u00FChlschr\u00E4nke gro\u00DF;1\n");
        return new()
        {
            { "FILE-01", "nothing", 0, [] },
            { "FILE-01", "only separators", 0, Encoding.UTF8.GetBytes(";;;\n;;;\n") },
            { "FILE-09", "old workbook", 0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0] },
            { "FILE-10", "a picture", 0, [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A] },
            { "FILE-10", "zero byte", 3, Encoding.UTF8.GetBytes("hs_code;mass_kg\n851713;1\n8517\u000013;1\n") },
            { "FILE-11", "Latin-1", 2, latin },
            { "FILE-12", "UTF-8, then something else", 3, [.. Encoding.UTF8.GetBytes("код тн вэд;масса\n851713;1\n"), 0xC3, 0x28, (byte)';', (byte)'1'] },
            { "FILE-13", "a quote that never closes", 2, Encoding.UTF8.GetBytes("hs_code;mass_kg\n\"851713;1\n" + new string('x', 600_000)) },
            { "FILE-14", "header alone", 1, Encoding.UTF8.GetBytes("hs_code;mass_kg\n") },
            { "FILE-05", "too many columns", 1, Encoding.UTF8.GetBytes(string.Join(';', Enumerable.Range(0, 300).Select(i => "c" + i)) + "\n") },
            { "HEAD-01", "strange names", 1, Encoding.UTF8.GetBytes("foo;bar\n1;2\n") },
            { "HEAD-02", "no code", 1, Encoding.UTF8.GetBytes("Наименование;Масса, кг\nТелефон;2\n") },
            { "HEAD-03", "no mass", 1, Encoding.UTF8.GetBytes("Код ТН ВЭД;Наименование\n851713;Телефон\n") },
            { "HEAD-04", "twice", 1, Encoding.UTF8.GetBytes("hs_code;Код ТН ВЭД;mass_kg\n851713;851713;1\n") },
            { "HEAD-05", "tonnes", 1, Encoding.UTF8.GetBytes("hs_code;Масса, т\n851713;1\n") },
        };
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task Table_ThatCannotBeRead_SaysWhyAndWhere(string code, string what, int row, byte[] file)
    {
        var problem = await quotes.RefusedAsync(file);
        Assert.Equal((code, what, row), (problem.PublicCode, what, problem.Row));
    }

    [Fact]
    public async Task Quotes_ThatDoNotPair_RefuseTheirRowOnly()
    {
        var quote = await quotes.OfAsync("hs_code;description;mass_kg\n851713;\"a\"b;1\n851713;27\" screen;1\n851713;\"line\nbreak\";1\n851713;ok;1\n");
        Assert.Equal((4, 2), (quote.Totals.Lines, quote.Problems.Read().First().Row));
        Assert.All(quote.Problems.Read(), problem => Assert.Equal("ROW-01", problem.PublicCode));
    }

    [Fact]
    public async Task RowNumbers_AreThoseOfASpreadsheet()
    {
        var quote = await quotes.OfAsync("hs_code;mass_kg;description\n\n851713;x;\"two\nlines\"\n;;\n851713;y;\n");
        Assert.Equal([3, 5], quote.Problems.Read().Select(problem => problem.Row));
    }

    [Fact]
    public async Task Encoding_ToldByAPerson_IsUsed()
    {
        var file = Encoding.Latin1.GetBytes("hs_code;description;mass_kg\n851713;\u00D2;1\n");
        Assert.Equal("FILE-11", (await quotes.RefusedAsync(file)).PublicCode);
        Assert.IsType<QuoteOutcome.Quoted>(await quotes.OfAsync(file, hints: new TableHints(TextEncoding.Windows1251)));
    }

    [Fact]
    public async Task Mapping_RememberedForAnOrganisation_NamesItsColumns()
    {
        var file = "артикул;вес общий\n851713;1\n"u8.ToArray();
        var mapping = new Dictionary<string, Column> { ["артикул"] = Column.HsCode, ["вес общий"] = Column.MassKg };
        Assert.IsType<QuoteOutcome.Unreadable>(await quotes.OfAsync(file));
        Assert.IsType<QuoteOutcome.Quoted>(await quotes.OfAsync(file, hints: new TableHints(Mapping: mapping)));
    }

    [Fact]
    public async Task Workbook_GivesItsNumbersAndDatesExactly()
    {
        var cells = """<row r="1"><c r="A1" t="inlineStr"><is><t>Код ТН ВЭД</t></is></c><c r="B1" t="inlineStr"><is><t>Масса, кг</t></is></c><c r="C1" t="inlineStr"><is><t>Дата ввоза</t></is></c></row>"""
            + """<row r="3"><c r="A3"><v>8517130000</v></c><c r="B3"><v>0.30000000000000004</v></c><c r="C3" s="1"><v>46200</v></c></row>""";
        List<QuotedLine> lines = [];
        var quote = Assert.IsType<QuoteOutcome.Quoted>(await quotes.OfAsync(Workbook(cells), listeners: new QuoteListeners(line =>
        {
            lines.Add(QuotedLine.From(line));
            return ValueTask.CompletedTask;
        })));
        Assert.Empty(quote.Problems.Read());
        Assert.Equal((3, 300L, new DateOnly(2026, 6, 27)), (lines[0].Row, lines[0].MassGrams, lines[0].PricedOn));
    }

    [Fact]
    public async Task Workbook_CellWhoseFormulaFailed_IsToldAndNotReadAsEmpty()
    {
        var cells = """<row r="1"><c r="A1" t="inlineStr"><is><t>hs_code</t></is></c><c r="B1" t="inlineStr"><is><t>mass_kg</t></is></c><c r="C1" t="inlineStr"><is><t>units</t></is></c></row>"""
            + """<row r="2"><c r="A2"><v>8517130000</v></c><c r="B2" t="e"><f>VLOOKUP(A2,X:Y,2,0)</f><v>#N/A</v></c></row>"""
            + """<row r="4"><c r="A4"><v>8517130000</v></c><c r="B4"><v>1</v></c><c r="C4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>"""
            + """<row r="5"><c r="A5"><v>8517130000</v></c><c r="B5"><v>1</v></c></row>""";
        var quote = Assert.IsType<QuoteOutcome.Quoted>(await quotes.OfAsync(Workbook(cells)));
        Assert.Equal([(2, Column.MassKg, "#N/A"), (4, Column.Units, "#DIV/0!")], quote.Problems.Read().Select(problem => (problem.Row, problem.Column!.Value, problem.Value)));
        Assert.Equal((3, 2), (quote.Totals.Lines, quote.Totals.Refused));
    }

    [Fact]
    public async Task Workbook_OverTheRowLimit_IsRefused()
    {
        var rows = new StringBuilder("""<row r="1"><c r="A1" t="inlineStr"><is><t>hs_code</t></is></c><c r="B1" t="inlineStr"><is><t>mass_kg</t></is></c></row>""");
        for (var i = 2; i <= 200_002; i++)
        {
            rows.Append(System.Globalization.CultureInfo.InvariantCulture, $"<row r=\"{i}\"><c r=\"A{i}\"><v>851713</v></c><c r=\"B{i}\"><v>1</v></c></row>");
        }

        var problem = await quotes.RefusedAsync(Workbook(rows.ToString()));
        Assert.Equal(("FILE-04", 200_002), (problem.PublicCode, problem.Row));
    }

    internal static byte[] Workbook(string rows, string prolog = "", (string Name, byte[] Content)? extra = null)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put(zip, "[Content_Types].xml", """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""");
            Put(zip, "_rels/.rels", """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            Put(zip, "xl/workbook.xml", """<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>""");
            Put(zip, "xl/_rels/workbook.xml.rels", """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>""");
            Put(zip, "xl/styles.xml", """<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>""");
            Put(zip, "xl/worksheets/sheet1.xml", $"""<?xml version="1.0"?>{prolog}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>""");
            if (extra is { } more)
            {
                using var part = zip.CreateEntry(more.Name, CompressionLevel.Fastest).Open();
                part.Write(more.Content);
            }
        }

        return bytes.ToArray();
    }

    private static void Put(ZipArchive zip, string name, string content)
    {
        using var part = zip.CreateEntry(name).Open();
        part.Write(Encoding.UTF8.GetBytes(content));
    }

    private static byte[] Kz1048(string text)
    {
        var windows = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;
        return [.. text.Select(c => TextEncodings.KazakhPairs().Where(pair => pair.Letter == c).Select(pair => (byte?)pair.Byte).FirstOrDefault() ?? windows.GetBytes([c])[0])];
    }
}

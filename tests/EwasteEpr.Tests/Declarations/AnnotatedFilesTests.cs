using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Declarations.Uploads;

namespace EwasteEpr.Tests.Declarations;

public sealed class AnnotatedFilesTests(GivenDeclarations given) : IClassFixture<GivenDeclarations>
{
    private static readonly ProblemWords Russian = new("Проблема", problem => $"{problem.Code}: «{problem.Value}»; исправьте", NeedsKazakhLetters: false);

    private AnnotatedFiles Files => new(given.Db);

    private async Task<byte[]> BackAsync(DeclarationKey key, ProblemWords words)
    {
        var upload = (await given.Status.ListAsync(key, default))[0];
        using var back = new MemoryStream();
        Assert.True(await Files.WriteAsync(key.Organisation, upload.UploadId, words, back, default));
        return back.ToArray();
    }

    [Fact]
    public async Task Csv_ComesBackInItsOwnEncodingAndSeparator_AndGoesInAgainAsItIs()
    {
        var windows = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;
        var key = await given.DraftAsync();
        var day = given.Day.ToString("dd.MM.yyyy");
        var csv = $"Список за квартал\r\nКод ТН ВЭД;Наименование;Масса, кг;Дата\r\n8517130000;\"Телефон; чёрный\";12,5;{day}\r\n\r\n9999;\"Лампа \"\"яркая\"\"\";1;{day}\r\n8517130000;=1+1;1,2345\r\n";
        await given.FileAsync(key, windows.GetBytes(csv));

        var back = await BackAsync(key, Russian);

        var lines = windows.GetString(back).Split("\r\n");
        Assert.Equal("Список за квартал", lines[0]);
        Assert.Equal("Код ТН ВЭД;Наименование;Масса, кг;Дата;Проблема", lines[1]);
        Assert.Equal($"8517130000;\"Телефон; чёрный\";12,5;{day};", lines[2]);
        Assert.Equal("", lines[3]);
        Assert.Equal($"9999;\"Лампа \"\"яркая\"\"\";1;{day};\"HS-01: «9999»; исправьте\"", lines[4]);
        Assert.StartsWith("8517130000;=1+1;1,2345;;\"", lines[5]);

        var again = await given.FileAsync(key, back);
        Assert.Equal((3, 1, 0, 2), (again.RowsRead, again.Accepted, again.Warned, again.Refused));
        Assert.Equal(lines[1..5], windows.GetString(await BackAsync(key, Russian)).Split("\r\n")[1..5]); // the old column gave way to the new one

        var fixedByHand = windows.GetString(back).Replace("\r\n9999;", "\r\n853952;").Replace("1,2345;;", $"1,234;{day};");
        var third = await given.FileAsync(key, windows.GetBytes(fixedByHand));
        Assert.Equal((3, 0), (third.RowsRead, third.Refused));
    }

    [Fact]
    public async Task Csv_InWindows1251WithKazakhSentences_BecomesUtf8()
    {
        var key = await given.DraftAsync();
        await given.FileAsync(key, CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes("Код ТН ВЭД;Масса, кг;Наименование\r\n9999;1;Лампа яркая\r\n"));

        var back = await BackAsync(key, new ProblemWords("Мәселе", _ => "код табылмады, түзетіңіз", NeedsKazakhLetters: true));

        Assert.Equal(Encoding.UTF8.GetPreamble(), back[..3]);
        Assert.Contains("9999;1;Лампа яркая;код табылмады, түзетіңіз | ", Encoding.UTF8.GetString(back));
    }

    [Fact]
    public async Task Workbook_ComesBackMarked_StaysValidAndGoesInAgain()
    {
        var key = await given.DraftAsync();
        await given.FileAsync(key, Workbook(
            ["Код ТН ВЭД", "Наименование", "Масса, кг", "Дата", "Примечание"],
            ["8517130000", "Телефон", "12.5", given.Day.ToString("yyyy-MM-dd"), "a"],
            ["9999", "Лампа", "1", given.Day.ToString("yyyy-MM-dd"), "b"],
            ["8517130000", "Без массы", null, given.Day.ToString("yyyy-MM-dd"), null]));

        var back = await BackAsync(key, Russian);

        using (var document = SpreadsheetDocument.Open(new MemoryStream(back), isEditable: false))
        {
            Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(document).Select(error => $"{error.Path?.XPath}: {error.Description}"));
            var part = document.WorkbookPart!.WorksheetParts.Single();
            var cells = part.Worksheet.Descendants<Cell>().ToDictionary(cell => cell.CellReference!.Value!);
            Assert.Equal("Проблема", cells["F1"].InnerText);
            Assert.Equal("HS-01: «9999»; исправьте", cells["F3"].InnerText);
            Assert.False(cells.ContainsKey("F2"));
            Assert.Equal("MASS-01: «»; исправьте", cells["F4"].InnerText);
            Assert.NotEqual(cells["A2"].StyleIndex?.Value ?? 0, cells["A3"].StyleIndex!.Value);
            Assert.Equal(cells["A3"].StyleIndex!.Value, cells["C4"].StyleIndex!.Value);
            Assert.Equal(["A3", "C4"], part.WorksheetCommentsPart!.Comments.CommentList!.Elements<Comment>().Select(comment => comment.Reference!.Value!));
            Assert.Equal(["A4", "B4", "C4", "D4", "F4"], part.Worksheet.Descendants<Row>().Last().Elements<Cell>().Select(cell => cell.CellReference!.Value!));
        }

        var again = await given.FileAsync(key, back);
        Assert.Equal((3, 1, 2), (again.RowsRead, again.Accepted, again.Refused));
        var twice = await BackAsync(key, Russian);
        using var second = SpreadsheetDocument.Open(new MemoryStream(twice), isEditable: false);
        Assert.Equal("HS-01: «9999»; исправьте", second.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Cell>().Single(cell => cell.CellReference == "F3").InnerText);
    }

    [Fact]
    public async Task Csv_AfterFixesOnThePage_CarriesThem_AndNoRemovedRow()
    {
        var key = await given.DraftAsync();
        var day = given.Day.ToString("dd.MM.yyyy");
        await given.FileAsync(key, $"Код ТН ВЭД;Масса, кг;Дата;Наше примечание\r\n9999;1,25;{day};a\r\n8517130000;12,5;{day};b\r\n8517130000;7;{day};c\r\n;;;\r\n8517130000;3,75;{day};d\r\n");
        await FixAndRemoveAsync(key);

        var lines = Encoding.UTF8.GetString(await BackAsync(key, Russian)).Split("\r\n");

        Assert.Equal($"853952;1,25;{given.Day:yyyy-MM-dd};a;", lines[1]); // with the file's own decimal mark
        Assert.Equal($"8517130000;7;{day};c;", lines[2]); // the second row was removed on the page
        Assert.Equal(";;;", lines[3].TrimEnd(';') + ";;;");
        var again = await given.FileAsync(key, string.Join("\r\n", lines));
        Assert.Equal((3, 0), (again.RowsRead, again.Refused));
    }

    [Fact]
    public async Task Workbook_AfterFixesOnThePage_CarriesThem_AndEmptiesARemovedRow()
    {
        var key = await given.DraftAsync();
        var day = given.Day.ToString("yyyy-MM-dd");
        await given.FileAsync(key, Workbook(["Код ТН ВЭД", "Масса, кг", "Дата", "Примечание"], ["9999", "1", day, "a"], ["8517130000", "12.5", day, "b"], ["8517130000", "7", day, "c"]));
        await FixAndRemoveAsync(key);

        var back = await BackAsync(key, Russian);

        using (var document = SpreadsheetDocument.Open(new MemoryStream(back), isEditable: false))
        {
            Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(document).Select(error => $"{error.Path?.XPath}: {error.Description}"));
            var cells = document.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Cell>().ToDictionary(cell => cell.CellReference!.Value!, cell => cell.InnerText);
            Assert.Equal(("853952", "1", "a"), (cells["A2"], cells["B2"], cells["D2"]));
            Assert.Equal(("", "", ""), (cells["A3"], cells["B3"], cells["D3"]));
            Assert.Equal(("8517130000", "7"), (cells["A4"], cells["B4"]));
        }

        var again = await given.FileAsync(key, back);
        Assert.Equal((2, 0), (again.RowsRead, again.Refused));
    }

    /// <summary>Puts the code of the first row right and removes the second.</summary>
    private async Task FixAndRemoveAsync(DeclarationKey key)
    {
        var person = GivenDeclarations.Person(key.Organisation);
        Assert.IsType<FixOutcome.Applied>(await given.Fixes.ApplyAsync(key, new ProblemSelection("HS-01", "hs_code", "9999"), "853952", person, default));
        var second = (await given.Queries.ListAsync(key, 1, new LineFilter(), default)).Rows.Single(line => line.RowNo == 3);
        Assert.IsType<LineOutcome.Removed>(await given.Lines.RemoveAsync(key, second.LineNo, second.ChangedRevision, person, default));
    }

    [Fact]
    public async Task File_OfAnotherOrganisation_IsNotThere()
    {
        var key = await given.DraftAsync();
        await given.FileAsync(key, "hs_code;mass_kg\n9999;1\n");
        var upload = (await given.Status.ListAsync(key, default))[0];
        var stranger = await given.OrganisationAsync();

        Assert.Null(await Files.FindAsync(stranger, upload.UploadId, default));
        Assert.False(await Files.WriteAsync(stranger, upload.UploadId, Russian, Stream.Null, default));
        Assert.Equal("list-problems.csv", (await Files.FindAsync(key.Organisation, upload.UploadId, default))!.Name);
    }

    [Fact]
    public async Task List_OfProblems_NeutralisesFormulas()
    {
        var key = await given.DraftAsync();
        await given.FileAsync(key, $"hs_code;mass_kg;obligation_date\n=cmd;1;{given.Day:O}\n9999;1;{given.Day:O}\n");

        using var list = new MemoryStream();
        await Files.WriteListAsync(key, 1, ["row", "line", "code", "severity", "column", "value", "problem", "reason"], problem => "+" + problem.Code, list, default);

        var lines = Encoding.UTF8.GetString(list.ToArray()).Split("\r\n");
        Assert.Equal("2;1;HS-02;error;hs_code;'=cmd;'+HS-02;", lines[1]);
        Assert.Equal(4, lines.Length);
    }

    private static byte[] Workbook(params string?[][] rows)
    {
        using var stream = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(stream, SpreadsheetDocumentType.Workbook))
        {
            var workbook = document.AddWorkbookPart();
            var part = workbook.AddNewPart<WorksheetPart>();
            var data = new SheetData();
            for (var r = 0; r < rows.Length; r++)
            {
                var row = new Row { RowIndex = (uint)r + 1, Spans = new ListValue<StringValue> { InnerText = "1:5" } };
                for (var c = 0; c < rows[r].Length; c++)
                {
                    if (rows[r][c] is { } text)
                    {
                        row.Append(new Cell(new InlineString(new Text(text))) { CellReference = $"{(char)('A' + c)}{r + 1}", DataType = CellValues.InlineString });
                    }
                }

                data.Append(row);
            }

            part.Worksheet = new Worksheet(new SheetDimension { Reference = $"A1:E{rows.Length}" }, data, new PageMargins { Left = 1, Right = 1, Top = 1, Bottom = 1, Header = 1, Footer = 1 });
            workbook.Workbook = new Workbook(new Sheets(new Sheet { Id = workbook.GetIdOfPart(part), SheetId = 1, Name = "Лист1" }));
        }

        return stream.ToArray();
    }
}

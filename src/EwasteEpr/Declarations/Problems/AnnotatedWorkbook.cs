using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using EwasteEpr.Declarations.Reading;
using Table = EwasteEpr.Declarations.Reading.Table;

namespace EwasteEpr.Declarations.Problems;

/// <summary>A workbook as it came, with coloured cells, comments and one column more. All else (formulas, widths, other sheets) stays as it was.</summary>
/// <remarks>The sheet is streamed from its old part to its new one; only the styles are held in memory. The workbook was checked when it came in.</remarks>
internal static class AnnotatedWorkbook
{
    public static async Task WriteAsync(Func<Task<Stream>> open, TableHints hints, RowMarks marks, Stream to, CancellationToken ct)
    {
        TableHeader header;
        string sheetName;
        await using (var table = await Table.OpenAsync(await open(), hints, ct))
        {
            header = table.Header;
            sheetName = ((WorkbookRows)table.Rows).SheetName;
        }

        await using var file = TempFiles.Create(hints.TempFolder);
        await using (var from = await open())
        {
            await from.CopyToAsync(file, ct);
        }

        file.Position = 0;
        using (var document = SpreadsheetDocument.Open(file, isEditable: true, new OpenSettings { AutoSave = false }))
        {
            await MarkAsync(document, sheetName, header, marks, hints, ct);
        }

        file.Position = 0;
        await file.CopyToAsync(to, ct);
    }

    private static async Task MarkAsync(
        SpreadsheetDocument document, string sheetName, TableHeader header, RowMarks marks, TableHints hints, CancellationToken ct)
    {
        var workbook = document.WorkbookPart!;
        var sheet = workbook.Workbook.Descendants<Sheet>().First(one => one.Name?.Value == sheetName);
        var part = (WorksheetPart)workbook.GetPartById(sheet.Id!.Value!);
        var styles = new MarkStyles(workbook);
        // Two sets of comments on one sheet do not go together: where the declarant has his own, the column alone says it.
        var comments = part.WorksheetCommentsPart is null && !part.VmlDrawingParts.Any() ? new SheetComments(part) : null;
        await using (var marked = TempFiles.Create(hints.TempFolder))
        {
            await using (var old = part.GetStream(FileMode.Open, FileAccess.Read))
            {
                await new SheetMarker(header, marks, styles, comments).RunAsync(old, marked, ct);
            }

            marked.Position = 0;
            part.FeedData(marked);
        }

        comments?.Save();
        styles.Save();
    }
}

/// <summary>The styles of the workbook with a coloured twin for each that is needed.</summary>
internal sealed class MarkStyles
{
    private readonly Stylesheet sheet;
    private readonly WorkbookStylesPart part;
    private readonly Dictionary<(uint Style, bool IsError), uint> twins = [];
    private uint? errorFill;
    private uint? warningFill;

    public MarkStyles(WorkbookPart workbook)
    {
        part = workbook.WorkbookStylesPart ?? workbook.AddNewPart<WorkbookStylesPart>();
        sheet = part.Stylesheet ??= new Stylesheet();
        sheet.Fonts ??= new Fonts(new Font());
        sheet.Fills ??= new Fills(new Fill(new PatternFill { PatternType = PatternValues.None }), new Fill(new PatternFill { PatternType = PatternValues.Gray125 }));
        sheet.Borders ??= new Borders(new Border());
        sheet.CellStyleFormats ??= new CellStyleFormats(new CellFormat());
        sheet.CellFormats ??= new CellFormats(new CellFormat());
    }

    /// <summary>The same style on a red or a yellow ground.</summary>
    public uint Marked(uint style, bool isError)
    {
        if (twins.TryGetValue((style, isError), out var known))
        {
            return known;
        }

        var fill = isError ? errorFill ??= AddFill("FFF8D7D3") : warningFill ??= AddFill("FFFFF0C2");
        var twin = (CellFormat?)sheet.CellFormats!.Elements<CellFormat>().ElementAtOrDefault((int)style)?.CloneNode(deep: true) ?? new CellFormat();
        twin.FillId = fill;
        twin.ApplyFill = true;
        sheet.CellFormats!.Append(twin);
        var index = (uint)sheet.CellFormats.Elements<CellFormat>().Count() - 1;
        sheet.CellFormats.Count = index + 1;
        return twins[(style, isError)] = index;
    }

    public void Save() => sheet.Save(part);

    private uint AddFill(string colour)
    {
        sheet.Fills!.Append(new Fill(new PatternFill(new ForegroundColor { Rgb = colour }, new BackgroundColor { Indexed = 64 }) { PatternType = PatternValues.Solid }));
        var index = (uint)sheet.Fills.Elements<Fill>().Count() - 1;
        sheet.Fills.Count = index + 1;
        return index;
    }
}

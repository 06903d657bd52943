using System.Globalization;
using System.Text;
using System.Xml;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Problems;

/// <summary>Copies the XML of a sheet, puts in what was changed on the page, colours the cells that have problems and adds the column that names them.</summary>
internal sealed class SheetMarker
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    // What may follow a legacyDrawing, by the order of the standard.
    private static readonly HashSet<string> AfterDrawing = ["legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"];

    private readonly TableHeader header;
    private readonly RowMarks marks;
    private readonly ProblemWords words;
    private readonly MarkStyles styles;
    private readonly SheetComments? comments;
    private readonly int problemColumn;
    private readonly SortedDictionary<int, NewCell> wanted = [];
    private bool hasDrawing;
    private int row;
    private int lastColumn;

    public SheetMarker(TableHeader header, RowMarks marks, MarkStyles styles, SheetComments? comments)
    {
        this.header = header;
        this.marks = marks;
        words = marks.Words;
        this.styles = styles;
        this.comments = comments;
        var known = ProblemColumn.Find(header.Names);
        problemColumn = known >= 0 ? known : header.Names.Count;
    }

    public async Task RunAsync(Stream from, Stream to, CancellationToken ct)
    {
        using var reader = XmlReader.Create(from, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        await using var xml = XmlWriter.Create(to, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Async = true });
        while (reader.Read())
        {
            ct.ThrowIfCancellationRequested();
            if (reader is { NodeType: XmlNodeType.Element, NamespaceURI: Main, LocalName: "row" })
            {
                await BeginRowAsync(reader, xml, ct);
            }
            else if (reader is { NodeType: XmlNodeType.Element, NamespaceURI: Main, LocalName: "c" })
            {
                CopyCell(reader, xml);
            }
            else
            {
                if (reader is { NodeType: XmlNodeType.EndElement, NamespaceURI: Main, LocalName: "row" })
                {
                    WriteWanted(xml, int.MaxValue);
                }

                AddDrawing(reader, xml);
                CopyNode(reader, xml);
            }
        }
    }

    private async Task BeginRowAsync(XmlReader reader, XmlWriter xml, CancellationToken ct)
    {
        row = int.TryParse(reader.GetAttribute("r"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : row + 1;
        lastColumn = -1;
        wanted.Clear();
        if (row == header.Row)
        {
            wanted[problemColumn] = new NewCell(words.Column, null);
        }
        else if (row > header.Row)
        {
            Plan(await marks.Problems.OfAsync(row, ct), await marks.Current.OfAsync(row, ct));
        }

        var isEmpty = reader.IsEmptyElement;
        xml.WriteStartElement(reader.Prefix, "row", Main);
        CopyAttributes(reader, xml, "spans"); // it would no longer be true, and it is only a hint
        if (isEmpty)
        {
            WriteWanted(xml, int.MaxValue);
            xml.WriteEndElement();
        }
    }

    private void Plan(IReadOnlyList<LineProblem> found, CurrentRow current)
    {
        if (current.IsRemoved)
        {
            // It stays where it was, because formulas count rows, and holds nothing.
            for (var at = 0; at < header.Names.Count; at++)
            {
                wanted[at] = new NewCell("", null);
            }
        }
        else if (current.Fields is { } fields)
        {
            foreach (var column in Enumerable.Range(0, Columns.Count).Select(column => (Column)column).Where(column => header[column] >= 0))
            {
                wanted[header[column]] = new NewCell(fields[column], null);
            }
        }

        foreach (var problem in found)
        {
            if (Columns.TryParse(problem.Column, out var column) && header[column] >= 0)
            {
                var at = header[column];
                wanted.TryGetValue(at, out var other);
                var isError = problem.IsError || other.IsError == true;
                wanted[at] = new NewCell(other.Text, isError);
                comments?.Add(row, at, words.Sentence(problem));
            }
        }

        if (found.Count > 0)
        {
            wanted[problemColumn] = new NewCell(string.Join(" | ", found.Select(words.Sentence)), null);
        }
    }

    private void CopyCell(XmlReader reader, XmlWriter xml)
    {
        var named = CellName.ColumnOf(reader.GetAttribute("r"));
        lastColumn = named >= 0 ? named : lastColumn + 1;
        var column = lastColumn;
        WriteWanted(xml, column);
        wanted.TryGetValue(column, out var mine);
        if (row >= header.Row && (column == problemColumn || mine.Text is not null))
        {
            // Our own column of the time before, whose words are old; or a value that was put right on the page.
            if (wanted.Remove(column))
            {
                WriteNew(xml, column, mine);
            }

            reader.Skip();
            Redo(reader, xml);
            return;
        }

        var isEmpty = reader.IsEmptyElement;
        var style = uint.TryParse(reader.GetAttribute("s"), NumberStyles.None, CultureInfo.InvariantCulture, out var own) ? own : 0;
        xml.WriteStartElement(reader.Prefix, "c", Main);
        if (wanted.Remove(column, out var mark) && mark.IsError is { } isError)
        {
            CopyAttributes(reader, xml, "s");
            xml.WriteAttributeString("s", styles.Marked(style, isError).ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            CopyAttributes(reader, xml, "");
        }

        if (isEmpty)
        {
            xml.WriteEndElement();
        }
    }

    /// <summary>Skip has moved on to the node that follows: it gets the same treatment as if it had been read.</summary>
    private void Redo(XmlReader reader, XmlWriter xml)
    {
        if (reader is { NodeType: XmlNodeType.Element, NamespaceURI: Main, LocalName: "c" })
        {
            CopyCell(reader, xml);
            return;
        }

        if (reader is { NodeType: XmlNodeType.EndElement, NamespaceURI: Main, LocalName: "row" })
        {
            WriteWanted(xml, int.MaxValue);
        }

        CopyNode(reader, xml);
    }

    /// <summary>Cells of a row stand in the order of their columns: ours go in before the first that is beyond them.</summary>
    private void WriteWanted(XmlWriter xml, int before)
    {
        while (wanted.Count > 0 && wanted.First() is var (column, cell) && column < before)
        {
            WriteNew(xml, column, cell);
            wanted.Remove(column);
        }
    }

    private void WriteNew(XmlWriter xml, int column, NewCell cell)
    {
        xml.WriteStartElement("c", Main);
        xml.WriteAttributeString("r", CellName.Of(column, row));
        if (cell.IsError is { } isError)
        {
            xml.WriteAttributeString("s", styles.Marked(0, isError).ToString(CultureInfo.InvariantCulture));
        }

        if (cell.Text is { Length: > 0 } text)
        {
            xml.WriteAttributeString("t", "inlineStr"); // a text, whatever it begins with: never a formula
            xml.WriteStartElement("is", Main);
            xml.WriteElementString("t", Main, CellName.Clean(text.Length > 32_000 ? text[..32_000] : text));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private void AddDrawing(XmlReader reader, XmlWriter xml)
    {
        var isPlace = reader.NamespaceURI == Main
            && ((reader.NodeType == XmlNodeType.Element && reader.Depth == 1 && AfterDrawing.Contains(reader.LocalName))
                || (reader.NodeType == XmlNodeType.EndElement && reader.Depth == 0));
        if (comments is not null && !hasDrawing && isPlace)
        {
            xml.WriteStartElement("legacyDrawing", Main);
            xml.WriteAttributeString("r", "id", Relations, comments.DrawingId);
            xml.WriteEndElement();
            hasDrawing = true;
        }
    }

    private void CopyNode(XmlReader reader, XmlWriter xml)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Element when reader is { NamespaceURI: Main, LocalName: "dimension" }:
                reader.Skip(); // spreadsheets find it out; the old one would be too narrow
                Redo(reader, xml);
                break;
            case XmlNodeType.Element:
                var isEmpty = reader.IsEmptyElement;
                xml.WriteStartElement(reader.Prefix, reader.LocalName, reader.NamespaceURI);
                xml.WriteAttributes(reader, defattr: true);
                if (isEmpty)
                {
                    xml.WriteEndElement();
                }

                break;
            case XmlNodeType.EndElement:
                xml.WriteFullEndElement();
                break;
            case XmlNodeType.Text or XmlNodeType.CDATA:
                xml.WriteString(reader.Value);
                break;
            case XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                xml.WriteWhitespace(reader.Value);
                break;
        }
    }

    private static void CopyAttributes(XmlReader reader, XmlWriter xml, string without)
    {
        for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
        {
            if (reader.LocalName != without || reader.NamespaceURI.Length > 0)
            {
                xml.WriteAttributeString(reader.Prefix, reader.LocalName, reader.NamespaceURI, reader.Value);
            }
        }

        reader.MoveToElement();
    }

    /// <param name="IsError">The ground of a cell that has a problem, or none.</param>
    private readonly record struct NewCell(string? Text, bool? IsError);
}

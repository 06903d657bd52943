using System.Globalization;
using System.Text;
using System.Xml;
using DocumentFormat.OpenXml.Packaging;

namespace EwasteEpr.Declarations.Problems;

/// <summary>Comments on cells: their texts in one part, their boxes in another, as spreadsheets have wanted it since 1997.</summary>
internal sealed class SheetComments
{
    /// <summary>A spreadsheet with many thousands of comments no longer opens; the column says it for every row.</summary>
    private const int Most = 2_000;

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    private readonly WorksheetCommentsPart texts;
    private readonly VmlDrawingPart boxes;
    private readonly List<(int Row, int Column, string Text)> comments = [];

    public SheetComments(WorksheetPart sheet)
    {
        texts = sheet.AddNewPart<WorksheetCommentsPart>();
        boxes = sheet.AddNewPart<VmlDrawingPart>();
        DrawingId = sheet.GetIdOfPart(boxes);
    }

    /// <summary>What the sheet's <c>legacyDrawing</c> points to.</summary>
    public string DrawingId { get; }

    /// <param name="row">As a spreadsheet counts.</param>
    /// <param name="column">From 0.</param>
    public void Add(int row, int column, string text)
    {
        if (comments.Count < Most)
        {
            comments.Add((row, column, text));
        }
    }

    public void Save()
    {
        using (var xml = Writer(texts.GetStream(FileMode.Create, FileAccess.Write)))
        {
            xml.WriteStartElement("comments", Main);
            xml.WriteStartElement("authors", Main);
            xml.WriteElementString("author", Main, "EwasteEpr");
            xml.WriteEndElement();
            xml.WriteStartElement("commentList", Main);
            foreach (var (row, column, text) in comments)
            {
                xml.WriteStartElement("comment", Main);
                xml.WriteAttributeString("ref", CellName.Of(column, row));
                xml.WriteAttributeString("authorId", "0");
                xml.WriteStartElement("text", Main);
                xml.WriteElementString("t", Main, CellName.Clean(text));
                xml.WriteEndElement();
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        SaveBoxes();
    }

    private void SaveBoxes()
    {
        const string Head = """
            <xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
            <o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>
            <v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>
            """;
        using var text = new StreamWriter(boxes.GetStream(FileMode.Create, FileAccess.Write), new UTF8Encoding(false));
        text.Write(Head);
        for (var i = 0; i < comments.Count; i++)
        {
            var (row, column, _) = comments[i];
            text.Write(string.Create(CultureInfo.InvariantCulture, $"""
                <v:shape id="_x0000_s{1025 + i}" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{column + 1},15,{Math.Max(row - 2, 0)},10,{column + 4},15,{row + 3},4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>
                """));
        }

        text.Write("</xml>");
    }

    private static XmlWriter Writer(Stream to) => XmlWriter.Create(to, new XmlWriterSettings { Encoding = new UTF8Encoding(false), CloseOutput = true });
}

/// <summary>A1, AB12: how a spreadsheet names its cells.</summary>
internal static class CellName
{
    /// <param name="column">From 0.</param>
    /// <param name="row">From 1.</param>
    public static string Of(int column, int row) => Letters(column) + row.ToString(CultureInfo.InvariantCulture);

    public static string Letters(int column)
    {
        var letters = "";
        for (var left = column + 1; left > 0; left = (left - 1) / 26)
        {
            letters = (char)('A' + ((left - 1) % 26)) + letters;
        }

        return letters;
    }

    /// <returns>The column of a cell's name, from 0; -1 for what is not one.</returns>
    public static int ColumnOf(string? name)
    {
        var column = 0;
        foreach (var c in name ?? "")
        {
            if (!char.IsAsciiLetterUpper(c))
            {
                break;
            }

            column = (column * 26) + (c - 'A' + 1);
        }

        return column - 1;
    }

    /// <summary>Without the characters that XML cannot hold.</summary>
    public static string Clean(string text) => text.All(XmlConvert.IsXmlChar) ? text : new string([.. text.Where(XmlConvert.IsXmlChar)]);
}

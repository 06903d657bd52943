using System.IO.Packaging;
using System.Xml;

namespace EwasteEpr.Kernel.Tables;

/// <summary>Cells whose formula failed (#N/A, #REF!): the workbook library reads them as empty, and an empty mass would be told as a missing one.</summary>
/// <remarks>Looked for only where <see cref="WorkbookCheck"/> saw such a cell; a formula that fails in more than <see cref="Most"/> cells is told in those.</remarks>
internal sealed class WorkbookErrors
{
    private const int Most = 200_000;

    private readonly Dictionary<(int Row, int Column), string> cells = [];

    public static WorkbookErrors None { get; } = new();

    /// <param name="file">A workbook whose sizes were checked; left where it is.</param>
    /// <param name="sheet">Its place among the sheets, from 0.</param>
    public static WorkbookErrors Of(Stream file, int sheet)
    {
        file.Position = 0;
        // The bare package, not the document: the document library refuses a book for a wrong content type that the rows are read in spite of.
        using var package = Package.Open(file, FileMode.Open, FileAccess.Read);
        var found = new WorkbookErrors();
        if (package.GetRelationships().FirstOrDefault(relationship => relationship.RelationshipType.EndsWith("/officeDocument", StringComparison.Ordinal)) is { } root
            && PackUriHelper.ResolvePartUri(root.SourceUri, root.TargetUri) is var place && package.PartExists(place)
            && SheetOf(package.GetPart(place), sheet) is { } part && package.PartExists(part))
        {
            using var xml = Open(package.GetPart(part));
            found.Read(xml);
        }

        return found;
    }

    private static Uri? SheetOf(PackagePart book, int sheet)
    {
        using var xml = Open(book);
        for (var i = 0; xml.Read();)
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "sheet" } && i++ == sheet)
            {
                return IdOf(xml) is { } id && book.RelationshipExists(id) ? PackUriHelper.ResolvePartUri(book.Uri, book.GetRelationship(id).TargetUri) : null;
            }
        }

        return null;
    }

    /// <summary>Its relationship: r:id, in the namespace of the transitional or the strict form of the standard.</summary>
    private static string? IdOf(XmlReader sheet)
    {
        while (sheet.MoveToNextAttribute())
        {
            if (sheet.LocalName == "id" && sheet.NamespaceURI.EndsWith("/relationships", StringComparison.Ordinal))
            {
                return sheet.Value;
            }
        }

        return null;
    }

    private static XmlReader Open(PackagePart part) =>
        XmlReader.Create(part.GetStream(FileMode.Open, FileAccess.Read), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, IgnoreComments = true, IgnoreWhitespace = true, CloseInput = true });

    /// <summary>What the cell shows, or none where it did not fail.</summary>
    /// <param name="row">As a spreadsheet counts.</param>
    /// <param name="column">From 0.</param>
    public string? At(int row, int column) => cells.Count > 0 && cells.TryGetValue((row, column), out var shown) ? shown : null;

    private void Read(XmlReader xml)
    {
        var (row, column) = (0, -1);
        while (cells.Count < Most && xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            if (xml.LocalName == "row")
            {
                row = int.TryParse(xml.GetAttribute("r"), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : row + 1;
                column = -1;
            }
            else if (xml.LocalName == "c")
            {
                column = xml.GetAttribute("r") is { Length: > 1 } place ? ColumnOf(place) : column + 1;
                if (xml.GetAttribute("t") == "e")
                {
                    cells[(row, column)] = Shown(xml);
                }
            }
        }
    }

    /// <summary>The value behind the formula; the reader ends at the cell's end.</summary>
    private static string Shown(XmlReader xml)
    {
        var shown = "";
        using var cell = xml.ReadSubtree();
        while (cell.Read())
        {
            if (cell is { NodeType: XmlNodeType.Element, LocalName: "v" })
            {
                shown = cell.ReadElementContentAsString();
            }
        }

        return shown.Length is > 0 and <= 20 ? shown : "#ERROR!";
    }

    /// <summary>AB12 is column 27.</summary>
    private static int ColumnOf(string place)
    {
        var column = 0;
        foreach (var letter in place.TakeWhile(char.IsAsciiLetterUpper).Take(3))
        {
            column = (column * 26) + (letter - 'A' + 1);
        }

        return column - 1;
    }
}

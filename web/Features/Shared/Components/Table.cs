using System.Globalization;
using Microsoft.AspNetCore.Html;

namespace EwasteEpr.Web.Features.Shared.Components;

/// <summary>A roomy table. Dense pages write <c>m-t</c> tables by hand inside <c>m-table</c>.</summary>
public sealed record Table
{
    public string? Caption { get; init; }

    public string? CaptionClasses { get; init; }

    public IReadOnlyList<Cell>? Head { get; init; }

    public IReadOnlyList<IReadOnlyList<Cell>?> Rows { get; init; } = [];

    public bool FirstCellIsHeader { get; init; }

    public string? Classes { get; init; }

    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public IHtmlContent Render() =>
        new Element("table", "govuk-table").Class(Classes).SetAll(Attributes)
            .Add(string.IsNullOrEmpty(Caption) ? null : new Element("caption", "govuk-table__caption").Class(CaptionClasses).Text(Caption))
            .Add(Head is null ? null : new Element("thead", "govuk-table__head").Add(new Element("tr", "govuk-table__row").Add(Head.Select(HeadCell))))
            .Add(new Element("tbody", "govuk-table__body").Add(Rows.OfType<IReadOnlyList<Cell>>().Select(row =>
                new Element("tr", "govuk-table__row").Add(row.Select((cell, index) => index == 0 && FirstCellIsHeader ? RowHead(cell) : DataCell(cell))))));

    private static Element HeadCell(Cell cell) => Spanned(cell, new Element("th", "govuk-table__header").Class(Formatted("header", cell)).Class(cell.Classes).Set("scope", "col"));

    private static Element RowHead(Cell cell) => Spanned(cell, new Element("th", "govuk-table__header").Class(cell.Classes).Set("scope", "row"));

    private static Element DataCell(Cell cell) => Spanned(cell, new Element("td", "govuk-table__cell").Class(Formatted("cell", cell)).Class(cell.Classes));

    private static string? Formatted(string part, Cell cell) => string.IsNullOrEmpty(cell.Format) ? null : $"govuk-table__{part}--{cell.Format}";

    private static Element Spanned(Cell cell, Element element) =>
        cell.Into(element.Set("colspan", cell.Colspan?.ToString(CultureInfo.InvariantCulture)).Set("rowspan", cell.Rowspan?.ToString(CultureInfo.InvariantCulture)).SetAll(cell.Attributes));
}

public sealed record Cell : Wording
{
    /// <summary>"numeric": to the right.</summary>
    public string? Format { get; init; }

    public int? Colspan { get; init; }

    public int? Rowspan { get; init; }
}

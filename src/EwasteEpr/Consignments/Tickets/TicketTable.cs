using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Intake;

namespace EwasteEpr.Consignments.Tickets;

/// <summary>A file of a weighbridge, line by line: every line becomes a row, also the one that cannot be read.</summary>
public static class TicketTable
{
    public const int MostRows = 500;

    private const int MostText = 80;

    /// <summary>Column -> the heads under which programs write it here.</summary>
    private static readonly Dictionary<string, string[]> Heads = new(StringComparer.Ordinal)
    {
        ["ticket"] = ["ticket", "ticket_no", "талон", "номер талона", "талон нөмірі"],
        ["container"] = ["container", "контейнер"],
        ["gross"] = ["gross_kg", "gross", "брутто", "брутто, кг"],
        ["tare"] = ["tare_kg", "tare", "тара", "тара, кг", "ыдыс", "ыдыс, кг"],
        ["packaging"] = ["packaging_kg", "packaging", "упаковка", "упаковка, кг", "қаптама", "қаптама, кг"],
        ["scale"] = ["scale", "scale_no", "весы", "таразы"],
        ["counted"] = ["counted", "items", "штук", "дана"],
    };

    public static IReadOnlyList<string> Template { get; } = ["ticket", "container", "gross_kg", "tare_kg", "packaging_kg", "scale", "counted"];

    /// <returns>None where it is no table, has too many rows, or lacks ticket, container or gross.</returns>
    public static IReadOnlyList<TicketLine>? Read(string content)
    {
        if (SmallTable.Read(content, MostRows + 1) is not { Rows.Count: > 0 } table)
        {
            return null;
        }

        var (head, rows) = (table.Rows[0].ToList(), table.Rows.Skip(1));
        var places = Heads.ToDictionary(column => column.Key, column => head.FindIndex(cell => column.Value.Contains(cell.ToLowerInvariant(), StringComparer.Ordinal)), StringComparer.Ordinal);
        if (places["ticket"] < 0 || places["container"] < 0 || places["gross"] < 0)
        {
            return null;
        }

        string Cell(IReadOnlyList<string> row, string column) => places[column] is >= 0 and var place && place < row.Count ? row[place] : "";
        return [.. rows.Select((row, index) => Line(index + 2, column => Cell(row, column)))];
    }

    private static TicketLine Line(int rowNo, Func<string, string> cell)
    {
        var (ticket, container, scale, items) = (cell("ticket"), cell("container").ToUpperInvariant(), cell("scale"), cell("counted"));
        int? counted = int.TryParse(items, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
        var isMass = ScaleReading.TryRead(cell("gross"), out var gross) & ScaleReading.TryRead(cell("tare"), out var tare) & ScaleReading.TryRead(cell("packaging"), out var packaging);
        var isRead = isMass && ticket.Length is > 0 and <= MostText && container.Length is > 0 and <= MostText && scale.Length <= MostText && (items.Length == 0 || counted is <= 100_000);
        return new TicketLine(rowNo, ticket, container, isRead ? gross : null, tare ?? Weight.Zero, packaging ?? Weight.Zero, scale.Length == 0 ? null : scale, counted);
    }
}

/// <param name="Gross">None: the line could not be read.</param>
public sealed record TicketLine(int RowNo, string Ticket, string Container, Weight? Gross, Weight Tare, Weight Packaging, string? Scale, int? Counted);

using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>What the stage of rows works with.</summary>
internal sealed class RowStage(QuoteTerms terms, Table table, ProblemSpool problems, DuplicateFinder duplicates)
{
    private readonly int[] columns = [.. Enum.GetValues<Column>().Select(column => table.Header[column]).Where(at => at >= 0)];
    private readonly bool isRowItsText = table.Header.IsAllKnown;

    public IRowSource Rows { get; } = table.Rows;

    public TableHeader Header { get; } = table.Header;

    public LineRules Rules { get; } = new(terms, table.Header, table.Marks);

    public Line Line { get; } = new();

    public ProblemSpool Problems => problems;

    public DuplicateFinder Duplicates => duplicates;

    /// <summary>The columns that we know; their text as it stands where there are no others.</summary>
    public RowHash HashOfRow()
    {
        var hash = RowHash.Start;
        if (isRowItsText && Rows.Raw is { IsEmpty: false } raw)
        {
            return hash.Add(raw);
        }

        foreach (var column in columns)
        {
            hash = hash.Add(Rows.Field(column));
        }

        return hash;
    }
}

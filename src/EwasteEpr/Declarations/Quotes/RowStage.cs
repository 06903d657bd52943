using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>What the stage of rows works with.</summary>
internal sealed class RowStage : IAsyncDisposable
{
    private readonly RowHasher hasher;
    private readonly RowsAhead? ahead;

    public RowStage(QuoteTerms terms, Table table, ProblemSpool problems, DuplicateFinder duplicates, CancellationToken ct)
    {
        Header = table.Header;
        Problems = problems;
        Duplicates = duplicates;
        hasher = new RowHasher(table.Header);
        Rules = new LineRules(terms, table.Header, table.Marks);
        // A short table is done before another core has woken up.
        ahead = table.Rows is SeparatedRows { IsLong: true } && Environment.ProcessorCount > 1 ? new RowsAhead(table.Rows, hasher, ct) : null;
        Rows = ahead ?? table.Rows;
    }

    public IRowSource Rows { get; }

    public TableHeader Header { get; }

    public LineRules Rules { get; }

    public Line Line { get; } = new();

    public ProblemSpool Problems { get; }

    public DuplicateFinder Duplicates { get; }

    public RowHash HashOfRow() => ahead?.Hash ?? hasher.Of(Rows);

    public ValueTask DisposeAsync() => ahead?.DisposeAsync() ?? ValueTask.CompletedTask;
}

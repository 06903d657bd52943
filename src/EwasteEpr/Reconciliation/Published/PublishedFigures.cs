using EwasteEpr.Kernel;

namespace EwasteEpr.Reconciliation.Published;

/// <summary>Figures of others, as they were published: years, rows, and what in them does not fit together.</summary>
public sealed class PublishedFigures(Db db)
{
    /// <summary>A publisher's table has some ten thousand rows.</summary>
    public const int MostRows = 100_000;

    public const int FindingsShown = 200;

    private const string DatasetSql = """
        select dataset_id, code, country, publisher, source, licence, imported_at
          from published_datasets
         where code = @code
        """;

    public Task<PublishedDataset?> FindAsync(string code, CancellationToken ct) => db.QuerySingleOrDefaultAsync<PublishedDataset>(DatasetSql, new { code }, ct);

    private const string YearsSql = """
        select flow, stream, year, grams, quarters, is_whole
          from published_years
         where dataset_id = @datasetId
         order by year, flow, stream
         limit 2000
        """;

    public Task<IReadOnlyList<PublishedYear>> YearsAsync(Guid datasetId, CancellationToken ct) => db.QueryAsync<PublishedYear>(YearsSql, new { datasetId }, ct);

    private const string CellsSql = """
        select category, category_name, part, grams
          from published_figures
         where dataset_id = @datasetId and year = @year and flow = @flow and stream = @stream and measure = 'Total'
         order by length(category), category collate "C", part
         limit 500
        """;

    /// <summary>The records behind one year: category by part of the year.</summary>
    public Task<IReadOnlyList<PublishedCell>> CellsAsync(Guid datasetId, int year, PublishedFlow flow, PublishedStream stream, CancellationToken ct) =>
        db.QueryAsync<PublishedCell>(CellsSql, new { datasetId, year, flow = flow.ToString(), stream = stream.ToString() }, ct);

    private const string SummarySql = """
        select finding, count(*)::int as cells, min(year) as first_year, max(year) as last_year,
               max(abs(left_grams - right_grams)) as largest_gap_grams
          from published_findings
         where dataset_id = @datasetId
         group by finding
         order by finding
         limit 10
        """;

    public Task<IReadOnlyList<FindingSummary>> SummariesAsync(Guid datasetId, CancellationToken ct) => db.QueryAsync<FindingSummary>(SummarySql, new { datasetId }, ct);

    private const string FindingsSql = """
        select finding, flow, stream, year, part, category, category_name, left_grams, right_grams
          from published_findings
         where dataset_id = @datasetId
         order by finding, abs(left_grams - right_grams) desc nulls last, year, part, flow, stream, category
         limit @limit
        """;

    /// <summary>The largest gaps first.</summary>
    public Task<IReadOnlyList<PublishedFinding>> FindingsAsync(Guid datasetId, int limit, CancellationToken ct) =>
        db.QueryAsync<PublishedFinding>(FindingsSql, new { datasetId, limit }, ct);

    private const string RowsSql = """
        select row_no, flow, stream, category, category_name, year, part, measure, grams
          from published_figures
         where dataset_id = @datasetId
         order by row_no
         limit @limit
        """;

    public Task<IReadOnlyList<PublishedFigure>> RowsAsync(Guid datasetId, CancellationToken ct) => db.QueryAsync<PublishedFigure>(RowsSql, new { datasetId, limit = MostRows }, ct);
}

public enum PublishedFlow
{
    PlacedOnMarket,
    Collected,
    Received,
}

public enum PublishedStream
{
    Household,
    NonHousehold,
    NonObligated,
}

public sealed record PublishedDataset(Guid DatasetId, string Code, string Country, string Publisher, string Source, string Licence, DateTimeOffset ImportedAt);

/// <param name="Quarters">How many quarters were added up; 0 where the publisher gives only the year.</param>
/// <param name="IsWhole">False: some quarters are missing, so the sum is not the year.</param>
public sealed record PublishedYear(string Flow, string Stream, int Year, long Grams, int Quarters, bool IsWhole);

public sealed record PublishedCell(string Category, string CategoryName, string Part, long Grams);

public sealed record FindingSummary(string Finding, int Cells, int FirstYear, int LastYear, long? LargestGapGrams);

public sealed record PublishedFinding(string Finding, string Flow, string Stream, int Year, string Part, string Category, string CategoryName, long LeftGrams, long? RightGrams);

public sealed record PublishedFigure(int RowNo, string Flow, string Stream, string Category, string CategoryName, int Year, string Part, string Measure, long Grams);

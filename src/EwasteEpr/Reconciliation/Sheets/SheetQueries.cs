using EwasteEpr.Kernel;

namespace EwasteEpr.Reconciliation.Sheets;

/// <summary>Sheets and their rows, to look at.</summary>
public sealed class SheetQueries(Db db)
{
    public const int MostRows = 100_000;

    private const string ListSql = """
        select s.sheet_id, s.kind, s.origin, s.file_name, encode(s.sha256, 'hex') as sha256, s.source, s.version, s.is_illustrative, s.rows, s.refused::text as refused, s.state,
               s.proposed_by, p.name as proposer, s.proposed_at, d.name as decider, s.decided_at
          from reconciliation.sheets s
          left join people p on p.person_id = s.proposed_by
          left join people d on d.person_id = s.decided_by
         where (@kind::text is null or s.kind = @kind) and (@id::uuid is null or s.sheet_id = @id)
         order by s.sheet_id desc
         limit 200
        """;

    public Task<IReadOnlyList<SheetListed>> ListAsync(SheetKind? kind, CancellationToken ct) => db.QueryAsync<SheetListed>(ListSql, new { kind = kind?.ToString(), id = (Guid?)null }, ct);

    public async Task<SheetListed?> FindAsync(Guid id, CancellationToken ct) => await db.QueryAsync<SheetListed>(ListSql, new { kind = (string?)null, id = (Guid?)id }, ct) is [var one, ..] ? one : null;

    private const string RowsSql = """
        select x.row_no, x.flow, x.category, x.unu_key, x.region_kato, x.year, x.quarter, x.until_year, x.value, x.value2, x.words
          from reconciliation.sheet_rows x
         where x.sheet_id = @id and x.row_no > @after
         order by x.row_no
         limit @limit
        """;

    public Task<IReadOnlyList<SheetRowListed>> RowsAsync(Guid id, int after, int limit, CancellationToken ct) => db.QueryAsync<SheetRowListed>(RowsSql, new { id, after, limit }, ct);

    private const string HistorySql = """
        select x.sheet_id, x.row_no, x.flow, x.category, x.unu_key, x.region_kato, x.year, x.quarter, x.value::bigint as grams, s.source, s.version, s.is_illustrative
          from reconciliation.sheet_rows x join reconciliation.sheets s using (sheet_id)
         where x.kind = 'History' and x.is_applied and (@year::int is null or x.year = @year)
           and (@afterSheet::uuid is null or (x.sheet_id, x.row_no) > (@afterSheet, @afterRow))
         order by x.sheet_id, x.row_no
         limit @limit
        """;

    /// <summary>What imported figures open to.</summary>
    public Task<IReadOnlyList<HistoryRow>> HistoryAsync(int? year, (Guid Sheet, int Row)? after, int limit, CancellationToken ct) =>
        db.QueryAsync<HistoryRow>(HistorySql, new { year, afterSheet = after?.Sheet, afterRow = after?.Row ?? 0, limit }, ct);
}

/// <param name="Refused">A JSON array of rows that were not taken.</param>
public sealed record SheetListed(
    Guid SheetId, string Kind, string Origin, string FileName, string Sha256, string Source, string Version, bool IsIllustrative, int Rows, string Refused, string State,
    Guid? ProposedBy, string? Proposer, DateTimeOffset ProposedAt, string? Decider, DateTimeOffset? DecidedAt);

public sealed record SheetRowListed(int RowNo, string? Flow, string? Category, string? UnuKey, string? RegionKato, int? Year, short Quarter, int? UntilYear, decimal Value, decimal? Value2, string? Words);

public sealed record HistoryRow(Guid SheetId, int RowNo, string Flow, string Category, string? UnuKey, string RegionKato, int Year, short Quarter, long Grams, string Source, string Version, bool IsIllustrative);

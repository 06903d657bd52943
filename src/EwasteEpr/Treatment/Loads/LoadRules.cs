using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Loads;

/// <summary>Rules over all rows of a preview, one statement each; only rows that break one are written.</summary>
internal static class LoadRules
{
    private const string TwiceSql = """
        update load_upload_rows r set problem = 'NumberTwice', value = r.load_no
          from (select load_no from load_upload_rows where upload_id = @upload and problem is null group by load_no having count(*) > 1) t
         where r.upload_id = @upload and r.load_no = t.load_no and r.problem is null
        """;

    // Day by day what had been received less what the log says was treated; receipts of a day come before its loads.
    private const string ReceivedSql = """
        with book as (
            select site_id, year from load_uploads where upload_id = @upload
        ), events as (
            select l.category, greatest(l.weighed_in_on, make_date(b.year, 1, 1)) as day, 0 as row_no, sum(l.received_grams)::bigint as grams
              from site_lots l join book b using (site_id) where l.weighed_in_on < make_date(b.year + 1, 1, 1) group by 1, 2
            union all
            select o.category, make_date(b.year, 1, 1), 0, -sum(o.grams)::bigint from loads o join book b using (site_id) where o.year < b.year and o.withdrawn_at is null group by 1, b.year
            union all
            select r.category, r.day, r.row_no, -r.grams from load_upload_rows r where r.upload_id = @upload and r.problem is null
        ), running as (
            select row_no, grams, sum(grams) over (partition by category order by day, row_no rows unbounded preceding) as held from events
        )
        update load_upload_rows r set problem = 'MoreThanReceived', value = greatest(0, n.held - n.grams)::text
          from running n where r.upload_id = @upload and n.row_no = r.row_no and n.row_no > 0 and n.held < 0
        """;

    // After a change of the log the same rows are looked at again.
    private const string AgainSql = """
        update load_upload_rows set problem = null, value = null where upload_id = @upload and problem in ('NumberTwice', 'MoreThanReceived')
        """;

    // New rows have no statistics: without them the planner takes a preview for a handful of rows.
    private const string HashSql = "set local enable_nestloop = off";

    private const string AnyPlanSql = "set local enable_nestloop to default";

    private const string AnalyzeSql = "analyze loads, load_upload_rows";

    /// <summary>
    /// After the commit that brought many rows at once. Without statistics the planner takes them for a handful and compares rows times rows;
    /// autovacuum would come a minute later, and the preview is looked at now.
    /// </summary>
    public static Task LearnAsync(Db db, CancellationToken ct) => db.ExecuteAsync(AnalyzeSql, null, ct);

    public static async Task ApplyAsync(DbTransaction transaction, Guid upload, CancellationToken ct)
    {
        await transaction.ExecuteAsync(HashSql, null, ct);
        await transaction.ExecuteAsync(TwiceSql, new { upload }, ct);
        await transaction.ExecuteAsync(ReceivedSql, new { upload }, ct);
        await transaction.ExecuteAsync(AnyPlanSql, null, ct);
    }

    public static async Task ApplyAgainAsync(DbTransaction transaction, Guid upload, CancellationToken ct)
    {
        await transaction.ExecuteAsync(AgainSql, new { upload }, ct);
        await ApplyAsync(transaction, upload, ct);
    }
}

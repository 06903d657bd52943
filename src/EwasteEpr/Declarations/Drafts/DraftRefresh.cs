using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>After a change of a draft's rows: the rules that look at all of them together, and the sums.</summary>
/// <remarks>Sets, not loops: the same five statements for three lines and for a million.</remarks>
internal static class DraftRefresh
{
    /// <summary>A million lines take a few seconds; a page that waits for fewer has its own limit.</summary>
    public static readonly TimeSpan LongestStatement = TimeSpan.FromMinutes(10);

    // A sort or a hash of a million rows stays in memory.
    private const string MemorySql = "set local work_mem = '128MB'";

    private const string IsWholeSql = "select not exists (select from parked_rows where declaration_id = @declaration and version = @version)";

    private const string ClearSql = """
        delete from row_problems
         where declaration_id = @declaration and version = @version and code in ('DUP-01', 'CHANGE-01', 'CAT-01')
        """;

    // Hashes that come twice are few: only their lines are looked up again.
    private const string DuplicatesSql = """
        with twice as materialized (
            select content_hash, min(line_no) as first_line_no
              from declaration_lines
             where declaration_id = @declaration and version = @version and exported_line_no is null
             group by content_hash
            having count(*) > 1
        )
        insert into row_problems (declaration_id, version, line_no, row_no, code, column_name, severity, value, detail)
        select l.declaration_id, l.version, l.line_no, l.row_no, 'DUP-01', '', 'Warning',
               left(concat_ws(' · ', coalesce(l.hs_code, l.unu_key), l.description), 200), t.first_line_no
          from twice t
          join declaration_lines l on l.declaration_id = @declaration and l.version = @version and l.content_hash = t.content_hash
        """;

    private const string CategoryChangesSql = """
        insert into row_problems (declaration_id, version, line_no, row_no, code, column_name, severity, value, detail)
        select declaration_id, version, line_no, row_no, 'CAT-01', 'unu_key', 'Warning', coalesce(category, '-'), category_changes
          from declaration_lines
         where declaration_id = @declaration and version = @version and category_changes > 3
        """;

    private const string ClearTotalsSql = "delete from declaration_version_totals where declaration_id = @declaration and version = @version";

    private const string TotalsSql = """
        with by_category as (
            select coalesce(category, '-') as category, count(*) as lines, count(fee_tiyn) as priced, coalesce(sum(units), 0)::bigint as units,
                   coalesce(sum(mass_grams), 0)::bigint as mass_grams, coalesce(sum(battery_grams), 0)::bigint as battery_grams, coalesce(sum(fee_tiyn), 0)::bigint as fee_tiyn
              from declaration_lines
             where declaration_id = @declaration and version = @version
             group by 1
        ), kept as (
            insert into declaration_version_totals (declaration_id, version, category, lines, units, mass_grams, fee_tiyn)
            select @declaration, @version, category, lines, units, mass_grams, fee_tiyn from by_category
        ), whole as (
            select coalesce(sum(lines), 0) as lines, coalesce(sum(priced), 0) as priced, coalesce(sum(units), 0) as units, coalesce(sum(mass_grams), 0) as mass_grams,
                   coalesce(sum(battery_grams), 0) as battery_grams, coalesce(sum(fee_tiyn), 0) as fee_tiyn
              from by_category
        )
        update declaration_versions v
           set lines = w.lines, priced_lines = w.priced, units = w.units, mass_grams = w.mass_grams, battery_grams = w.battery_grams, fee_tiyn = w.fee_tiyn,
               parked_rows = (select count(*) from parked_rows p where p.declaration_id = @declaration and p.version = @version)
          from whole w
         where v.declaration_id = @declaration and v.version = @version
        """;

    // Against the period before, category by category; the totals of this version were written a statement earlier.
    private const string LargeChangeSql = """
        with last as (
            select l.declaration_id, l.current_version as version, l.number
              from declarations d
              join declarations l
                on l.organisation_id = d.organisation_id and l.kind = 'Period' and l.current_version is not null and l.period_until <= d.period_from
             where d.declaration_id = @declaration and d.kind = 'Period'
             order by l.period_until desc, l.declaration_id desc
             limit 1
        ), compared as (
            select b.category, last.number, b.mass_grams as was, coalesce(n.mass_grams, 0) as became
              from last
              join declaration_version_totals b on b.declaration_id = last.declaration_id and b.version = last.version
              left join declaration_version_totals n on n.declaration_id = @declaration and n.version = @version and n.category = b.category
             where b.category <> '-' and b.mass_grams > 0
        )
        insert into row_problems (declaration_id, version, line_no, code, column_name, severity, value, detail, detail2)
        select @declaration, @version, 0, 'CHANGE-01', 'mass_kg', 'Warning', category, round(100.0 * (became - was) / was, 1), number
          from compared
         where abs(became - was) * 10 > was * 4
        """;

    private const string KeepReasonsSql = """
        create temp table if not exists kept_reasons (line_no integer, code text, column_name text, value text, reason text, reason_by uuid, reason_at timestamptz) on commit drop;
        insert into kept_reasons
        select line_no, code, column_name, value, reason, reason_by, reason_at
          from row_problems
         where declaration_id = @declaration and version = @version and reason is not null
        """;

    private const string GiveBackReasonsSql = """
        update row_problems p
           set reason = k.reason, reason_by = k.reason_by, reason_at = k.reason_at
          from kept_reasons k
         where p.declaration_id = @declaration and p.version = @version and p.line_no = k.line_no and p.code = k.code and p.column_name = k.column_name and p.value = k.value
           and p.reason is null and p.severity = 'Warning'
        """;

    private const string OpenWarningsSql = """
        update declaration_versions
           set open_warnings = (select count(*) from row_problems p
                                 where p.declaration_id = @declaration and p.version = @version and p.severity = 'Warning' and p.reason is null
                                   and not exists (select from parked_rows r where r.declaration_id = p.declaration_id and r.version = p.version and r.line_no = p.line_no))
         where declaration_id = @declaration and version = @version
        """;

    /// <summary>Before rows are taken out: a reason that was given stays with its warning when the warning comes back unchanged.</summary>
    public static Task KeepReasonsAsync(DbTransaction transaction, Guid declaration, int version, CancellationToken ct) =>
        transaction.ExecuteAsync(KeepReasonsSql, new { declaration, version }, ct);

    private const string HasKeptReasonsSql = "select to_regclass('pg_temp.kept_reasons') is not null";

    public static async Task RunAsync(DbTransaction transaction, Guid declaration, int version, CancellationToken ct)
    {
        var parameters = new { declaration, version };
        await transaction.ExecuteAsync(MemorySql, null, ct);
        // Stages follow each other and never mix: rows are held against each other once each of them is right.
        var isWhole = await transaction.QuerySingleAsync<bool>(IsWholeSql, parameters, ct);
        string[] statements = isWhole ? [ClearSql, DuplicatesSql, CategoryChangesSql, ClearTotalsSql, TotalsSql, LargeChangeSql] : [ClearSql, ClearTotalsSql, TotalsSql];
        foreach (var sql in statements)
        {
            await transaction.ExecuteAsync(sql, parameters, LongestStatement, ct);
        }

        if (await transaction.QuerySingleAsync<bool>(HasKeptReasonsSql, null, ct))
        {
            await transaction.ExecuteAsync(GiveBackReasonsSql, parameters, LongestStatement, ct);
        }

        await CountWarningsAsync(transaction, declaration, version, ct);
    }

    /// <summary>When only reasons were given.</summary>
    public static Task CountWarningsAsync(DbTransaction transaction, Guid declaration, int version, CancellationToken ct) =>
        transaction.ExecuteAsync(OpenWarningsSql, new { declaration, version }, LongestStatement, ct);
}

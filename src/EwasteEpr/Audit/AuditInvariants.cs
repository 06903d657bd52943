using EwasteEpr.Kernel;

namespace EwasteEpr.Audit;

/// <summary>The chain holds from the first row to its head: every sealed row is as it was, every seal covers its leaves, no row slipped past.</summary>
public static class AuditInvariants
{
    private const string LeavesSql = """
        with differing as (
            select l.leaf_no, l.source, l.row_id, s.row_id is null as gone
              from audit.leaves l left join audit.sealable s on s.source = l.source and s.row_id = l.row_id
             where s.row_id is null or sha256(convert_to(s.canonical, 'UTF8')) <> l.sha256
             order by l.leaf_no limit 1
        )
        select (select count(*) from audit.leaves) as rows_checked,
               (select format('leaf %s: row %s of %s %s', leaf_no, row_id, case source when 'ledger' then 'ledger.transfers' else 'audit.entries' end,
                         case when gone then 'is gone' else 'is not what was sealed' end) from differing) as first_broken
        """;

    private const string SealsSql = """
        with expected as (
            select s.seal_no, s.first_leaf, s.last_leaf, s.previous_hash, s.hash, s.sealed_at,
                   lag(s.seal_no, 1, 0::bigint) over w as previous_no, lag(s.last_leaf, 1, 0::bigint) over w as previous_last, lag(s.hash, 1, ''::bytea) over w as expected_previous,
                   l.first_leaf as found_first, l.last_leaf as found_last, l.leaves, l.leaf_count
              from audit.seals s
              left join (select seal_no, min(leaf_no) as first_leaf, max(leaf_no) as last_leaf, count(*) as leaf_count, string_agg(sha256, '' order by leaf_no) as leaves
                           from audit.leaves group by seal_no) l on l.seal_no = s.seal_no
            window w as (order by s.seal_no)
        )
        select (select count(*) from audit.seals) as rows_checked,
               (select format('seal %s (leaves %s to %s) does not follow from the seal before it and its leaves', seal_no, first_leaf, last_leaf)
                  from expected
                 where seal_no <> previous_no + 1 or first_leaf <> previous_last + 1 or previous_hash <> expected_previous
                    or found_first is distinct from first_leaf or found_last is distinct from last_leaf or leaf_count <> last_leaf - first_leaf + 1
                    or hash <> audit.seal_hash(previous_hash, seal_no, first_leaf, last_leaf, sealed_at, leaves)
                 order by seal_no limit 1) as first_broken
        """;

    // Rows below complete_below had ended when the last seal was made. One without a leaf was put in behind the chain.
    private const string SkippedSql = """
        with head as (
            select complete_below from (select complete_below from audit.seals order by seal_no desc limit 1) last_seal
             where complete_below <= pg_snapshot_xmax(pg_current_snapshot())
        ), skipped as (
            select s.source, s.row_id from audit.sealable s
             where s.transaction_id < (select complete_below from head)
               and not exists (select from audit.leaves l where l.source = s.source and l.row_id = s.row_id)
             order by s.source, s.row_id limit 1
        )
        select (select count(*) from audit.sealable) as rows_checked,
               (select format('row %s of %s stands behind the chain without a leaf', row_id, case source when 'ledger' then 'ledger.transfers' else 'audit.entries' end)
                  from skipped) as first_broken
        """;

    private const string RootsSql = """
        select count(*) as rows_checked,
               (select format('the published root of %s is not the hash of seal %s', r.day, r.seal_no)
                  from audit.daily_roots r left join audit.seals s on s.seal_no = r.seal_no
                 where s.hash is distinct from r.hash order by r.day limit 1) as first_broken
          from audit.daily_roots
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each sealed row is what was sealed", LeavesSql),
        new("Each seal follows from the one before it and its leaves", SealsSql),
        new("No row slipped past the chain", SkippedSql),
        new("Each published daily root is the hash of its seal", RootsSql),
    ];
}

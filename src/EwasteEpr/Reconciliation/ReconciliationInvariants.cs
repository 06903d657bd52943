using EwasteEpr.Kernel;

namespace EwasteEpr.Reconciliation;

/// <summary>What always holds of the figures: each by comparing two independent ways to it.</summary>
public static class ReconciliationInvariants
{
    private const string RecountSql = """
        with compared as (
            select region_kato, period, measure, category, c.amount as stored, r.amount as counted, c.records as stored_records, r.records as counted_records
              from reconciliation.cells c full join reconciliation.recount r using (region_kato, period, measure, category)
        )
        select count(*) as rows_checked,
               (select format('%s of category %s in %s, region %s: the cell says %s of %s records, its records %s of %s', measure, category, period, region_kato,
                              coalesce(stored, 0), coalesce(stored_records, 0), coalesce(counted, 0), coalesce(counted_records, 0))
                  from compared
                 where (coalesce(stored, 0), coalesce(stored_records, 0)) <> (coalesce(counted, 0), coalesce(counted_records, 0))
                 order by region_kato, period, measure, category limit 1) as first_broken
          from compared
        """;

    // The ledger is asked by account, the matrix by cell: what was collected or brought in at the beginning lies somewhere or became something.
    private const string BalanceSql = """
        with sums as (
            select category,
                   sum(case when measure in ('Collected', 'OpeningStock') then amount else 0 end)::bigint as came,
                   sum(case when measure in ('AtPoints', 'InTransit', 'AtRecyclers', 'InBatches', 'FractionsInStock', 'Reused', 'Recycled', 'Recovered', 'Disposed', 'Lost',
                                             'MeasurementDifference', 'WeighingDifference') then amount else 0 end)::bigint as is_somewhere
              from reconciliation.figures('*', 2199, false) where category <> '-' group by category
        )
        select count(*) as rows_checked,
               (select format('category %s: %s g came and %s g lie somewhere or became something', category, came, is_somewhere) from sums where came <> is_somewhere order by category limit 1) as first_broken
          from sums
        """;

    // What counts by its turns against what the declarations themselves say now.
    private const string VersionsSql = """
        with turned as (
            select declaration_id, version from reconciliation.turns group by declaration_id, version having sum(sign) = 1
        ), counting as (
            select declaration_id, current_version as version from declarations where state in ('Submitted', 'Accepted')
        )
        select (select count(*) from counting) as rows_checked,
               (select format('version %s of %s %s', version, d.number, case when t.declaration_id is null then 'holds and is not counted' else 'is counted and does not hold' end)
                  from turned t full join counting c using (declaration_id, version) join declarations d using (declaration_id)
                 where t.declaration_id is null or c.declaration_id is null
                 order by d.number, version limit 1) as first_broken
        """;

    private const string FoldingSql = """
        select 1::bigint as rows_checked,
               case when through > pg_snapshot_xmax(pg_current_snapshot())
                    then 'the figures are folded up to a transaction of the future: the database was restored from a dump, start the program or run migrate' end as first_broken
          from reconciliation.folding
        """;

    private const string ObligationsSql = """
        with sums as (
            select r.run_id, r.year, r.category, r.total_kg, coalesce(sum(s.kg), 0)::bigint as shared from reconciliation.obligation_runs r left join reconciliation.obligation_shares s using (run_id) group by r.run_id
        )
        select count(*) as rows_checked,
               (select format('the obligation of %s, category %s, is %s kg and its shares are %s', year, category, total_kg, shared) from sums where shared <> total_kg order by run_id limit 1) as first_broken
          from sums
        """;

    private const string SnapshotsSql = """
        select count(*) as rows_checked,
               (select format('the closing of %s (%s) has another hash than its frozen figures', period, state) from reconciliation.closures
                 where state in ('Closed', 'Reopened') and sha256 <> reconciliation.closure_sha256(closure_id) order by closure_id limit 1) as first_broken
          from reconciliation.closures where state in ('Closed', 'Reopened')
        """;

    private const string TwoPeopleSql = """
        with decided as (
            select 'sheet ' || file_name as what, proposed_by as first_person, decided_by as second_person from reconciliation.sheets where origin = 'Operator' and state = 'Applied'
            union all
            select format('obligation of %s, category %s', year, category), proposed_by, decided_by from reconciliation.obligation_runs where state in ('Published', 'Superseded')
            union all
            select format('closing of %s', period), proposed_by, closed_by from reconciliation.closures where state in ('Closed', 'Reopened')
        )
        select count(*) as rows_checked,
               (select format('%s was decided by one person', what) from decided where second_person is null or second_person = first_person order by what limit 1) as first_broken
          from decided
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each figure of the reconciliation is the sum of its records", RecountSql),
        new("What was collected lies somewhere or became something, to the gram", BalanceSql),
        new("Each declared version that holds is counted once, and no other", VersionsSql),
        new("Figures are folded only up to the present", FoldingSql),
        new("The shares of each obligation add up to it", ObligationsSql),
        new("Each closed period has the hash of its frozen figures", SnapshotsSql),
        new("Two people stand behind each table, obligation and closing", TwoPeopleSql),
    ];
}

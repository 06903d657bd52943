using EwasteEpr.Kernel;

namespace EwasteEpr.Ledger;

/// <summary>What always holds in the books; each rule is told by comparing two independent ways to the same figure.</summary>
public static class LedgerInvariants
{
    private const string UnitsSql = """
        with sums as (
            select b.unit, count(*) as accounts, sum(b.balance) as balance from ledger.balances b group by b.unit
        )
        select coalesce(sum(accounts), 0)::bigint as rows_checked,
               (select format('the accounts in %s add up to %s instead of 0', unit, balance) from sums where balance <> 0 order by unit limit 1) as first_broken
          from sums
        """;

    // Grouped once over all transfers: an index lookup for each account would be slower on a full ledger.
    private const string BalancesSql = """
        with through as (
            select through from ledger.folding
        ), moved as (
            select m.account_id, sum(m.amount) as amount, sum(m.amount) filter (where m.transaction_id < (select through from through)) as folded
              from (select credit_account_id as account_id, amount, transaction_id from ledger.transfers
                    union all
                    select debit_account_id, -amount, transaction_id from ledger.transfers) m
             group by m.account_id
        ), compared as (
            select a.account_id, a.purpose, a.balance as stored,
                   coalesce(case a.sort when 'guarded' then m.amount else m.folded end, 0) as expected
              from ledger.accounts a left join moved m on m.account_id = a.account_id
             where a.sort = '{sort}'
        )
        select count(*) as rows_checked,
               (select format('account %s (%s) stores %s, its transfers add up to %s', account_id, purpose, stored, expected)
                  from compared where stored <> expected order by account_id limit 1) as first_broken
          from compared
        """;

    private const string FloorSql = """
        select count(*) as rows_checked,
               (select format('account %s (%s) has %s, below its floor %s', account_id, purpose, balance, floor)
                  from ledger.accounts where sort = 'guarded' and balance < floor order by account_id limit 1) as first_broken
          from ledger.accounts where sort = 'guarded'
        """;

    private const string ShapeSql = """
        select count(*) as rows_checked,
               (select format('transfer %s %s', t.transfer_id,
                         case when t.amount <= 0 then 'moves ' || t.amount
                              when t.debit_account_id = t.credit_account_id then 'goes from an account to itself'
                              when d.unit is null or c.unit is null then 'names an account that is not there'
                              else format('counts in %s between accounts in %s and %s', t.unit, d.unit, c.unit) end)
                  from ledger.transfers t
                  left join ledger.accounts d on d.account_id = t.debit_account_id
                  left join ledger.accounts c on c.account_id = t.credit_account_id
                 where t.amount <= 0 or t.debit_account_id = t.credit_account_id
                    or t.unit is distinct from d.unit or t.unit is distinct from c.unit
                    or not exists (select from ledger.kinds k where k.kind = t.kind)
                 order by t.transfer_id limit 1) as first_broken
          from ledger.transfers
        """;

    private const string OnceSql = """
        select count(*) as rows_checked,
               (select format('%s %s of %s %s was posted %s times', kind, leg, source_type, source_id, count(*))
                  from ledger.transfers group by kind, source_type, source_id, leg having count(*) > 1
                 order by kind, source_type, source_id, leg limit 1) as first_broken
          from ledger.transfers
        """;

    private const string ReversalsSql = """
        select count(*) as rows_checked,
               (select format('transfer %s does not mirror %s, which it takes back', r.transfer_id, r.reverses_id)
                  from ledger.transfers r left join ledger.transfers t on t.transfer_id = r.reverses_id
                 where r.reverses_id is not null
                   and (t.debit_account_id, t.credit_account_id, t.amount, t.unit) is distinct from (r.credit_account_id, r.debit_account_id, r.amount, r.unit)
                 order by r.transfer_id limit 1) as first_broken
          from ledger.transfers where reverses_id is not null
        """;

    private const string FoldingSql = """
        select 1::bigint as rows_checked,
               case when through > pg_snapshot_xmax(pg_current_snapshot())
                    then 'balances are folded up to a transaction of the future: the database was restored from a dump, start the program or run migrate' end as first_broken
          from ledger.folding
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("The accounts of each unit add up to 0", UnitsSql),
        new("Each guarded balance equals the sum of its transfers", BalancesSql.Replace("{sort}", "guarded", StringComparison.Ordinal)),
        new("Each derived balance equals the transfers folded into it", BalancesSql.Replace("{sort}", "derived", StringComparison.Ordinal)),
        new("No guarded balance is below its floor", FloorSql),
        new("Each transfer moves something between two accounts of its unit", ShapeSql),
        new("Each business fact is posted once", OnceSql),
        new("Each reversal mirrors the transfer it takes back", ReversalsSql),
        new("Balances are folded only up to the present", FoldingSql),
    ];
}

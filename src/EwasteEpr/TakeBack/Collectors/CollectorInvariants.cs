using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Collectors;

/// <summary>What always holds of collectors' loads, their limits and what they earned.</summary>
public static class CollectorInvariants
{
    private const string MassSql = """
        select count(*) as rows_checked,
               (select format('load %s has %s g of category %s, its transfer %s', l.number, l.grams, l.category, case when t.transfer_id is null then 'is not there' else format('moves %s in %s', t.amount, t.unit) end)
                  from collector_loads l
                  join stock_lots s on s.lot_id = l.lot_id
                  left join ledger.transfers t on t.transfer_id = l.transfer_id
                 where (t.amount, t.unit, t.credit_account_id, t.kind, t.source_id) is distinct from (l.grams, 'mass:' || l.category, s.account_id, 'collector_weighed_in'::text, l.load_id) or s.channel <> 'Collector'
                 order by l.number limit 1) as first_broken
          from collector_loads
        """;

    private const string PaySql = """
        select count(*) as rows_checked,
               (select format('load %s earns %s tiyn by its terms, says %s and its transfer %s', l.number, coalesce(round(l.grams * l.mci_per_tonne * l.mci_kzt / 10000)::text, 'nothing'), coalesce(l.amount_tiyn::text, 'nothing'), coalesce(t.amount::text, 'none'))
                  from collector_loads l
                  left join ledger.transfers t on t.transfer_id = l.pay_transfer_id
                  left join ledger.accounts a on a.account_id = t.credit_account_id
                 where l.amount_tiyn is distinct from round(l.grams * l.mci_per_tonne * l.mci_kzt / 10000)::bigint
                    or (coalesce(l.amount_tiyn, 0) > 0 and (t.amount, t.kind, t.source_id, a.owner_id) is distinct from (l.amount_tiyn, 'collector_earned'::text, l.load_id, l.collector_id))
                 order by l.number limit 1) as first_broken
          from collector_loads
        """;

    private const string LimitSql = """
        select count(*) as rows_checked,
               (select format('%s brought %s g on %s', c.code, sum(l.grams), (l.taken_at at time zone 'Asia/Almaty')::date)
                  from collector_loads l join collectors c on c.collector_id = l.collector_id
                 group by c.code, c.day_limit_grams, (l.taken_at at time zone 'Asia/Almaty')::date having sum(l.grams) > c.day_limit_grams
                 order by c.code limit 1) as first_broken
          from collector_loads
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Each collector's load is one transfer of its grams into a lot of collectors", MassSql),
        new("Each collector's load earns what its terms say, once", PaySql),
        new("No collector brought more in a day than the limit", LimitSql),
    ];
}

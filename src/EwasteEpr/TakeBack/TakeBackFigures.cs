using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack;

/// <summary>The figures of the home page: sums of the ledger and the register, looked at once a minute however many ask.</summary>
public sealed class TakeBackFigures(Db db, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private Figures? last;

    // What last holders handed over this year, less what was taken back. An account of last holders is debited when they give.
    private const string Sql = """
        with givers as (
            select account_id from ledger.accounts where purpose = 'mass_citizens'
        ), year as (
            select date_trunc('year', app.now() at time zone 'Asia/Almaty') at time zone 'Asia/Almaty' as since
        )
        select (coalesce((select sum(t.amount) from ledger.transfers t, year y where t.debit_account_id in (select account_id from givers) and t.posted_at >= y.since), 0)
              - coalesce((select sum(t.amount) from ledger.transfers t, year y where t.credit_account_id in (select account_id from givers) and t.posted_at >= y.since), 0))::bigint as grams,
               v.vouchers, v.tiyn,
               (select count(*) from collection_points p where p.valid_from <= app.today() and (p.valid_until is null or p.valid_until > app.today()) and app.point_state_at(p, app.now()) = 'Open') as points,
               app.now() as at
          from (select count(*) as vouchers, coalesce(sum(x.amount_tiyn), 0)::bigint as tiyn
                  from vouchers x, year y where x.state not in ('Pending', 'Cancelled') and x.replaces_id is null and x.made_at >= y.since) v
        """;

    public async Task<Figures> LookAsync(CancellationToken ct)
    {
        if (last is { } known && clock.GetUtcNow() - known.LookedAt < Fresh)
        {
            return known;
        }

        var row = await db.QuerySingleAsync<FiguresRow>(Sql, null, ct);
        return last = new Figures(Weight.FromGrams(row.Grams), row.Vouchers, Money.FromTiyn(row.Tiyn), row.Points, row.At, clock.GetUtcNow());
    }

    private sealed record FiguresRow(long Grams, long Vouchers, long Tiyn, long Points, DateTimeOffset At);
}

/// <param name="HandedIn">This year, in Almaty.</param>
/// <param name="At">When the database was looked at.</param>
/// <param name="LookedAt">The same by this program's clock.</param>
public sealed record Figures(Weight HandedIn, long Vouchers, Money VoucherSum, long Points, DateTimeOffset At, DateTimeOffset LookedAt);

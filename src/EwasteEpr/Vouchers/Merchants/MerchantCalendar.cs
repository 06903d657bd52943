using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers.Merchants;

/// <summary>When a redemption is paid: the working day after its own, as the settlement will say.</summary>
public sealed class MerchantCalendar(Db db)
{
    private const string PayableSql = "select app.add_working_days((@at at time zone 'Asia/Almaty')::date, 1)";

    public Task<DateOnly> PayableOnAsync(DateTimeOffset at, CancellationToken ct) => db.QuerySingleAsync<DateOnly>(PayableSql, new { at }, ct);
}

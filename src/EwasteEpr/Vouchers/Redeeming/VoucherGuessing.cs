using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers.Redeeming;

/// <summary>The sweep that forgets whose wrong codes are long ago.</summary>
public sealed class VoucherGuessing(Db db)
{
    private const string ForgetSql = "delete from voucher_guesses where last_at < app.now() - interval '2 days' and (blocked_until is null or blocked_until < app.now())";

    public Task<int> ForgetAsync(CancellationToken ct) => db.ExecuteAsync(ForgetSql, null, ct);
}

using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers.Demo;

/// <summary>Codes and PINs of invented vouchers, so that a visitor of the demonstration can spend one. Nobody else's are ever listed.</summary>
public sealed class DemoWallet(Db db, VoucherSecrets secrets)
{
    private const string ListSql = """
        select code_sealed, pin_sealed, amount_tiyn, state
          from (select v.*, row_number() over (partition by v.state order by v.voucher_no) as place from vouchers v where v.device_hash is null and v.phone_hash is null) v
         where place <= case state when 'Issued' then 12 else 2 end
         order by array_position(array['Issued', 'Redeemed', 'Held', 'Pending', 'Expired', 'Cancelled'], state), voucher_no
         limit 50
        """;

    public async Task<IReadOnlyList<DemoVoucher>> ListAsync(CancellationToken ct) =>
        [.. (await db.QueryAsync<SealedRow>(ListSql, null, ct)).Select(row => new DemoVoucher(secrets.OpenCode(row.CodeSealed), secrets.OpenPin(row.PinSealed), Money.FromTiyn(row.AmountTiyn), row.State))];

    private sealed record SealedRow(byte[] CodeSealed, byte[] PinSealed, long AmountTiyn, string State);
}

public sealed record DemoVoucher(VoucherCode Code, string Pin, Money Amount, string State);

using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Intake;

/// <summary>Was this serial handed in before, is it on a list, is its type known? The thing is taken all the same; its voucher waits for a person.</summary>
public sealed class SerialChecks(Secrets secrets)
{
    private const string Purpose = "appliance-serial";

    public byte[] Hash(SerialNumber serial) => secrets.Hash(Purpose, serial.Text);

    // A type is unknown only where types are known at all: without an imported list nobody is suspected.
    private const string FlagSql = """
        select case
                 when exists (select from watched_serials where serial_hash = @hash and list = 'Stolen') then 'Stolen'
                 when exists (select from appliance_serials where serial_hash = @hash) then 'Duplicate'
                 when exists (select from watched_serials where serial_hash = @hash and list = 'Remarketed') then 'Remarketed'
                 when @tac::text is not null and exists (select from type_allocation_codes) and not exists (select from type_allocation_codes where tac = @tac) then 'UnknownType'
               end
        """;

    /// <summary>Under a lock on the serial, so that two counters at once cannot both be the first.</summary>
    internal async Task<string?> FlagAsync(DbTransaction transaction, SerialNumber serial, CancellationToken ct)
    {
        var hash = Hash(serial);
        await transaction.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended(encode(@hash, 'hex'), 11))", new { hash }, ct);
        return await transaction.QuerySingleOrDefaultAsync<string?>(FlagSql, new { hash, tac = serial.TypeAllocationCode }, ct);
    }

    private const string RememberSql = """
        insert into appliance_serials (serial_hash, intake_item_id) values (@hash, @intakeItemId) on conflict (serial_hash) do nothing
        """;

    internal Task<int> RememberAsync(DbTransaction transaction, SerialNumber serial, Guid intakeItemId, CancellationToken ct) =>
        transaction.ExecuteAsync(RememberSql, new { hash = Hash(serial), intakeItemId }, ct);
}

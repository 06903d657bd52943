using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using EwasteEpr.Kernel;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Redeeming;
using Npgsql;
using NpgsqlTypes;

namespace EwasteEpr.Bench.Vouchers;

/// <summary>Merchants and as many vouchers that can be spent as are asked for, written by COPY: how they are made is not what is measured.</summary>
internal sealed class GivenVouchers
{
    public const string Pin = "4816";
    private readonly NpgsqlDataSource owner;
    private readonly Guid campaign;
    private readonly Guid liability;
    private readonly ConcurrentQueue<VoucherCode> codes = new();

    private GivenVouchers(NpgsqlDataSource owner, Db db, Secrets secrets, Guid campaign, Guid liability, IReadOnlyList<Till> tills) =>
        (this.owner, Db, Secrets, this.campaign, this.liability, Tills) = (owner, db, new VoucherSecrets(secrets), campaign, liability, tills);

    public Db Db { get; }

    public VoucherSecrets Secrets { get; }

    public IReadOnlyList<Till> Tills { get; }

    public VoucherService Service => new(Db, Secrets);

    private const string CampaignSql = """
        insert into campaigns (name_kk, name_ru, name_en, funding, funder, valid, item_cap_tiyn, person_cap_tiyn, point_day_cap_tiyn, walk_in_cap_tiyn, staff_pair_cap, state,
                               cash_account_id, budget_account_id, reserved_account_id, liability_account_id, proposed_by, decided_by)
        select 'b', 'b', 'b', 'Sponsor', 'b', '[2020-01-01,2090-01-01)', 1, 1, 1, 1, 1, 'Open', ledger.open_account('campaign_cash', id, 'KZT'), ledger.open_account('campaign_budget', id, 'KZT'),
               ledger.open_account('campaign_reserved', id, 'KZT'), ledger.open_account('voucher_liability', id, 'KZT'), uuidv7(), uuidv7()
          from (select uuidv7() as id) x
        returning campaign_id, liability_account_id
        """;

    private const string MerchantsSql = """
        with o as (
            insert into organisations (slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
            select @prefix || lpad(n::text, 5, '0'), 'company', lpad((@first + n)::text, 12, '0'), sha256(convert_to(@prefix || n, 'UTF8')), 'b', 'b', '750000000', 'b', 'b', 'b', 'b', '{merchant}' from generate_series(1, @count) n
            returning organisation_id
        ), m as (
            insert into merchants (organisation_id, state, payable_account_id, contract_no, contract_on, iban, bic, kbe, joined_by, decided_by)
            select organisation_id, 'Active', ledger.open_account('merchant_payable', organisation_id, 'KZT'), 'b', '2026-01-01', 'KZ86125KZT5004100100', 'KCJBKZKX', '17', uuidv7(), uuidv7() from o
            returning organisation_id
        )
        insert into merchant_shops (merchant_id, name, address, region_kato) select organisation_id, 'b', 'b', '750000000' from m returning merchant_id, shop_id
        """;

    /// <param name="context">The server.</param>
    /// <param name="merchants">Each with one shop and one cashier.</param>
    /// <param name="secrets">A site's own, where a site reads them.</param>
    /// <param name="db">A site's own, where a site is measured.</param>
    public static async Task<GivenVouchers> OpenAsync(BenchContext context, int merchants, Secrets? secrets = null, Db? db = null)
    {
        var owner = DatabaseConnections.Owner(await context.Database.ConnectionStringAsync());
        var random = RandomNumberGenerator.GetInt32(100_000, 900_000);
        await using var connection = await owner.OpenConnectionAsync();
        await using var campaign = new NpgsqlCommand(CampaignSql, connection);
        var (id, liability) = await ReadAsync(campaign, reader => (reader.GetGuid(0), reader.GetGuid(1))) is [var row] ? row : throw new InvalidOperationException("No campaign.");
        await using var places = new NpgsqlCommand(MerchantsSql, connection)
        {
            Parameters = { new("prefix", (random % 90_000 + 10_000).ToString(CultureInfo.InvariantCulture)), new("first", random * 100_000L), new("count", merchants) },
        };
        var tills = await ReadAsync(places, reader => new Till(new OrganisationId(reader.GetGuid(0)), reader.GetGuid(1), PersonId.New(), null));
        return new GivenVouchers(owner, db ?? await context.Database.DbAsync(), secrets ?? new Secrets(RandomNumberGenerator.GetBytes(32)), id, liability, tills);
    }

    public async Task AddAsync(int count)
    {
        await using var connection = await owner.OpenConnectionAsync();
        await using var copy = await connection.BeginBinaryImportAsync("""
            copy vouchers (voucher_id, campaign_id, liability_account_id, code_hash, code_sealed, pin_hash, pin_sealed, amount_tiyn, state, releases_at, expires_on, expires_at, intake_id) from stdin (format binary)
            """);
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < count; i++)
        {
            var code = VoucherCode.New();
            await copy.StartRowAsync();
            await copy.WriteAsync(Guid.CreateVersion7(), NpgsqlDbType.Uuid);
            await copy.WriteAsync(campaign, NpgsqlDbType.Uuid);
            await copy.WriteAsync(liability, NpgsqlDbType.Uuid);
            await copy.WriteAsync(Secrets.Code(code), NpgsqlDbType.Bytea);
            await copy.WriteAsync(Secrets.Seal(code), NpgsqlDbType.Bytea);
            await copy.WriteAsync(Secrets.Pin(code, Pin), NpgsqlDbType.Bytea);
            await copy.WriteAsync(Secrets.SealPin(Pin), NpgsqlDbType.Bytea);
            await copy.WriteAsync(200_000L, NpgsqlDbType.Bigint);
            await copy.WriteAsync("Issued", NpgsqlDbType.Text);
            await copy.WriteAsync(now, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(new DateOnly(2089, 1, 1), NpgsqlDbType.Date);
            await copy.WriteAsync(now.AddYears(60), NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(Guid.CreateVersion7(), NpgsqlDbType.Uuid);
            codes.Enqueue(code);
        }

        await copy.CompleteAsync();
    }

    // The load generator of PostgreSQL counts; the code of a voucher is the hash of its number.
    private const string NumberedSql = """
        insert into vouchers (campaign_id, liability_account_id, code_hash, code_sealed, pin_hash, pin_sealed, amount_tiyn, state, releases_at, expires_on, expires_at, intake_id)
        select @campaign, @liability, sha256(int8send(n)), '', @pin::bytea, '', 200000, 'Issued', now(), '2089-01-01', now() + interval '60 years', uuidv7() from generate_series(@from::bigint, @until::bigint) n
        """;

    public const string NumberedPin = @"\x77";

    public async Task AddNumberedAsync(long from, int count)
    {
        await using var command = owner.CreateCommand(NumberedSql.Replace("@pin", $"'{NumberedPin}'", StringComparison.Ordinal));
        command.Parameters.AddRange(new NpgsqlParameter[] { new("campaign", campaign), new("liability", liability), new("from", from), new("until", from + count - 1) });
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> RedeemedNumberedAsync(long from, int count)
    {
        await using var command = owner.CreateCommand("select count(*) from vouchers v join redemptions r using (voucher_id) where v.code_hash in (select sha256(int8send(n)) from generate_series(@from::bigint, @until::bigint) n)");
        command.Parameters.AddRange(new NpgsqlParameter[] { new("from", from), new("until", from + count - 1) });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task AnalyseAsync()
    {
        await using var command = owner.CreateCommand("vacuum analyze vouchers");
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    public VoucherCode Next() => codes.TryDequeue(out var code) ? code : throw new InvalidOperationException("No vouchers are left.");

    public RedeemVoucher Request(Till till) =>
        new(Next(), new VoucherProof.Pin(Pin), till, "20418853", new IdempotentRequest("person:" + till.Cashier, "POST redeem", Guid.CreateVersion7().ToString(), [1]));

    public static Actor At(Till till) => new(till.Cashier?.Value, till.Merchant.Value, null, "cashier", "bench", "203.0.113.7");

    public async Task RedeemAsync(Till till)
    {
        if (await Service.RedeemAsync(Request(till), At(till), CancellationToken.None) is not RedeemOutcome.Redeemed)
        {
            throw new InvalidOperationException("A voucher was not redeemed.");
        }
    }

    /// <summary>So many in all, by so many clients at once.</summary>
    public static Task RunAsync(int clients, int count, Func<int, Task> one) => Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
    {
        for (var i = client; i < count; i += clients)
        {
            await one(i);
        }
    }));

    private static async Task<List<T>> ReadAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read)
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}

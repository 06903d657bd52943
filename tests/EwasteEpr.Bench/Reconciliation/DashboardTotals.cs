using System.Diagnostics;
using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Reconciliation.Matrix;
using Npgsql;

namespace EwasteEpr.Bench.Reconciliation;

/// <summary>All totals of the country's dashboard over many drop-offs and declared lines, a tail that is not folded yet included. Ceiling: a lookup by primary key.</summary>
internal sealed class DashboardTotals : Benchmark
{
    private const int Times = 200;
    private const int TailTransfers = 20;

    public override string Name => "dashboard_totals";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (dropOffs, declarations) = context.IsFull ? (10_000_000, 40_000) : (200_000, 800);
        var db = await context.Database.DbAsync();
        await using (var owner = DatabaseConnections.Owner(await context.Database.ConnectionStringAsync()))
        {
            await LoadAsync(owner, PlacesSql, 0);
            await LoadAsync(owner, TransfersSql, dropOffs);
            await LoadAsync(owner, DeclarationsSql, declarations);
            await LoadAsync(owner, "analyze", 0);
            await TimedAsync("folding", () => new FigureFolding(db).FoldAsync(CancellationToken.None));
            await LoadAsync(owner, TransfersSql, TailTransfers);
        }

        var figures = new Figures(db);
        var at = new Selection(BusinessTime.Today(TimeProvider.System).Year - 1);
        var seen = (await figures.ReadAsync(at, CancellationToken.None)).Total(Measure.Collected, at.Year);
        if (seen.IsMissing || seen.Records == 0)
        {
            throw new InvalidOperationException("The dashboard shows nothing of what was loaded.");
        }

        var id = await db.QuerySingleAsync<Guid>("select organisation_id from organisations order by organisation_id limit 1", null, CancellationToken.None);
        var (ours, ceiling) = await MedianSecondsInTurnsAsync(
            async () =>
            {
                for (var i = 0; i < Times; i++)
                {
                    await figures.ReadAsync(at, CancellationToken.None);
                }
            },
            async () =>
            {
                for (var i = 0; i < Times; i++)
                {
                    await db.QuerySingleAsync<string>("select slug from organisations where organisation_id = @id", new { id }, CancellationToken.None);
                }
            });
        return new BenchResult(Name, 1e6 * ours / Times, 1e6 * ceiling / Times, "µs", 20, 5, AtMost: true);
    }

    // Twenty regions, each with an organisation, a point and five hundred lots; the ledger's accounts as the features open them.
    private const string PlacesSql = """
        set session_replication_role = replica;
        insert into organisations (slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
        select 'bench' || lpad(row_number() over (order by kato)::text, 5, '0'), 'company', lpad(row_number() over (order by kato)::text, 12, '9'), sha256(convert_to('bench' || kato, 'UTF8')), 'Сынақ', 'Проба', kato, '-', '-', 'bench@example.test', '+7', array['importer']
          from regions;
        insert into collection_points (organisation_id, slug, kind, name_kk, name_ru, region_kato, settlement_kk, settlement_ru, address_kk, address_ru, latitude, longitude, categories, is_step_free, gives_rewards, capacity_grams)
        select organisation_id, replace(slug, 'bench', 'bench-'), 'CollectionPoint', 'П', 'П', region_kato, 'Қ', 'Г', 'К', 'У', 45, 70, array['1'], true, true, 1000000000 from organisations where slug like 'bench%';
        insert into containers (number, organisation_id, point_id, kind, category, tare_grams)
        select 'C-' || 900000 + row_number() over (), p.organisation_id, p.point_id, 'Box', (array['1', '2', '3', '4a', '4b', '5', '6'])[n % 7 + 1], 0
          from collection_points p cross join generate_series(1, 500) n where p.slug like 'bench-%';
        insert into stock_lots (container_id, category, stream, channel, account_id)
        select container_id, category, 'Household', 'DropOff', uuidv7() from containers where number like 'C-9%' and length(number) > 7;
        insert into ledger.accounts (account_id, purpose, sort, owner_id, unit) select account_id, 'mass_stock_lot', 'guarded', lot_id, 'mass:' || category from stock_lots;
        insert into ledger.accounts (purpose, sort, unit) select 'mass_citizens', 'derived', unit from ledger.units where unit <> 'KZT' on conflict do nothing;
        set session_replication_role = origin;
        """;

    // A drop-off is a transfer from the last holders into a lot; three years of them.
    private const string TransfersSql = """
        insert into ledger.transfers (unit, debit_account_id, credit_account_id, amount, kind, source_type, source_id, leg, posted_at)
        select l.unit, c.account_id, l.account_id, 200 + n % 9000, 'intake_accepted', 'intake_item', uuidv7(), 1, app.now() - interval '1 second' * (n * 94608000.0 / $1)
          from generate_series(1, $1) n
          join (select account_id, unit, row_number() over (order by account_id) as place from ledger.accounts where purpose = 'mass_stock_lot') l on l.place = n % 10000 + 1
          join ledger.accounts c on c.purpose = 'mass_citizens' and c.unit = l.unit
        """;

    // A hundred lines each. They are loaded as submitted at once: what folds them looks at the turn.
    private const string DeclarationsSql = """
        set session_replication_role = replica;
        insert into declarations (organisation_id, number, kind, document_no, state, current_version)
        select o.organisation_id, 'D-bench-' || n, 'Consignment', 'bench-' || n, 'Accepted', 1
          from generate_series(1, {0}) n
          join (select organisation_id, row_number() over (order by organisation_id) as place from organisations where slug like 'bench%') o on o.place = n % 20 + 1;
        insert into declaration_versions (declaration_id, version, state, submitted_at, submitted_revision, canonical_sha256, programme)
        select declaration_id, 1, 'Submitted', app.now(), 1, sha256('x'), 'Illustrative' from declarations where number like 'D-bench-%';
        insert into declaration_lines (declaration_id, version, line_no, changed_revision, content_hash, unu_key, category, units, mass_grams, obligation_date)
        select d.declaration_id, 1, n, 1, n, k.unu_key, k.category, 1, 1000 + n * 37, app.today() - (d.place % 1095)::int
          from (select declaration_id, row_number() over () as place from declarations where number like 'D-bench-%') d
         cross join generate_series(1, 100) n
          join (select unu_key, category, row_number() over (order by unu_key) as place from unu_keys) k on k.place = (d.place * 7 + n) % 10 + 1;
        insert into reconciliation.turns (declaration_id, version, sign) select declaration_id, 1, 1 from declarations where number like 'D-bench-%';
        set session_replication_role = origin;
        """;

    private static Task LoadAsync(NpgsqlDataSource owner, string sql, int rows) => TimedAsync(rows == 0 ? "preparing" : $"loading {rows}", async () =>
    {
        await using var connection = await owner.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql.Replace("{0}", rows.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), connection) { CommandTimeout = 0 };
        if (sql.Contains("$1", StringComparison.Ordinal))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = rows });
        }

        await command.ExecuteNonQueryAsync();
        return 0;
    });

    private static async Task TimedAsync<T>(string what, Func<Task<T>> work)
    {
        var from = Stopwatch.GetTimestamp();
        await work();
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  dashboard_totals: {what} took {Stopwatch.GetElapsedTime(from).TotalSeconds:0.0} s"));
    }
}

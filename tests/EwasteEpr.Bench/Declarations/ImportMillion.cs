using Dapper;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using Npgsql;

namespace EwasteEpr.Bench.Declarations;

/// <summary>
/// A million CSV lines through the way of the page: bytes stored, parsed, validated, priced, stored as lines, duplicates and problems listed, sums kept, one transaction.
/// Ceiling: COPY of the same bytes, then one statement that validates and one that prices and stores, as bare SQL; no file kept, no audit, no cross-row rules.
/// </summary>
internal sealed class ImportMillion : Benchmark
{
    public const int Lines = 1_000_000;

    public override string Name => "import_1m";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        var connectionString = await context.Database.ConnectionStringAsync();
        await GivenImport.PrepareAsync(connectionString);
        var db = await context.Database.DbAsync();
        var csv = GivenLines.Csv(await new TariffService(db).LoadAsync(CancellationToken.None), Lines);
        var import = new GivenImport(db);
        await using var owner = DatabaseConnections.Owner(connectionString);
        var bare = new BareSqlImport(owner);
        var (ours, ceiling) = await MedianSecondsInTurnsAsync(
            async () =>
            {
                var upload = await import.RunAsync(new MemoryStream(csv, writable: false));
                if (upload.RowsRead != Lines || upload.Refused > 0)
                {
                    throw new InvalidOperationException($"Not every line was stored: {upload}");
                }
            },
            () => bare.RunAsync(csv, Lines),
            warmUps: 1,
            context.LongRounds);
        return new BenchResult(Name, Lines / ours, Lines / ceiling, "lines/s", 0.2, 0.5);
    }
}

/// <summary>The ceiling: what PostgreSQL alone can do with the same file.</summary>
internal sealed class BareSqlImport(NpgsqlDataSource owner)
{
    private const string TablesSql = """
        drop table if exists bare_lines, bare_problems;
        create table bare_lines (declaration_id uuid, version int, line_no int, hs_code text, unu_key text, category text, description text, units bigint, mass_grams bigint,
          obligation_date date, origin text, document_no text, tariff_row_id uuid, coefficient numeric, mci numeric, fee_tiyn bigint, primary key (declaration_id, version, line_no));
        create table bare_problems (declaration_id uuid, line_no int, code text);
        create temp table raw (line_no int generated always as identity, hs_code text, unu_key text, description text, units text, mass_kg text, obligation_date text, origin text, document_no text)
        """;

    private const string ValidateSql = """
        insert into bare_problems
        select '00000000-0000-0000-0000-000000000000', line_no, 'BAD' from raw
         where not coalesce(hs_code ~ '^([0-9]{2}){2,5}$' and mass_kg ~ '^[0-9]{1,12}([.,][0-9]{1,3})?$' and units ~ '^[0-9]{1,9}$' and obligation_date ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and length(origin) = 2
                            and (unu_key is null or unu_key ~ '^[0-9]{4}$'), false)
        """;

    private const string PriceSql = """
        with hs as materialized (
            select distinct on (hs_prefix) hs_prefix, unu_key from hs_unu_rows where state = 'Published' order by hs_prefix, origin desc
        ), rate as materialized (
            select k.unu_key, k.category, t.tariff_row_id, t.coefficient
              from unu_keys k
              cross join lateral (select r.tariff_row_id, r.coefficient from tariff_rows r join methodologies m using (methodology_id)
                                   where m.code = 'DEMO-2026' and ((r.match_kind = 'UnuKey' and r.match = k.unu_key) or (r.match_kind = 'Category' and r.match = k.category) or r.match_kind = 'Any')
                                   order by case r.match_kind when 'UnuKey' then 1 when 'Category' then 2 else 3 end limit 1) t
        ), mci as (
            select value_kzt from mci_values where purpose = 'General' and state = 'Published' and effective_from <= date '2026-07-01' order by effective_from desc limit 1
        )
        insert into bare_lines
        select '00000000-0000-0000-0000-000000000000', 1, raw.line_no, raw.hs_code, rate.unu_key, rate.category, raw.description, raw.units::bigint, (replace(raw.mass_kg, ',', '.')::numeric * 1000)::bigint,
               raw.obligation_date::date, raw.origin, raw.document_no, rate.tariff_row_id, rate.coefficient, mci.value_kzt,
               (round(replace(raw.mass_kg, ',', '.')::numeric * mci.value_kzt * rate.coefficient / 1000, 2) * 100)::bigint
          from raw
          left join hs six on six.hs_prefix = left(raw.hs_code, 6)
          left join hs four on four.hs_prefix = left(raw.hs_code, 4)
          left join rate on rate.unu_key = coalesce(raw.unu_key, six.unu_key, four.unu_key)
         cross join mci
         where raw.line_no not in (select line_no from bare_problems)
        """;

    public async Task RunAsync(byte[] csv, int lines)
    {
        await using var connection = await owner.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync(TablesSql);
            await using (var copy = (StreamWriter)await connection.BeginTextImportAsync("copy raw (hs_code, unu_key, description, units, mass_kg, obligation_date, origin, document_no) from stdin (format csv, delimiter ';', header true)"))
            {
                await copy.BaseStream.WriteAsync(csv); // the bytes as they are, without a way through characters
            }

            await connection.ExecuteAsync(ValidateSql, commandTimeout: 600);
            if (await connection.ExecuteAsync(PriceSql, commandTimeout: 600) != lines)
            {
                throw new InvalidOperationException("The ceiling did not store every line.");
            }

            await transaction.CommitAsync();
        }
    }
}

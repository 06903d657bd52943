using System.Globalization;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Loads;

namespace EwasteEpr.Bench.Treatment;

/// <summary>A log of 24 000 loads: bytes in, read, compared, rules applied, stored as preview, then submitted; against COPY of the same rows into a table with the log's own indexes and constraints.</summary>
internal sealed class LoadsImport : Benchmark
{
    private const int Rows = 24_000;

    private const string SiteSql = """
        with organisation as (
            insert into organisations (slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
            values ('bench-loads', 'company', '040340008429', sha256('bench-loads'), 'Bench', 'Bench', '350000000', 'Bench', 'Bench', 'bench@example.kz', '+7', array['recycler']) returning organisation_id
        ), site as (
            insert into sites (number, organisation_id, kind, name_kk, name_ru, region_kato, address, latitude, longitude)
            select 'S-9001', organisation_id, 'Recycler', 'Bench', 'Bench', '350000000', 'Bench', 49.8, 73.1 from organisation returning site_id, organisation_id
        ), account as materialized (
            select site_id, organisation_id, uuidv7() as lot from site
        )
        insert into site_lots (site_lot_id, site_id, organisation_id, category, stream, channel, payer, basis, weighed_in_on, received_grams, account_id)
        select lot, site_id, organisation_id, '6', 'Household', 'Direct', 'FeeFund', 'Verified', '2026-01-01', 1000000000, ledger.open_account('mass_site_lot', lot, 'mass:6') from account
        returning organisation_id
        """;

    private const string EmptySql = "truncate load_upload_rows, load_versions, loads, load_uploads, load_books; drop table if exists loads_by_copy; create table loads_by_copy (like loads including all)";

    public override string Name => "loads_import";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        await using var owner = DatabaseConnections.Owner(await context.Database.ConnectionStringAsync());
        var db = await context.Database.DbAsync();
        OrganisationId organisation;
        await using (var site = owner.CreateCommand(SiteSql))
        {
            organisation = new OrganisationId((Guid)(await site.ExecuteScalarAsync())!);
        }

        var csv = Csv();
        var (previews, submission) = (new LoadPreviews(db), new LoadSubmission(db));
        var actor = Actor.System("bench");
        var (ours, ceiling) = await MedianSecondsInTurnsAsync(
            async () =>
            {
                var preview = (PreviewOutcome.Previewed)await previews.PreviewAsync(new LoadFile("S-9001", 2026, "loads.csv"), new MemoryStream(csv, writable: false), organisation, actor, CancellationToken.None);
                if (await submission.SubmitAsync(preview.Upload, organisation, 0, actor, CancellationToken.None) != SubmitOutcome.Submitted)
                {
                    throw new InvalidOperationException("The log was not submitted.");
                }
            },
            async () =>
            {
                // Both begin with an empty log, and both pay for it: the same statement on either side's table.
                await using var connection = await owner.OpenConnectionAsync();
                await using (var empty = new Npgsql.NpgsqlCommand(EmptySql, connection))
                {
                    await empty.ExecuteNonQueryAsync();
                }

                await CopyAsync(connection);
            },
            warmUps: 3, Rounds);
        return new BenchResult(Name, Rows / ours, Rows / ceiling, "rows/s", 0.2, 0.4);
    }

    private static async Task CopyAsync(Npgsql.NpgsqlConnection connection)
    {
        await using var copy = await connection.BeginBinaryImportAsync("copy loads_by_copy (load_id, site_id, year, load_no, day, category, grams, container) from stdin (format binary)");
        var site = Guid.CreateVersion7();
        for (var i = 0; i < Rows; i++)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(Guid.CreateVersion7(), NpgsqlTypes.NpgsqlDbType.Uuid);
            await copy.WriteAsync(site, NpgsqlTypes.NpgsqlDbType.Uuid);
            await copy.WriteAsync((short)2026, NpgsqlTypes.NpgsqlDbType.Smallint);
            await copy.WriteAsync($"L-{i:00000}", NpgsqlTypes.NpgsqlDbType.Text);
            await copy.WriteAsync(new DateOnly(2026, 1, 11).AddDays(i % 200), NpgsqlTypes.NpgsqlDbType.Date);
            await copy.WriteAsync("6", NpgsqlTypes.NpgsqlDbType.Text);
            await copy.WriteAsync(10L + (i % 30), NpgsqlTypes.NpgsqlDbType.Bigint);
            await copy.WriteAsync($"C-{i % 90:0000}", NpgsqlTypes.NpgsqlDbType.Text);
        }

        await copy.CompleteAsync();
    }

    private static byte[] Csv()
    {
        var text = new StringBuilder("load_no;day;category;mass_kg;container;note\n");
        for (var i = 0; i < Rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"L-{i:00000};{new DateOnly(2026, 1, 11).AddDays(i % 200):yyyy-MM-dd};6;0,0{10 + (i % 30)};C-{i % 90:0000};\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

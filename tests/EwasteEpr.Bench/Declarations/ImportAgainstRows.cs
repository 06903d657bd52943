using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using Npgsql;
using NpgsqlTypes;

namespace EwasteEpr.Bench.Declarations;

/// <summary>The same import against inserting row by row: one prepared statement a line, one transaction, values already at hand.</summary>
internal sealed class ImportAgainstRows : Benchmark
{
    private const int Lines = 100_000;
    private const int Rows = 20_000;

    private const string InsertSql = """
        insert into declaration_lines_by_row (declaration_id, version, line_no, changed_revision, content_hash, hs_code, unu_key, category, description, units, mass_grams,
          obligation_date, origin, document_no, methodology_id, tariff_row_id, tariff_match, coefficient, mci_value, mci_from, product_fee_tiyn, fee_tiyn)
        values ($1, 1, $2, 1, 1, '8517130000', '0306', '6', $3, 100, $4, '2026-07-01', 'CN', $5, $1, $1, 'UnuKey 0306', 28.75, 4325, '2026-01-01', $6, $6)
        """;

    public override string Name => "import_vs_rows";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        var connectionString = await context.Database.ConnectionStringAsync();
        await GivenImport.PrepareAsync(connectionString);
        var db = await context.Database.DbAsync();
        var csv = GivenLines.Csv(await new TariffService(db).LoadAsync(CancellationToken.None), Lines);
        var import = new GivenImport(db);
        await using var owner = DatabaseConnections.Owner(connectionString);
        var (ours, ceiling) = await MedianSecondsInTurnsAsync(() => import.RunAsync(new MemoryStream(csv, writable: false)), () => InsertAsync(owner), warmUps: 1, context.LongRounds);
        return new BenchResult(Name, Lines / ours, Rows / ceiling, "lines/s", 5, 12);
    }

    private static async Task InsertAsync(NpgsqlDataSource owner)
    {
        await using var connection = await owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var table = new NpgsqlCommand("drop table if exists declaration_lines_by_row; create table declaration_lines_by_row (like declaration_lines including all)", connection))
        {
            await table.ExecuteNonQueryAsync();
        }

        await using var insert = new NpgsqlCommand(InsertSql, connection);
        var (id, lineNo, text, grams, document, fee) = (
            new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() }, new NpgsqlParameter<int>(), new NpgsqlParameter<string> { TypedValue = "Mobile phones" },
            new NpgsqlParameter<long>(), new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = "55302/101126/0000001" }, new NpgsqlParameter<long>());
        insert.Parameters.AddRange(new NpgsqlParameter[] { id, lineNo, text, grams, document, fee });
        await insert.PrepareAsync();
        for (var i = 1; i <= Rows; i++)
        {
            lineNo.TypedValue = i;
            grams.TypedValue = i * 17;
            fee.TypedValue = i * 29;
            await insert.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }
}

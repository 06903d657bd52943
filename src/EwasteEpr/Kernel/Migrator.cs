using System.Data;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using Dapper;
using Npgsql;

namespace EwasteEpr.Kernel;

/// <summary>Brings a database to the version of this program: migrations once, views and functions and reference data when their text changed.</summary>
/// <remarks>
/// A landed migration is never edited: its hash is checked. A reference set is a <c>.sql</c> file with a <c>.csv</c> of the
/// same name, whose rows stand in the temporary table <c>csv_rows</c> (all columns text, NULL where empty) while the SQL runs.
/// Safe to run from several nodes at once: one advisory lock.
/// </remarks>
public sealed class Migrator(NpgsqlDataSource ownerSource)
{
    private const long Lock = 0x4557_4153_5445;

    private const string AppliedSql = "select name, sha256 from app.applied_scripts";

    private const string RecordSql = """
        insert into app.applied_scripts (name, sha256) values (@name, @sha256)
        on conflict (name) do update set sha256 = excluded.sha256, applied_at = now()
        """;

    /// <returns>The names of the scripts that ran.</returns>
    /// <exception cref="MigrationException">A landed migration was edited, or a script failed: the database is as before that script.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(bool withDemoData, CancellationToken ct)
    {
        await using var connection = await ownerSource.OpenConnectionAsync(ct);
        // Another node's migration may take as long as it takes.
        await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_lock(@Lock)", new { Lock }, commandTimeout: 0, cancellationToken: ct));
        try
        {
            await connection.ExecuteAsync(new CommandDefinition("""
                create schema if not exists app;
                create table if not exists app.applied_scripts (name text primary key, sha256 text not null, applied_at timestamptz not null default now())
                """, cancellationToken: ct));
            var applied = (await connection.QueryAsync<AppliedRow>(new CommandDefinition(AppliedSql, cancellationToken: ct))).ToDictionary(row => row.Name, row => row.Sha256, StringComparer.Ordinal);
            var ran = new List<string>();
            foreach (var script in Scripts(withDemoData))
            {
                if (applied.TryGetValue(script.Name, out var sha256) && sha256 == script.Sha256)
                {
                    continue;
                }

                if (sha256 is not null && script.RunsOnce)
                {
                    throw new MigrationException($"{script.Name} was changed after it had been applied. Landed migrations are never edited: write a new one.");
                }

                await ApplyAsync(connection, script, ct);
                ran.Add(script.Name);
            }

            await connection.ExecuteAsync(new CommandDefinition("select app.rebase_after_restore()", commandTimeout: 0, cancellationToken: ct));
            return ran;
        }
        finally
        {
            await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_unlock(@Lock)", new { Lock }, cancellationToken: CancellationToken.None));
        }
    }

    /// <summary>The scripts of this program that the database has not seen in this version: none when it is ready to serve.</summary>
    /// <remarks>Runs as the application, which may read what was applied and no more.</remarks>
    public static async Task<IReadOnlyList<string>> PendingAsync(Db db, bool withDemoData, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        var applied = (await db.QueryAsync<AppliedRow>(AppliedSql, null, ct)).ToHashSet();
        return [.. Scripts(withDemoData).Where(script => !applied.Contains(new AppliedRow(script.Name, script.Sha256))).Select(script => script.Name)];
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Script script, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        try
        {
            if (script.Csv is not null)
            {
                await LoadCsvAsync(connection, script.Csv, ct);
            }

            await using (var command = new NpgsqlCommand(script.Sql, connection, transaction) { CommandTimeout = 0 })
            {
                await command.ExecuteNonQueryAsync(ct);
            }

            await connection.ExecuteAsync(new CommandDefinition("drop table if exists csv_rows; " + RecordSql, new { name = script.Name, sha256 = script.Sha256 }, transaction, cancellationToken: ct));
            await transaction.CommitAsync(ct);
        }
        catch (PostgresException problem)
        {
            throw new MigrationException($"{script.Name} failed at character {problem.Position}: {problem.MessageText} {problem.Detail}".TrimEnd(), problem);
        }
    }

    private static async Task LoadCsvAsync(NpgsqlConnection connection, string csv, CancellationToken ct)
    {
        using var reader = CsvReader.FromText(csv, new CsvReaderOptions { Separator = ',' });
        reader.ReadHeader();
        var names = reader.Headers.Select(name => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"').ToList();
        await connection.ExecuteAsync(new CommandDefinition($"create temp table csv_rows ({string.Join(" text, ", names)} text) on commit drop", cancellationToken: ct));
        await using var writer = await connection.BeginBinaryImportAsync($"copy csv_rows ({string.Join(", ", names)}) from stdin (format binary)", ct);
        while (reader.Read())
        {
            await writer.StartRowAsync(ct);
            for (var i = 0; i < names.Count; i++)
            {
                if (reader.IsEmpty(i))
                {
                    await writer.WriteNullAsync(ct);
                }
                else
                {
                    await writer.WriteAsync(reader.GetString(i), NpgsqlTypes.NpgsqlDbType.Text, ct);
                }
            }
        }

        await writer.CompleteAsync(ct);
    }

    private static IEnumerable<Script> Scripts(bool withDemoData)
    {
        var files = Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith("db/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        string[] folders = withDemoData ? ["migrations", "repeatable", "reference", "demo"] : ["migrations", "repeatable", "reference"];
        foreach (var folder in folders)
        {
            foreach (var sql in files.Where(name => name.StartsWith($"db/{folder}/", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal)))
            {
                var csv = Path.ChangeExtension(sql, ".csv");
                yield return new Script(sql, Read(sql), files.Contains(csv) ? Read(csv) : null, RunsOnce: folder == "migrations");
            }
        }
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private sealed record Script(string Name, string Sql, string? Csv, bool RunsOnce)
    {
        public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql + "\n" + Csv)));
    }

    private sealed record AppliedRow(string Name, string Sha256);
}

/// <summary>A sentence that names the script and what the database said.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);

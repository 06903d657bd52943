using System.Data;
using System.Security.Cryptography;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Declarations.Submission;

/// <summary>The signed object: the canonical file of a version, streamed. Its recipe stands in <c>db/repeatable/declarations.sql</c>.</summary>
public sealed class CanonicalCsv(Db db)
{
    private const string LinesSql = "select convert_to(line, 'UTF8') from app.canonical_file($1, $2)";

    private const string FindSql = """
        select d.declaration_id
          from declarations d
          join declaration_versions v on v.declaration_id = d.declaration_id and v.version = @version
         where d.organisation_id = @organisation and d.number = @number
        """;

    /// <summary>Writes the file; false when there is no such version.</summary>
    public async Task<bool> WriteAsync(DeclarationKey key, int version, Stream to, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (await db.QuerySingleOrDefaultAsync<Guid?>(FindSql, new { organisation = key.Organisation, number = key.Number, version }, ct) is not { } declaration)
        {
            return false;
        }

        await using var connection = await db.Source.OpenConnectionAsync(ct);
        await ReadAsync(connection, declaration, version, bytes => to.WriteAsync(bytes, ct), ct);
        return true;
    }

    /// <summary>Hash and length, without keeping the file.</summary>
    internal static async Task<(byte[] Sha256, long Bytes)> HashAsync(NpgsqlConnection connection, Guid declaration, int version, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long total = 0;
        await ReadAsync(
            connection,
            declaration,
            version,
            bytes =>
            {
                hash.AppendData(bytes.Span);
                total += bytes.Length;
                return ValueTask.CompletedTask;
            },
            ct);
        return (hash.GetHashAndReset(), total);
    }

    internal static async Task ReadAsync(NpgsqlConnection connection, Guid declaration, int version, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(LinesSql, connection)
        {
            CommandTimeout = 600,
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = declaration }, new NpgsqlParameter<int> { TypedValue = version } },
        };
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, ct);
        while (await reader.ReadAsync(ct))
        {
            await take(reader.GetFieldValue<byte[]>(0));
        }
    }
}

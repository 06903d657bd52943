using System.Data;
using System.Security.Cryptography;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Declarations.Uploads;

/// <summary>Files in the database, in pieces: any node can read them, and they go with their backup.</summary>
internal static class ChunkStore
{
    private const int ChunkBytes = 1024 * 1024;

    private const string WriteSql = "insert into upload_chunks (upload_id, chunk_no, bytes) values ($1, $2, $3)";

    private const string ReadSql = "select bytes from upload_chunks where upload_id = $1 order by chunk_no";

    /// <summary>Stores the stream to its end, one piece in memory.</summary>
    /// <returns>Size and SHA-256; none when it is longer than the limit.</returns>
    public static async Task<(long Bytes, byte[] Sha256)?> WriteAsync(Db db, Guid uploadId, Stream from, long limit, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var connection = await db.Source.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(WriteSql, connection);
        var buffer = new byte[ChunkBytes];
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = uploadId });
        var number = new NpgsqlParameter<int>();
        var bytes = new NpgsqlParameter<ReadOnlyMemory<byte>> { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea };
        command.Parameters.Add(number);
        command.Parameters.Add(bytes);
        await command.PrepareAsync(ct);
        long total = 0;
        while (await from.ReadAtLeastAsync(buffer, ChunkBytes, throwOnEndOfStream: false, ct) is > 0 and var count)
        {
            total += count;
            if (total > limit)
            {
                return null;
            }

            hash.AppendData(buffer, 0, count);
            bytes.TypedValue = buffer.AsMemory(0, count);
            await command.ExecuteNonQueryAsync(ct);
            number.TypedValue++;
        }

        return (total, hash.GetHashAndReset());
    }

    /// <summary>The file from its beginning, streamed from a connection of its own.</summary>
    public static async Task<Stream> OpenAsync(Db db, Guid uploadId, CancellationToken ct)
    {
        var connection = await db.Source.OpenConnectionAsync(ct);
        try
        {
            var command = new NpgsqlCommand(ReadSql, connection) { CommandTimeout = 0, Parameters = { new NpgsqlParameter<Guid> { TypedValue = uploadId } } };
            return new ChunkStream(connection, command, await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, ct));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private sealed class ChunkStream(NpgsqlConnection connection, NpgsqlCommand command, NpgsqlDataReader reader) : Stream
    {
        private Stream? chunk;
        private bool isEnded;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!isEnded && buffer.Length > 0)
            {
                if (chunk is not null)
                {
                    var count = await chunk.ReadAsync(buffer, cancellationToken);
                    if (count > 0)
                    {
                        return count;
                    }

                    await chunk.DisposeAsync();
                    chunk = null;
                }

                isEnded = !await reader.ReadAsync(cancellationToken);
                chunk = isEnded ? null : await reader.GetStreamAsync(0, cancellationToken);
            }

            return 0;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Files are read asynchronously.");

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            if (!isEnded)
            {
                // Without this, giving the connection back would read the rest of the file.
                command.Cancel();
            }

            await (chunk?.DisposeAsync() ?? ValueTask.CompletedTask);
            await reader.DisposeAsync();
            await command.DisposeAsync();
            await connection.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}

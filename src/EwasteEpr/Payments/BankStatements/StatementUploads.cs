using System.Data;
using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;
using Npgsql;
using NpgsqlTypes;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Takes a statement in as far as the preview: every row stored with what would become of it; no money moves yet.</summary>
public sealed class StatementUploads(Db db, BankAccounts accounts)
{
    private const string TodaySql = "select app.today()";

    private const string BeginSql = """
        insert into bank_statements (statement_id, state, format, file_name, file_sha256, file_bytes, encoding, account, rows_read, uploaded_by)
        values (@id, @state, @format, @fileName, @sha256, @bytes, @encoding, @account, @rows, @person)
        """;

    private const string FileSql = "insert into bank_statement_files (statement_id, content) values (@id, @content)";

    private const string AccountSql = """
        insert into bank_statement_accounts (statement_id, account, from_on, until_on, opening_tiyn, received_tiyn, spent_tiyn, closing_tiyn)
        values (@id, @Account, @From, @Until, @OpeningTiyn, @ReceivedTiyn, @SpentTiyn, @ClosingTiyn)
        """;

    /// <param name="account">For CSV, which names none.</param>
    public async Task<UploadedStatement> UploadAsync(string fileName, string? account, Stream content, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(actor);
        await using var file = TempFiles.Create(null);
        if (await CopyAsync(content, file, ct) is not { } sha256)
        {
            return Refused(new FileFault(FileFaultCode.TooLarge, 0, "", $"{StatementLimits.FileBytes / (1024 * 1024)}"));
        }

        var own = await accounts.ListAsync(ct);
        if (own.Count == 0)
        {
            return Refused(new FileFault(FileFaultCode.NoOwnAccounts));
        }

        var given = new Given(StatementLimits.Clean(fileName, 200) is { Length: > 0 } name ? name : "-", account is not null && own.Contains(account, StringComparer.Ordinal) ? account : own[0], sha256, file);
        try
        {
            return await StoreAsync(given, own, actor, ct);
        }
        catch (UnreadableStatementException problem) when (problem.Fault.Code == FileFaultCode.ColumnsNotKnown)
        {
            return new UploadedStatement.NeedsColumns(await KeepAsync(given, actor, ct));
        }
        catch (UnreadableStatementException problem)
        {
            return Refused(problem.Fault);
        }
    }

    private const string WaitingSql = """
        select s.file_name, s.account, s.file_sha256, f.content
          from bank_statements s join bank_statement_files f using (statement_id)
         where s.statement_id = @id and s.state = 'Columns'
        """;

    private const string RememberSql = """
        insert into bank_csv_columns (header_key, meaning, told_by)
        select distinct on (name) name, means, @person from unnest(@names::text[], @means::text[]) as said (name, means) where name <> '' order by name
        on conflict (header_key) do update set meaning = excluded.meaning, told_by = excluded.told_by, told_at = app.now()
        """;

    private const string ForgetSql = """
        with gone as (delete from bank_statement_files where statement_id = @id returning statement_id)
        delete from bank_statements s using gone where s.statement_id = gone.statement_id and s.state = 'Columns'
        """;

    /// <summary>Somebody has said what the columns mean; it is remembered for the next file.</summary>
    /// <returns>None when no file waits for it.</returns>
    public async Task<UploadedStatement?> NameColumnsAsync(Guid id, IReadOnlyList<(string Name, StatementField? Means)> columns, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(actor);
        if (await db.QuerySingleOrDefaultAsync<WaitingRow>(WaitingSql, new { id }, ct) is not { } waiting)
        {
            return null;
        }

        var told = columns.Where(column => CsvColumns.Key(column.Name).Length > 0).ToList();
        await db.ExecuteAsync(
            RememberSql,
            new { names = told.Select(column => CsvColumns.Key(column.Name)).ToArray(), means = told.Select(column => column.Means?.ToString() ?? "").ToArray(), person = actor.UserId },
            ct);
        try
        {
            var own = await accounts.ListAsync(ct);
            var stored = await StoreAsync(new Given(waiting.FileName, waiting.Account, waiting.FileSha256, new MemoryStream(waiting.Content)), own, actor, ct);
            await db.ExecuteAsync(ForgetSql, new { id }, ct);
            return stored;
        }
        catch (UnreadableStatementException problem)
        {
            return problem.Fault.Code == FileFaultCode.ColumnsNotKnown ? new UploadedStatement.NeedsColumns(id) : Refused(problem.Fault);
        }
    }

    /// <summary>The head of a waiting file, for the page that asks what its columns mean.</summary>
    public async Task<CsvHead?> HeadAsync(Guid id, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<WaitingRow>(WaitingSql, new { id }, ct) is { } waiting
            ? await CsvStatementReader.PreviewAsync(new MemoryStream(waiting.Content), await ColumnsAsync(ct), ct)
            : null;

    private const string ToldSql = "select header_key, meaning from bank_csv_columns order by header_key limit 1000";

    private async Task<CsvColumns> ColumnsAsync(CancellationToken ct)
    {
        var told = await db.QueryAsync<ToldRow>(ToldSql, null, ct);
        return CsvColumns.With(told.ToDictionary(row => row.HeaderKey, row => Enum.TryParse<StatementField>(row.Meaning, out var field) ? field : (StatementField?)null, StringComparer.Ordinal));
    }

    private async Task<UploadedStatement> StoreAsync(Given given, IReadOnlyList<string> own, Actor actor, CancellationToken ct)
    {
        var terms = new StatementTerms(own.ToHashSet(StringComparer.Ordinal), await db.QuerySingleAsync<DateOnly>(TodaySql, null, ct));
        given.Content.Position = 0;
        var isOneC = await IsOneCAsync(given.Content, ct);
        given.Content.Position = 0;
        IStatementReader reader = isOneC ? new OneCReader(given.Content, terms) : new CsvStatementReader(new Undisposed(given.Content), terms, given.Account!, await ColumnsAsync(ct));
        var id = Guid.CreateVersion7();
        await db.InTransactionAsync(
            async transaction =>
            {
                // The rows lead to their statement, so it stands first; what the file turned out to hold is written when it has been read.
                await transaction.ExecuteAsync(
                    BeginSql,
                    new { id, state = "Preview", format = reader.Format.ToString(), fileName = given.FileName, sha256 = given.Sha256, bytes = given.Content.Length, encoding = "", account = isOneC ? null : given.Account, rows = 0, person = actor.UserId },
                    ct);
                var rows = await StatementRowCopy.RunAsync(transaction, id, reader, ct);
                await FinishAsync(transaction, id, rows, reader, given, actor, ct);
                return rows;
            },
            ct);
        return new UploadedStatement.Preview(id);
    }

    private const string ReadSql = "update bank_statements set encoding = @encoding, rows_read = @rows where statement_id = @id";

    private static async Task FinishAsync(DbTransaction transaction, Guid id, int rows, IStatementReader reader, Given given, Actor actor, CancellationToken ct)
    {
        await transaction.ExecuteAsync(ReadSql, new { id, encoding = reader.EncodingName, rows }, ct);
        foreach (var account in reader.Accounts)
        {
            await transaction.ExecuteAsync(AccountSql, new { id, account.Account, account.From, account.Until, account.OpeningTiyn, account.ReceivedTiyn, account.SpentTiyn, account.ClosingTiyn }, ct);
        }

        await KeepFileAsync(transaction, id, given.Content, ct);
        await StatementJudge.JudgeAsync(transaction, id, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("bank_statement.uploaded", "bank_statement", $"{id}").With(new { given.FileName, rows, sha256 = Convert.ToHexStringLower(given.Sha256) }), actor, ct);
    }

    private async Task<Guid> KeepAsync(Given given, Actor actor, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        return await db.InTransactionAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(
                    BeginSql,
                    new { id, state = "Columns", format = nameof(StatementFormat.Csv), fileName = given.FileName, sha256 = given.Sha256, bytes = given.Content.Length, encoding = "", account = given.Account, rows = 0, person = actor.UserId },
                    ct);
                await KeepFileAsync(transaction, id, given.Content, ct);
                return id;
            },
            ct);
    }

    private static async Task KeepFileAsync(DbTransaction transaction, Guid id, Stream content, CancellationToken ct)
    {
        content.Position = 0;
        await using var command = new NpgsqlCommand(FileSql, transaction.Connection);
        command.Parameters.AddWithValue("id", id);
        command.Parameters.Add(new NpgsqlParameter("content", NpgsqlDbType.Bytea) { Value = content });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <returns>The hash, or none when the file is larger than we take.</returns>
    private static async Task<byte[]?> CopyAsync(Stream from, Stream to, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await from.ReadAsync(buffer, ct)) > 0;)
        {
            if (to.Length + read > StatementLimits.FileBytes)
            {
                return null;
            }

            hash.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
        }

        return hash.GetHashAndReset();
    }

    private static async Task<bool> IsOneCAsync(Stream content, CancellationToken ct)
    {
        var start = new byte[44];
        var count = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
        var text = string.Concat(start.Take(count).Where(b => b is not (0 or 0xEF or 0xBB or 0xBF or 0xFF or 0xFE)).Select(b => (char)b));
        return count == 0 ? throw new UnreadableStatementException(new FileFault(FileFaultCode.Empty)) : text.StartsWith(StatementLines.Mark, StringComparison.Ordinal);
    }

    private static UploadedStatement.Refused Refused(FileFault fault) => new(fault);

    private sealed record Given(string FileName, string? Account, byte[] Sha256, Stream Content);

    /// <summary>A reader that closes its stream must leave ours open: the file is stored after it was read.</summary>
    private sealed class Undisposed(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed record WaitingRow(string FileName, string? Account, byte[] FileSha256, byte[] Content);

    private sealed record ToldRow(string HeaderKey, string Meaning);
}

public abstract record UploadedStatement
{
    private UploadedStatement()
    {
    }

    /// <summary>Read; a person looks at it and imports or discards it.</summary>
    public sealed record Preview(Guid StatementId) : UploadedStatement;

    /// <summary>A CSV whose columns nobody has named yet.</summary>
    public sealed record NeedsColumns(Guid StatementId) : UploadedStatement;

    public sealed record Refused(FileFault Fault) : UploadedStatement;
}

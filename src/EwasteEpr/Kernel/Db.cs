using System.Data;
using Dapper;
using Npgsql;

namespace EwasteEpr.Kernel;

/// <summary>The way to the database: SQL in, rows out, so that nobody forgets the transaction or the cancellation.</summary>
public sealed class Db(NpgsqlDataSource source)
{
    /// <summary>For binary COPY and for commands that Dapper does not cover.</summary>
    public NpgsqlDataSource Source => source;

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: ct))).AsList();
    }

    public async Task<T?> QuerySingleOrDefaultAsync<T>(string sql, object? parameters, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: ct));
    }

    public async Task<T> QuerySingleAsync<T>(string sql, object? parameters, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: ct));
    }

    /// <summary>For a job that may take longer than a page.</summary>
    public async Task<T> QuerySingleAsync<T>(string sql, object? parameters, TimeSpan timeout, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<T>(new CommandDefinition(sql, parameters, commandTimeout: (int)timeout.TotalSeconds, cancellationToken: ct));
    }

    public async Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: ct));
    }

    /// <summary>Several statements as one: commits when <paramref name="work"/> returns, rolls back when it throws.</summary>
    /// <exception cref="OutcomeUnknownException">The connection was lost while committing: it may have happened or not.</exception>
    public async Task<T> InTransactionAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(work);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        var result = await work(new DbTransaction(connection, transaction));
        await CommitAsync(transaction);
        return result;
    }

    /// <summary>What the work would do, by doing it and taking everything back: a preview then knows every rule that the act knows.</summary>
    public async Task<T> RehearseAsync<T>(Func<DbTransaction, Task<T>> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(work);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        var result = await work(new DbTransaction(connection, transaction));
        await transaction.RollbackAsync(ct);
        return result;
    }

    // A commit that has begun is not cancelled: nobody could say afterwards what happened.
    private static async Task CommitAsync(NpgsqlTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (NpgsqlException problem) when (problem is not PostgresException || problem.SqlState is ['0', '8', ..] or ['5', '7', 'P', ..])
        {
            throw new OutcomeUnknownException(problem);
        }
    }
}

/// <summary>An open transaction, handed on by the service that owns it.</summary>
public sealed class DbTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction)
{
    public NpgsqlConnection Connection => connection;

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken ct) =>
        (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, transaction, cancellationToken: ct))).AsList();

    public Task<T?> QuerySingleOrDefaultAsync<T>(string sql, object? parameters, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, parameters, transaction, cancellationToken: ct));

    public Task<T> QuerySingleAsync<T>(string sql, object? parameters, CancellationToken ct) =>
        connection.QuerySingleAsync<T>(new CommandDefinition(sql, parameters, transaction, cancellationToken: ct));

    public Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: ct));

    /// <summary>For a statement over very many rows.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters, TimeSpan timeout, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, commandTimeout: (int)timeout.TotalSeconds, cancellationToken: ct));
}

/// <summary>The connection was lost while committing: the work may be done or not. The same idempotency key later tells the truth.</summary>
public sealed class OutcomeUnknownException(Exception inner) : Exception("The connection to the database was lost while committing: it is not known whether the work was done.", inner);

using EwasteEpr.Verification;
using Npgsql;

namespace EwasteEpr.Tests.Support;

/// <summary>A check must be able to fail: a scene in which everything holds is set once for a class, and each case breaks one rule of it as a superuser would.</summary>
/// <remarks>
/// What a case breaks is taken back with its transaction, so all cases share one database and one connection. The database goes
/// with the server at the end of the process.
/// </remarks>
/// <param name="set">Sets the scene, sees that everything holds, and leaves the database behind.</param>
internal sealed class Scene(Func<Task<TestDatabase>> set)
{
    private readonly SemaphoreSlim turn = new(1);
    private NpgsqlConnection? connection;

    /// <param name="invariant">How the name of the rule begins.</param>
    /// <param name="sabotage">What a superuser does.</param>
    /// <returns>What the check of that rule says while it is broken.</returns>
    public async Task<Finding> BreakAsync(string invariant, string sabotage)
    {
        var rule = Assert.Single(Verifier.All, one => one.Name.StartsWith(invariant, StringComparison.Ordinal));
        await turn.WaitAsync();
        try
        {
            connection ??= await OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var command = new NpgsqlCommand(sabotage, connection, transaction))
            {
                await command.ExecuteNonQueryAsync();
            }

            await using var check = new NpgsqlCommand("set local role ewaste_app; " + rule.Sql, connection, transaction); // as the nightly sweep: what only a superuser can read finds nothing
            await using var reader = await check.ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync());
            return new Finding(rule.Name, reader.GetInt64(reader.GetOrdinal("rows_checked")), reader["first_broken"] as string);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var database = await set();
        await database.Db.Source.DisposeAsync();
        return await database.Owner.OpenConnectionAsync();
    }
}

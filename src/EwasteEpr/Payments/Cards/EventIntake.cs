using System.Collections.Concurrent;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Payments.Cards;

/// <summary>Stores events, each once. Deliveries that come together are stored by one statement, and each is answered after its own commit.</summary>
/// <remarks>
/// A burst of deliveries takes a few connections and not the whole pool: they wait here in turn, and who comes to the front takes along all that wait.
/// Nothing is kept in memory that was answered: a killed process has answered only what is committed, and the provider sends the rest again.
/// </remarks>
internal sealed class EventIntake(Db db) : IDisposable
{
    private const int MostWriters = 4;
    private const int MostTogether = 64;
    private readonly SemaphoreSlim front = new(MostWriters);
    private readonly ConcurrentQueue<Waiting> queue = new();

    private const string StoreSql = """
        insert into provider_events (event_id, type, is_live, created_at, body)
        select * from unnest(@ids, @types, @lives, @times, @bodies)
        on conflict (event_id) do nothing
        """;

    public async Task StoreAsync(EventHead head, byte[] body, CancellationToken ct)
    {
        var mine = new Waiting(head, body);
        queue.Enqueue(mine);
        await front.WaitAsync(ct);
        try
        {
            while (!mine.IsTaken)
            {
                await StoreTogetherAsync();
            }
        }
        finally
        {
            front.Release();
        }

        await mine.Stored.Task;
    }

    public void Dispose() => front.Dispose();

    /// <summary>Not cancelled with the request that happens to stand in front: the others' events are in it.</summary>
    private async Task StoreTogetherAsync()
    {
        var together = new List<Waiting>();
        while (together.Count < MostTogether && queue.TryDequeue(out var next))
        {
            next.IsTaken = true;
            together.Add(next);
        }

        try
        {
            await StoreAsync(together);
            together.ForEach(one => one.Stored.TrySetResult());
        }
        catch (PostgresException) when (together.Count > 1)
        {
            await OneByOneAsync(together); // one of them cannot be kept: the others must not suffer
        }
        catch (Exception problem)
        {
            together.ForEach(one => one.Stored.TrySetException(problem));
        }
    }

    private async Task OneByOneAsync(List<Waiting> together)
    {
        foreach (var one in together)
        {
            try
            {
                await StoreAsync([one]);
                one.Stored.TrySetResult();
            }
            catch (Exception problem)
            {
                one.Stored.TrySetException(problem);
            }
        }
    }

    private async Task StoreAsync(List<Waiting> together)
    {
        if (together.Count == 0)
        {
            return;
        }

        // In one order, so that two statements with the same events never wait for each other in a circle.
        together.Sort((left, right) => string.CompareOrdinal(left.Head.EventId, right.Head.EventId));
        await using var connection = await db.Source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(StoreSql, connection);
        command.Parameters.AddWithValue("ids", together.ConvertAll(one => one.Head.EventId));
        command.Parameters.AddWithValue("types", together.ConvertAll(one => one.Head.Type));
        command.Parameters.AddWithValue("lives", together.ConvertAll(one => one.Head.IsLive));
        command.Parameters.AddWithValue("times", together.ConvertAll(one => one.Head.CreatedAt));
        command.Parameters.AddWithValue("bodies", together.ConvertAll(one => one.Body));
        await command.ExecuteNonQueryAsync();
    }

    private sealed record Waiting(EventHead Head, byte[] Body)
    {
        /// <summary>Somebody in front has it; set before its writer lets anybody else to the front.</summary>
        public volatile bool IsTaken;

        public TaskCompletionSource Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

using System.Threading.Channels;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>Takes a long table apart on another core while its earlier rows are judged.</summary>
/// <remarks>
/// The rows come out one by one, in their order and as the source gave them; what stops the source comes after the rows before it.
/// Memory: at most two dozen batches of about half a megabyte. So many, because a core that others want too runs some milliseconds and
/// then waits for its turn: with less between them, the two would spend a busy machine's time waiting for each other.
/// </remarks>
internal sealed class RowsAhead : IRowSource
{
    private const int Batches = 24;

    private readonly IRowSource source;
    private readonly RowHasher hasher;
    private readonly Channel<RowBatch> free = Channel.CreateUnbounded<RowBatch>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Channel<RowBatch> filled = Channel.CreateUnbounded<RowBatch>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource stop;
    private readonly Task reading;
    private RowBatch batch = new();
    private BatchRow row;
    private int at = -1;
    private int made = 1;

    /// <param name="source">Not touched by anybody else from now on until this is disposed; it is not disposed with this.</param>
    /// <param name="hasher">Works on the other core too.</param>
    public RowsAhead(IRowSource source, RowHasher hasher, CancellationToken ct)
    {
        this.source = source;
        this.hasher = hasher;
        stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        reading = Task.Run(() => ReadAheadAsync(stop.Token), ct);
    }

    public int RowNumber => row.Number;

    public int FieldCount => row.FieldCount;

    public ReadOnlySpan<byte> Raw => batch.RawOf(row);

    public bool HasBrokenQuotes => row.HasBrokenQuotes;

    public long BytesRead => batch.BytesRead;

    public RowHash Hash => row.Hash;

    public ReadOnlySpan<byte> Field(int index) => batch.FieldOf(row, index);

    public ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (++at >= batch.Count)
        {
            return NextBatchAsync(ct);
        }

        row = batch[at];
        return new ValueTask<bool>(true);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        // Whoever stops here does not want to hear what would have come later; what came before was thrown by ReadAsync.
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async ValueTask<bool> NextBatchAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        batch.Clear();
        free.Writer.TryWrite(batch);
        if (!filled.Reader.TryRead(out var next))
        {
            if (!await filled.Reader.WaitToReadAsync(ct))
            {
                await reading;
                return false;
            }

            filled.Reader.TryRead(out next);
        }

        batch = next!;
        at = 0;
        row = batch[at];
        return true;
    }

    private async Task ReadAheadAsync(CancellationToken ct)
    {
        RowBatch? open = null;
        try
        {
            var isMore = true;
            while (isMore)
            {
                open ??= await NextFreeAsync(ct);
                isMore = await TakeBuffered(open, ct);
                if (isMore)
                {
                    open.Add(source, hasher.Of(source));
                }

                if (open.IsFull)
                {
                    filled.Writer.TryWrite(open);
                    open = null;
                }
            }
        }
        finally
        {
            if (open is { Count: > 0 })
            {
                filled.Writer.TryWrite(open);
            }

            filled.Writer.Complete();
        }
    }

    /// <summary>One that was judged already, or a new one while there are few.</summary>
    private ValueTask<RowBatch> NextFreeAsync(CancellationToken ct)
    {
        if (free.Reader.TryRead(out var used))
        {
            return new ValueTask<RowBatch>(used);
        }

        return made < Batches ? new ValueTask<RowBatch>(NewBatch()) : free.Reader.ReadAsync(ct);
    }

    private RowBatch NewBatch()
    {
        made++;
        return new RowBatch();
    }

    /// <summary>All rows that are there without waiting, as far as they fit.</summary>
    /// <returns>Whether there is one more row, which is not taken yet.</returns>
    private ValueTask<bool> TakeBuffered(RowBatch into, CancellationToken ct)
    {
        while (true)
        {
            var read = source.ReadAsync(ct);
            if (!read.IsCompletedSuccessfully || !read.Result || into.IsFullWithOneMore)
            {
                return read;
            }

            into.Add(source, hasher.Of(source));
        }
    }
}

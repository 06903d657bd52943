namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Passes a stream on and remembers its beginning.</summary>
public sealed class EchoStream(Stream inner, int most) : Stream
{
    private readonly MemoryStream start = new();

    /// <summary>All of it is remembered.</summary>
    public bool IsWhole { get; private set; } = true;

    public ReadOnlyMemory<byte> Start => start.GetBuffer().AsMemory(0, (int)start.Length);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        IsWhole &= start.Length + count <= most;
        if (IsWhole)
        {
            start.Write(buffer.Span[..count]);
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Uploads are read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

using System.Text;
using System.Text.Unicode;

namespace EwasteEpr.Kernel.Tables;

/// <summary>Any text file as clean UTF-8: byte order mark removed, encoding found out or refused, never silently garbled.</summary>
/// <remarks>
/// While only ASCII has come by, the encoding is open. The first other byte decides: valid UTF-8 is UTF-8; bytes that read as
/// Russian or Kazakh letters are Windows-1251 or KZ-1048; anything else is refused with a question. UTF-16 needs its mark.
/// A zero byte is refused wherever it stands. Memory: one block.
/// </remarks>
public sealed class TextInputStream(Stream inner, TextEncoding? told) : Stream
{
    private const int BlockBytes = 64 * 1024;

    private readonly byte[] raw = new byte[BlockBytes];
    private int rawCount;
    private byte[] ready = new byte[BlockBytes];
    private int readyFrom;
    private int readyUntil;
    private int line = 1;
    private bool isStarted;
    private bool isEnded;
    private Decoder? decoder;
    private char[]? characters;

    /// <summary>What it turned out to be, as far as we have read.</summary>
    public TextEncoding Encoding { get; private set; } = told ?? TextEncoding.Ascii;

    /// <summary>Bytes taken from the file itself.</summary>
    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The first block as UTF-8, left in place for the reader that follows.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(CancellationToken ct)
    {
        while (readyFrom == readyUntil && !isEnded)
        {
            await FillAsync(ct);
        }

        return ready.AsMemory(readyFrom, readyUntil - readyFrom);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (isStarted && !isEnded && decoder is null && readyFrom == readyUntil && buffer.Length > 8 && await ReadInPlaceAsync(buffer, cancellationToken) is > 0 and var direct)
        {
            return direct;
        }

        var from = await PeekAsync(cancellationToken);
        var count = Math.Min(from.Length, buffer.Length);
        from[..count].CopyTo(buffer);
        readyFrom += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Tables are read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Good UTF-8 goes straight into the reader's own buffer; whatever is not good goes the long way.</summary>
    /// <returns>0 when the long way has to be gone.</returns>
    private async ValueTask<int> ReadInPlaceAsync(Memory<byte> buffer, CancellationToken ct)
    {
        buffer = buffer.Length > raw.Length ? buffer[..raw.Length] : buffer;
        raw.AsSpan(0, rawCount).CopyTo(buffer.Span);
        var count = await inner.ReadAsync(buffer[rawCount..], ct);
        isEnded = count == 0;
        BytesRead += count;
        rawCount += count;
        var block = buffer.Span[..rawCount];
        var isPlain = Ascii.IsValid(block);
        var end = isPlain ? block.Length : WholeCharacters(block);
        if (isEnded || block.Contains((byte)0) || (!isPlain && !Utf8.IsValid(block[..end])))
        {
            block.CopyTo(raw);
            TakeBlock(raw.AsSpan(0, rawCount));
            return 0;
        }

        Encoding = isPlain ? Encoding : TextEncoding.Utf8;
        line += block[..end].Count((byte)'\n');
        block[end..].CopyTo(raw);
        rawCount = block.Length - end;
        return end;
    }

    private async ValueTask FillAsync(CancellationToken ct)
    {
        // A full block makes the guess of encoding and separator better than whatever the network delivered first.
        var isFirst = !isStarted;
        do
        {
            var count = await inner.ReadAsync(raw.AsMemory(rawCount), ct);
            isEnded = count == 0;
            rawCount += count;
            BytesRead += count;
        }
        while (!isEnded && rawCount < raw.Length && isFirst);

        var block = raw.AsSpan(0, rawCount);
        if (!isStarted)
        {
            isStarted = true;
            block = block[TakeMark(block)..];
        }

        TakeBlock(block);
    }

    private void TakeBlock(ReadOnlySpan<byte> block)
    {
        readyFrom = readyUntil = 0;
        var used = decoder is null ? TakeUtf8(block) : Transcode(block);
        line += ready.AsSpan(0, readyUntil).Count((byte)'\n');
        var left = block[used..];
        left.CopyTo(raw);
        rawCount = left.Length;
    }

    private int TakeMark(ReadOnlySpan<byte> block)
    {
        var (encoding, length) = block switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (TextEncoding.Utf8, 3),
            [0xFF, 0xFE, ..] => (TextEncoding.Utf16LittleEndian, 2),
            [0xFE, 0xFF, ..] => (TextEncoding.Utf16BigEndian, 2),
            _ => (Encoding, 0),
        };
        Use(encoding);
        return length;
    }

    private void Use(TextEncoding encoding)
    {
        Encoding = encoding;
        decoder = TextEncodings.StrictDecoder(encoding);
        characters = decoder is null ? null : new char[BlockBytes + 2];
    }

    /// <summary>ASCII and UTF-8 go through as they are.</summary>
    private int TakeUtf8(ReadOnlySpan<byte> block)
    {
        RefuseZero(block);
        var firstForeign = block.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
        var end = firstForeign < 0 ? block.Length : WholeCharacters(block);
        if (firstForeign >= 0 && !Utf8.IsValid(block[..end]))
        {
            return NotUtf8(block);
        }

        if (firstForeign >= 0)
        {
            Encoding = TextEncoding.Utf8;
        }

        if (isEnded && end < block.Length)
        {
            return NotUtf8(block);
        }

        block[..end].CopyTo(ready);
        readyUntil = end;
        return end;
    }

    private int NotUtf8(ReadOnlySpan<byte> block)
    {
        // Two foreign letters that were good UTF-8 are no accident: the file began as UTF-8.
        var good = block[..TextEncodings.FirstInvalidUtf8(block)];
        if (Encoding == TextEncoding.Utf8 || CountForeign(good) >= 4)
        {
            throw Unreadable(TableProblemCode.EncodingBroken, block);
        }

        var guess = TextEncodings.GuessSingleByte(block);
        if (guess is null)
        {
            throw Unreadable(TableProblemCode.EncodingNotKnown, block);
        }

        Use(guess.Value);
        return Transcode(block);
    }

    private int Transcode(ReadOnlySpan<byte> block)
    {
        var count = 0;
        try
        {
            decoder!.Convert(block, characters, isEnded, out _, out count, out _);
        }
        catch (DecoderFallbackException)
        {
            throw Unreadable(TableProblemCode.EncodingBroken, block);
        }

        var text = characters.AsSpan(0, count);
        if (text.Contains('\0'))
        {
            throw new UnreadableTableException(new TableProblem(TableProblemCode.Binary, line + text[..text.IndexOf('\0')].Count('\n')));
        }

        var needed = System.Text.Encoding.UTF8.GetMaxByteCount(count);
        ready = ready.Length < needed ? new byte[needed] : ready;
        readyUntil = System.Text.Encoding.UTF8.GetBytes(text, ready);
        return block.Length;
    }

    private static int CountForeign(ReadOnlySpan<byte> block)
    {
        var count = 0;
        foreach (var b in block)
        {
            count += b >= 0x80 ? 1 : 0;
        }

        return count;
    }

    private void RefuseZero(ReadOnlySpan<byte> block)
    {
        var zero = block.IndexOf((byte)0);
        if (zero >= 0)
        {
            throw new UnreadableTableException(new TableProblem(TableProblemCode.Binary, line + block[..zero].Count((byte)'\n')));
        }
    }

    private UnreadableTableException Unreadable(TableProblemCode code, ReadOnlySpan<byte> block)
    {
        var bad = decoder is null ? TextEncodings.FirstInvalidUtf8(block) : 0;
        var lineStart = block[..bad].LastIndexOf((byte)'\n') + 1;
        var lineEnd = block[bad..].IndexOfAny((byte)'\n', (byte)'\r');
        var seen = TextEncodings.Visible(block[lineStart..(lineEnd < 0 ? block.Length : bad + lineEnd)]);
        return new UnreadableTableException(new TableProblem(code, line + block[..bad].Count((byte)'\n'), seen));
    }

    /// <summary>A character cut by the end of the block waits for the next one.</summary>
    private static int WholeCharacters(ReadOnlySpan<byte> block)
    {
        for (var back = 1; back <= Math.Min(3, block.Length); back++)
        {
            var b = block[^back];
            if (b >= 0xC0)
            {
                var length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return length > back ? block.Length - back : block.Length;
            }

            if (b < 0x80)
            {
                break;
            }
        }

        return block.Length;
    }
}

namespace EwasteEpr.Kernel.Tables;

/// <summary>Opens CSV, tab-separated text or XLSX, told apart by their first bytes, never by a name.</summary>
public static class TableFile
{
    /// <param name="stream">Read once, from where it stands; disposed with the rows.</param>
    /// <param name="encoding">Said by a person after we had to ask; none to find out.</param>
    /// <param name="tempFolder">Where a workbook stands while it is read, for at most that long.</param>
    /// <param name="sense">Which names a header has.</param>
    /// <param name="ct">Stops.</param>
    /// <exception cref="UnreadableTableException">It is none of them, or it breaks a limit.</exception>
    public static async Task<IRowSource> OpenAsync(Stream stream, TextEncoding? encoding, string? tempFolder, HeaderSense sense, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var start = new byte[8];
        var count = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
        RefuseKnownStranger(start.AsSpan(0, count));
        var whole = new JoinedStream(start.AsMemory(0, count), stream);
        return start.AsSpan().StartsWith("PK\u0003\u0004"u8)
            ? await WorkbookRows.OpenAsync(await TempFileAsync(whole, tempFolder, ct), sense, ct)
            : await SeparatedRows.OpenAsync(whole, encoding, sense, ct);
    }

    private static void RefuseKnownStranger(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
        {
            throw new UnreadableTableException(new TableProblem(TableProblemCode.OldWorkbook));
        }

        if (start.StartsWith("%PDF"u8) || start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) || start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
            || start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) || start.StartsWith("Rar!"u8) || start.StartsWith("7z\u00BC"u8) || start.StartsWith("{\\rtf"u8))
        {
            throw new UnreadableTableException(new TableProblem(TableProblemCode.Binary));
        }
    }

    /// <summary>A workbook's directory stands at its end, so it has to be a file; the file has no name for others and goes with its handle.</summary>
    private static async Task<Stream> TempFileAsync(Stream from, string? folder, CancellationToken ct)
    {
        var file = TempFiles.Create(folder);
        try
        {
            var buffer = new byte[64 * 1024];
            int count;
            while ((count = await from.ReadAsync(buffer, ct)) > 0)
            {
                if (file.Length + count > TableLimits.WorkbookBytes)
                {
                    throw new UnreadableTableException(new TableProblem(TableProblemCode.TooLarge, Expected: $"{TableLimits.WorkbookBytes / (1024 * 1024)}"));
                }

                await file.WriteAsync(buffer.AsMemory(0, count), ct);
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
        finally
        {
            await from.DisposeAsync();
        }
    }
}

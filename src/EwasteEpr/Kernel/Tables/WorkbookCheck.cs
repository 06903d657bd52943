using System.Buffers;
using System.IO.Compression;

namespace EwasteEpr.Kernel.Tables;

/// <summary>Looks through a workbook before anything of it is understood: sizes, parts, foreign links, DTDs.</summary>
/// <remarks>
/// Sizes are checked twice: as the file declares them, and by counting while it unpacks into nothing, because a bomb lies.
/// Memory: one buffer.
/// </remarks>
internal static class WorkbookCheck
{
    /// <returns>Whether some cell of some sheet holds an error instead of a value.</returns>
    /// <exception cref="UnreadableTableException">The file is not a workbook we would open.</exception>
    public static async Task<bool> RunAsync(Stream file, CancellationToken ct)
    {
        if (file.Length > TableLimits.WorkbookBytes)
        {
            throw Refuse(TableProblemCode.TooLarge, Megabytes(TableLimits.WorkbookBytes));
        }

        bool hasErrors;
        try
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            CheckDeclared(zip);
            hasErrors = await CountAsync(zip, ct);
        }
        catch (InvalidDataException problem)
        {
            throw new UnreadableTableException(new TableProblem(TableProblemCode.Damaged), problem);
        }

        file.Position = 0;
        return hasErrors;
    }

    private static void CheckDeclared(ZipArchive zip)
    {
        if (zip.Entries.Count > TableLimits.WorkbookParts || zip.Entries.Any(entry => entry.Length > TableLimits.WorkbookUnpackedBytes) || zip.Entries.Sum(entry => entry.Length) > TableLimits.WorkbookUnpackedBytes)
        {
            throw Refuse(TableProblemCode.TooLargeUnpacked, Megabytes(TableLimits.WorkbookUnpackedBytes));
        }

        if (zip.Entries.Any(entry => entry.FullName.Contains("externalLinks/", StringComparison.OrdinalIgnoreCase)))
        {
            throw Refuse(TableProblemCode.ExternalLinks, "");
        }

        if (!zip.Entries.Any(entry => entry.FullName.EndsWith("workbook.xml", StringComparison.OrdinalIgnoreCase)))
        {
            throw Refuse(TableProblemCode.Damaged, "");
        }
    }

    private static async Task<bool> CountAsync(ZipArchive zip, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            long all = 0;
            var hasErrors = false;
            foreach (var entry in zip.Entries)
            {
                var isXml = entry.Name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || entry.Name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase);
                var isSharedText = entry.Name.Equals("sharedStrings.xml", StringComparison.OrdinalIgnoreCase);
                var isSheet = entry.FullName.Contains("worksheets/", StringComparison.OrdinalIgnoreCase) && isXml;
                var carried = 0; // the end of the block before, so that nothing hides on a seam
                long size = 0;
                await using var part = await entry.OpenAsync(ct);
                int count;
                while ((count = await part.ReadAtLeastAsync(buffer.AsMemory(carried), buffer.Length - carried, throwOnEndOfStream: false, ct)) > 0)
                {
                    if (isXml && size == 0 && HasDtd(buffer.AsSpan(0, count)))
                    {
                        throw Refuse(TableProblemCode.Dtd, "");
                    }

                    if (isSheet)
                    {
                        var block = buffer.AsSpan(0, carried + count);
                        hasErrors |= HasErrorCell(block);
                        carried = Math.Min(ErrorCellBytes - 1, block.Length);
                        block[^carried..].CopyTo(buffer);
                    }

                    size += count;
                    all += count;
                    if (all > TableLimits.WorkbookUnpackedBytes || (isSharedText && size > TableLimits.SharedTextBytes))
                    {
                        throw Refuse(TableProblemCode.TooLargeUnpacked, Megabytes(isSharedText ? TableLimits.SharedTextBytes : TableLimits.WorkbookUnpackedBytes));
                    }
                }
            }

            return hasErrors;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private const int ErrorCellBytes = 5;

    private static bool HasErrorCell(ReadOnlySpan<byte> block) => block.IndexOf("t=\"e\""u8) >= 0 || block.IndexOf("t='e'"u8) >= 0;

    /// <summary>A document type stands before the first element; the XML reader refuses it too, wherever and however it is written.</summary>
    private static bool HasDtd(ReadOnlySpan<byte> start) => start.IndexOf("<!DOCTYPE"u8) >= 0 || start.IndexOf("<!ENTITY"u8) >= 0;

    private static UnreadableTableException Refuse(TableProblemCode code, string limit) => new(new TableProblem(code, Expected: limit));

    private static string Megabytes(long bytes) => (bytes / (1024 * 1024)).ToString(System.Globalization.CultureInfo.InvariantCulture);
}

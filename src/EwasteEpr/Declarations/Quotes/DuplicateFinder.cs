using System.Runtime.InteropServices;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>Finds rows that say exactly the same, every copy of them, in any number of rows and little memory.</summary>
/// <remarks>
/// Hashes fall into 64 buckets; a full bucket goes to a temporary file and is read back alone at the end. Memory: 1 MB, and
/// at the end one bucket (half a megabyte for a million rows). Up to 65 000 rows no file is needed. At most
/// <see cref="MostListed"/> copies are listed; the number counts all of them.
/// </remarks>
internal sealed class DuplicateFinder(string? tempFolder) : IDisposable
{
    public const int MostListed = 1_000_000;
    private const int Buckets = 64;
    private const int BucketRows = 1024;

    private readonly Entry[][] open = CreateBuckets();
    private readonly int[] counts = new int[Buckets];
    private readonly List<long>[] written = [.. Enumerable.Range(0, Buckets).Select(_ => new List<long>())];
    private FileStream? file;
    private long fileLength;

    public void Add(RowHash hash, int row, bool isWarned)
    {
        var bucket = (int)(hash.High >> 58);
        if (counts[bucket] == BucketRows)
        {
            Write(bucket);
        }

        open[bucket][counts[bucket]++] = new Entry(hash, row, isWarned);
    }

    /// <returns>Every row that has a twin, in the order of rows, each with the row of another copy.</returns>
    public Duplicates Find()
    {
        var found = new List<Duplicate>();
        long count = 0;
        var scratch = new Scratch(Enumerable.Range(0, Buckets).Max(CountOf));
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            Load(bucket, scratch.Entries);
            count += FindIn(scratch.Entries.AsSpan(0, CountOf(bucket)), scratch, found);
        }

        found.Sort((a, b) => a.Row.CompareTo(b.Row));
        return new Duplicates(count, found);
    }

    public void Dispose() => file?.Dispose();

    private int CountOf(int bucket) => (written[bucket].Count * BucketRows) + counts[bucket];

    private static long FindIn(ReadOnlySpan<Entry> entries, Scratch scratch, List<Duplicate> found)
    {
        var mask = Scratch.SlotsFor(entries.Length) - 1;
        var slots = scratch.Slots.AsSpan(0, mask + 1);
        var hasTwin = scratch.HasTwin.AsSpan(0, entries.Length);
        slots.Clear();
        hasTwin.Clear();
        long count = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            var slot = (int)(entries[i].Low & (uint)mask);
            while (slots[slot] != 0 && !entries[slots[slot] - 1].IsSame(entries[i]))
            {
                slot = (slot + 1) & mask;
            }

            if (slots[slot] == 0)
            {
                slots[slot] = i + 1;
                continue;
            }

            var first = slots[slot] - 1;
            count += hasTwin[first] ? 1 : 2;
            if (!hasTwin[first] && found.Count < MostListed)
            {
                found.Add(new Duplicate(entries[first].Row, entries[i].Row, entries[first].IsWarned));
            }

            hasTwin[first] = true;
            if (found.Count < MostListed)
            {
                found.Add(new Duplicate(entries[i].Row, entries[first].Row, entries[i].IsWarned));
            }
        }

        return count;
    }

    private void Write(int bucket)
    {
        file ??= TempFiles.Create(tempFolder);
        written[bucket].Add(fileLength);
        var bytes = MemoryMarshal.AsBytes(open[bucket].AsSpan(0, BucketRows));
        RandomAccess.Write(file.SafeFileHandle, bytes, fileLength);
        fileLength += bytes.Length;
        counts[bucket] = 0;
    }

    private void Load(int bucket, Entry[] entries)
    {
        var at = 0;
        foreach (var offset in written[bucket])
        {
            var into = MemoryMarshal.AsBytes(entries.AsSpan(at, BucketRows));
            for (var done = 0; done < into.Length;)
            {
                var count = RandomAccess.Read(file!.SafeFileHandle, into[done..], offset + done);
                done += count > 0 ? count : throw new EndOfStreamException("The temporary file lost its end.");
            }

            at += BucketRows;
        }

        open[bucket].AsSpan(0, counts[bucket]).CopyTo(entries.AsSpan(at));
    }

    private static Entry[][] CreateBuckets()
    {
        var buckets = new Entry[Buckets][];
        for (var i = 0; i < Buckets; i++)
        {
            buckets[i] = new Entry[BucketRows];
        }

        return buckets;
    }

    /// <summary>Room for one bucket, used for all of them in turn.</summary>
    private sealed class Scratch(int mostEntries)
    {
        public Entry[] Entries { get; } = new Entry[mostEntries];

        public int[] Slots { get; } = new int[SlotsFor(mostEntries)];

        public bool[] HasTwin { get; } = new bool[mostEntries];

        public static int SlotsFor(int entries) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(entries * 2, 16));
    }

    /// <summary>96 bits of the hash beside those that chose the bucket: 16 bytes a row.</summary>
    private readonly struct Entry(RowHash hash, int row, bool isWarned)
    {
        private readonly uint high = (uint)(hash.High & uint.MaxValue);
        private readonly int rowAndFlag = (row << 1) | (isWarned ? 1 : 0);

        public ulong Low { get; } = hash.Low;

        public int Row => rowAndFlag >> 1;

        public bool IsWarned => (rowAndFlag & 1) != 0;

        public bool IsSame(in Entry other) => Low == other.Low && high == other.high;
    }
}

/// <param name="Row">A row that has a twin.</param>
/// <param name="Twin">The first copy; for the first copy itself the second.</param>
/// <param name="IsWarned">The row had a warning already.</param>
internal readonly record struct Duplicate(int Row, int Twin, bool IsWarned);

/// <param name="Count">All copies, also those beyond the list.</param>
internal sealed record Duplicates(long Count, IReadOnlyList<Duplicate> Listed);

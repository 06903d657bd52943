using System.Buffers.Binary;
using System.Numerics;

namespace EwasteEpr.Declarations.Drafts;

/// <summary>64 bits of what a declarant wrote in a line, the same on every machine: equal lines have equal hashes.</summary>
/// <remarks>Finds exact duplicates among a million lines; among so many, two different ones share a hash once in some 40 million files. Not for secrets.</remarks>
internal static class ContentHash
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15;

    public static long Of(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> more) => unchecked((long)Finish(Mix(Mix((ulong)encoded.Length, encoded), more)));

    private static ulong Mix(ulong hash, ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            while (bytes.Length >= 8)
            {
                hash = BitOperations.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * Prime, 31);
                bytes = bytes[8..];
            }

            ulong rest = (ulong)bytes.Length << 56;
            for (var i = 0; i < bytes.Length; i++)
            {
                rest |= (ulong)bytes[i] << (8 * i);
            }

            return BitOperations.RotateLeft((hash ^ rest) * Prime, 31);
        }
    }

    private static ulong Finish(ulong hash)
    {
        unchecked
        {
            hash = (hash ^ (hash >> 33)) * 0xFF51_AFD7_ED55_8CCD;
            hash = (hash ^ (hash >> 33)) * 0xC4CE_B9FE_1A85_EC53;
            return hash ^ (hash >> 33);
        }
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>128 bits of a row's content, seeded anew in each process so that nobody can prepare two rows that look the same.</summary>
/// <remarks>Two lanes of 64 bits: two different rows agree with a chance of about 2^-64, among a million rows 10^-8. It only ever decides about a warning.</remarks>
internal readonly record struct RowHash(ulong High, ulong Low)
{
    private const ulong SaltA = 0x9E37_79B9_7F4A_7C15;
    private const ulong SaltB = 0xC2B2_AE3D_27D4_EB4F;

    private static readonly ulong SeedA = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
    private static readonly ulong SeedB = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    public static RowHash Start => new(SeedA, SeedB);

    public RowHash Add(ReadOnlySpan<byte> field)
    {
        var (a, b) = (High, Low);
        // Mixed in last, where nobody's bytes can undo it.
        var length = (ulong)field.Length;
        while (field.Length > 32)
        {
            a = Mixed(a ^ Read(field), Read(field[8..]) ^ SaltA);
            b = Mixed(b ^ Read(field[16..]), Read(field[24..]) ^ SaltB);
            field = field[32..];
        }

        // The rest in words that overlap: the length is in the hash, so each rest still has words of its own.
        if (field.Length >= 16)
        {
            a = Mixed(a ^ Read(field), Read(field[8..]) ^ SaltA);
            b = Mixed(b ^ Read(field[^16..]), Read(field[^8..]) ^ SaltB);
        }
        else
        {
            a = Mixed(a ^ AsciiDigits.Load(field), AsciiDigits.Load(field.Length > 8 ? field[^8..] : default) ^ SaltA);
            b = Mixed(b, SaltB);
        }

        return new RowHash(Mixed(a ^ SeedB ^ length, b), Mixed(b ^ SeedA, ulong.RotateLeft(a, 29) ^ length));
    }

    private static ulong Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    /// <remarks>The low half is multiplied once more: that is quicker than to wait for the one that BigMul leaves in memory.</remarks>
    private static ulong Mixed(ulong first, ulong second) => Math.BigMul(first, second, out _) ^ unchecked(first * second);
}

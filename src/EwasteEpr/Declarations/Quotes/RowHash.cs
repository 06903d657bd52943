using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>128 bits of a row's content, seeded anew in each process so that nobody can prepare two rows that look the same.</summary>
/// <remarks>Two lanes of 64 bits: two different rows agree with a chance of about 2^-64, among a million rows 10^-8. It only ever decides about a warning.</remarks>
internal readonly record struct RowHash(ulong High, ulong Low)
{
    private static readonly ulong SeedA = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
    private static readonly ulong SeedB = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    public static RowHash Start => new(SeedA, SeedB);

    public RowHash Add(ReadOnlySpan<byte> field)
    {
        var (a, b) = (High, Low ^ (uint)field.Length);
        while (field.Length >= 32)
        {
            a = Mixed(a ^ Read(field), Read(field[8..]) ^ 0x9E37_79B9_7F4A_7C15);
            b = Mixed(b ^ Read(field[16..]), Read(field[24..]) ^ 0xC2B2_AE3D_27D4_EB4F);
            field = field[32..];
        }

        Span<byte> last = stackalloc byte[32];
        last.Clear();
        field.CopyTo(last);
        a = Mixed(a ^ Read(last), Read(last[8..]) ^ 0x9E37_79B9_7F4A_7C15);
        b = Mixed(b ^ Read(last[16..]), Read(last[24..]) ^ 0xC2B2_AE3D_27D4_EB4F);
        return new RowHash(Mixed(a ^ SeedB, b), Mixed(b ^ SeedA, ulong.RotateLeft(a, 29)));
    }

    private static ulong Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private static ulong Mixed(ulong first, ulong second)
    {
        var high = Math.BigMul(first, second, out var low);
        return high ^ low;
    }
}

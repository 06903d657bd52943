using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace EwasteEpr.Kernel;

/// <summary>Digits of a file, eight at a time: a number is read in a few steps whatever its length, so that the processor never guesses wrong where it ends.</summary>
internal static class AsciiDigits
{
    private const ulong Zeros = 0x3030_3030_3030_3030;

    /// <summary>Up to eight bytes as one word, the first byte lowest, zero beyond the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(ReadOnlySpan<byte> text) => text.Length switch
    {
        >= 8 => BinaryPrimitives.ReadUInt64LittleEndian(text),
        >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(text) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[^4..]) << ((text.Length - 4) * 8)),
        > 0 => text[0] | ((ulong)text[text.Length / 2] << (text.Length / 2 * 8)) | ((ulong)text[^1] << ((text.Length - 1) * 8)),
        _ => 0,
    };

    /// <summary>One to eight digits and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> digits, out uint value)
    {
        if (digits.Length is 0 or > 8)
        {
            value = 0;
            return false;
        }

        var missing = (8 - digits.Length) * 8;
        // Zeros in front: the shift leaves low bytes empty, and those come first in the text.
        var word = (Load(digits) << missing) | (missing == 0 ? 0 : Zeros >> (64 - missing));
        value = Value(word ^ Zeros);
        return IsDigits(word);
    }

    /// <param name="digits">Eight values from 0 to 9, the most significant lowest.</param>
    public static uint Value(ulong digits)
    {
        unchecked
        {
            var pairs = (digits * 10) + (digits >> 8);
            var low = (pairs & 0x0000_00FF_0000_00FF) * 0x000F_4240_0000_0064;
            var high = ((pairs >> 16) & 0x0000_00FF_0000_00FF) * 0x0000_2710_0000_0001;
            return (uint)((low + high) >> 32);
        }
    }

    private static bool IsDigits(ulong word)
    {
        const ulong HighHalves = 0xF0F0_F0F0_F0F0_F0F0;
        unchecked
        {
            return ((word & HighHalves) | (((word + 0x0606_0606_0606_0606) & HighHalves) >> 4)) == 0x3333_3333_3333_3333;
        }
    }
}

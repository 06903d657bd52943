using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace EwasteEpr.Kernel.Tables;

/// <summary>Encodings a table may come in.</summary>
public enum TextEncoding
{
    /// <summary>Nothing but ASCII so far: all of them agree.</summary>
    Ascii,
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,

    /// <summary>Russian Windows.</summary>
    Windows1251,

    /// <summary>Kazakh Windows: 1251 with the Kazakh letters in the places of the Serbian and Macedonian ones.</summary>
    Kz1048,
}

internal static class TextEncodings
{
    /// <summary>Letters, and the marks that office programs put into Russian and Kazakh texts: № « » – — “ ” „ … ° ² and the no-break space.</summary>
    private static readonly SearchValues<byte> RussianBytes = SearchValues.Create(
        [.. Enumerable.Range(0xC0, 0x40).Select(b => (byte)b), 0xA8, 0xB8, 0xB9, 0xAB, 0xBB, 0x96, 0x97, 0xA0, 0x93, 0x94, 0x84, 0x85, 0x91, 0x92, 0x95, 0xB0, 0xB1, 0xB7, 0xA7, 0xA9, 0xAE, 0x99, 0xB2, 0xB3, 0xAD, 0xB5]);

    private static readonly SearchValues<byte> KazakhBytes = SearchValues.Create(KazakhPairs().Select(pair => pair.Byte).ToArray());

    private static readonly SearchValues<byte> Letters = SearchValues.Create([.. Enumerable.Range(0xC0, 0x40).Select(b => (byte)b)]);

    /// <summary>Where KZ-1048 (STRK 1048-2002) differs from Windows-1251.</summary>
    public static IEnumerable<(byte Byte, char Letter)> KazakhPairs() =>
    [
        (0x8D, 'Қ'), (0x8E, 'Һ'), (0x9D, 'қ'), (0x9E, 'һ'), (0xA1, 'Ұ'), (0xA2, 'ұ'), (0xA3, 'Ә'), (0xA5, 'Ө'), (0xAA, 'Ғ'), (0xAF, 'Ү'),
        (0xB4, 'ө'), (0xBA, 'ғ'), (0xBC, 'ә'), (0xBD, 'Ң'), (0xBE, 'ң'), (0xBF, 'ү'),
    ];

    /// <summary>None for what is UTF-8 already.</summary>
    public static Decoder? StrictDecoder(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Utf16LittleEndian => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true).GetDecoder(),
        TextEncoding.Utf16BigEndian => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true).GetDecoder(),
        TextEncoding.Windows1251 => new SingleByteDecoder(SingleByteTable(isKazakh: false)),
        TextEncoding.Kz1048 => new SingleByteDecoder(SingleByteTable(isKazakh: true)),
        _ => null,
    };

    /// <summary>Russian or Kazakh, if every byte speaks for it and there is at least a word's worth of letters; else we do not know.</summary>
    public static TextEncoding? GuessSingleByte(ReadOnlySpan<byte> block)
    {
        var letters = 0;
        var isKazakh = false;
        foreach (var b in block)
        {
            if (b < 0x80)
            {
                continue;
            }

            letters += Letters.Contains(b) ? 1 : 0;
            if (!RussianBytes.Contains(b))
            {
                if (!KazakhBytes.Contains(b))
                {
                    return null;
                }

                isKazakh = true;
            }
        }

        return letters < 3 || !LooksRussian(block) ? null : isKazakh ? TextEncoding.Kz1048 : TextEncoding.Windows1251;
    }

    public static int FirstInvalidUtf8(ReadOnlySpan<byte> block)
    {
        var at = 0;
        while (at < block.Length)
        {
            if (Rune.DecodeFromUtf8(block[at..], out _, out var length) != OperationStatus.Done)
            {
                return at;
            }

            at += length;
        }

        return block.Length;
    }

    /// <summary>What can be shown of bytes that we could not read.</summary>
    public static string Visible(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 4 * TableLimits.ShownCharacters)]);
        return text.Length > TableLimits.ShownCharacters ? text[..TableLimits.ShownCharacters] : text;
    }

    /// <summary>
    /// In Russian and Kazakh texts small letters follow each other and capitals stand first. The same bytes in another single-byte
    /// encoding (866, KOI8-R, Latin-1) break that pattern: KOI8-R swaps the cases, Latin-1 mixes single letters into ASCII words.
    /// </summary>
    private static bool LooksRussian(ReadOnlySpan<byte> block)
    {
        var good = 0;
        var bad = 0;
        for (var i = 1; i < block.Length; i++)
        {
            var (before, here) = (block[i - 1], block[i]);
            if (here < 0xC0)
            {
                continue;
            }

            var afterSmall = before >= 0xE0;
            var afterCapital = before is >= 0xC0 and < 0xE0;
            good += (here >= 0xE0 && (afterSmall || afterCapital)) || (here < 0xE0 && !afterSmall && !char.IsAsciiLetter((char)before)) ? 1 : 0;
            bad += (here < 0xE0 && afterSmall) || char.IsAsciiLetter((char)before) ? 1 : 0;
        }

        return good > 4 * bad;
    }

    private static char[] SingleByteTable(bool isKazakh)
    {
        var bytes = new byte[256];
        for (var i = 0; i < 256; i++)
        {
            bytes[i] = (byte)i;
        }

        var table = CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetChars(bytes);
        foreach (var (at, letter) in isKazakh ? KazakhPairs() : [])
        {
            table[at] = letter;
        }

        return table;
    }

    private sealed class SingleByteDecoder(char[] table) : Decoder
    {
        public override int GetCharCount(byte[] bytes, int index, int count) => count;

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
        {
            for (var i = 0; i < byteCount; i++)
            {
                chars[charIndex + i] = table[bytes[byteIndex + i]];
            }

            return byteCount;
        }
    }
}

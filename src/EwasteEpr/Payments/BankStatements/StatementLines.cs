using System.Text;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>The lines of a statement, whatever its encoding and line ends; memory is one block and one line.</summary>
/// <remarks>
/// The format has words that every file holds, so its encoding is found out and not believed: banks write <c>Кодировка=Windows</c> over UTF-8 and the other way round.
/// Windows-1251 is read as KZ-1048, which differs only in letters that no Russian text has and every Kazakh one does.
/// </remarks>
public sealed class StatementLines
{
    /// <summary>The first word of every file.</summary>
    public const string Mark = "1CClientBankExchange";

    private const int BlockBytes = 64 * 1024;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream stream;
    private readonly byte[] bytes = new byte[BlockBytes];
    private readonly char[] characters = new char[BlockBytes + 2];
    private readonly StringBuilder line = new();
    private Decoder? decoder;
    private int characterFrom;
    private int characterUntil;
    private bool isEnded;
    private bool afterReturn;

    public StatementLines(Stream stream) => this.stream = stream;

    /// <summary>What the file turned out to be.</summary>
    public string EncodingName { get; private set; } = "";

    /// <summary>The number of the line that was read last; the first is 1.</summary>
    public int LineNo { get; private set; }

    /// <summary>The next line without its end, or none after the last.</summary>
    /// <exception cref="UnreadableStatementException">The file cannot be read on from here.</exception>
    public async ValueTask<string?> ReadAsync(CancellationToken ct)
    {
        line.Clear();
        while (true)
        {
            if (characterFrom == characterUntil && !await FillAsync(ct))
            {
                LineNo += line.Length > 0 ? 1 : 0;
                return line.Length > 0 ? line.ToString() : null;
            }

            if (afterReturn && characters[characterFrom] == '\n')
            {
                characterFrom++;
                afterReturn = false;
                continue;
            }

            afterReturn = false;
            var rest = characters.AsSpan(characterFrom, characterUntil - characterFrom);
            var end = rest.IndexOfAny('\r', '\n', '\0');
            var taken = end < 0 ? rest : rest[..end];
            if (line.Length + taken.Length > StatementLimits.LineCharacters)
            {
                throw Refused(FileFaultCode.LineTooLong);
            }

            line.Append(taken);
            characterFrom += taken.Length;
            if (end < 0)
            {
                continue;
            }

            if (rest[end] == '\0')
            {
                throw Refused(FileFaultCode.Binary);
            }

            afterReturn = rest[end] == '\r';
            characterFrom++;
            LineNo++;
            return line.ToString();
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (isEnded)
        {
            return false;
        }

        // A full block makes the guess of the encoding better than whatever the network delivered first.
        var count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        isEnded = count < bytes.Length;
        var block = bytes.AsMemory(0, count);
        if (decoder is null)
        {
            block = block[Choose(block.Span)..];
        }

        try
        {
            characterFrom = 0;
            characterUntil = decoder!.GetChars(block.Span, characters, flush: isEnded);
        }
        catch (DecoderFallbackException)
        {
            throw Refused(FileFaultCode.EncodingBroken);
        }

        return characterUntil > 0 || await FillAsync(ct);
    }

    /// <returns>How many bytes of a mark to leave out.</returns>
    private int Choose(ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty)
        {
            throw Refused(FileFaultCode.Empty);
        }

        var (name, chosen, mark) = block switch
        {
            [0xEF, 0xBB, 0xBF, ..] => ("UTF-8", Utf8.GetDecoder(), 3),
            [0xFF, 0xFE, ..] => ("UTF-16", TextEncodings.StrictDecoder(TextEncoding.Utf16LittleEndian), 2),
            [0xFE, 0xFF, ..] => ("UTF-16", TextEncodings.StrictDecoder(TextEncoding.Utf16BigEndian), 2),
            _ => (NameOf(block), null, 0),
        };
        EncodingName = name;
        decoder = chosen ?? name switch
        {
            "UTF-8" => Utf8.GetDecoder(),
            "CP866" => CodePagesEncodingProvider.Instance.GetEncoding(866)!.GetDecoder(),
            _ => TextEncodings.StrictDecoder(TextEncoding.Kz1048)!,
        };
        return mark;
    }

    private string NameOf(ReadOnlySpan<byte> block)
    {
        if (!block.StartsWith("1CClientBankExchange"u8))
        {
            throw Refused(block.Contains((byte)0) ? FileFaultCode.Binary : FileFaultCode.NotAStatement);
        }

        // "Секция" and "Дата" stand in every file, near its beginning.
        ReadOnlySpan<string> words = ["Секция", "Дата", "РасчСчет"];
        foreach (var word in words)
        {
            if (block.IndexOf(Encoding.UTF8.GetBytes(word)) >= 0)
            {
                return "UTF-8";
            }

            if (block.IndexOf(CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(word)) >= 0)
            {
                return "Windows-1251";
            }

            if (block.IndexOf(CodePagesEncodingProvider.Instance.GetEncoding(866)!.GetBytes(word)) >= 0)
            {
                return "CP866";
            }
        }

        throw Refused(block.Length > 200 ? FileFaultCode.EncodingNotKnown : FileFaultCode.Truncated);
    }

    private UnreadableStatementException Refused(FileFaultCode code) => new(new FileFault(code, LineNo + 1));
}

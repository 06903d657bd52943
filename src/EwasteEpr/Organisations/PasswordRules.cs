using System.Globalization;
using System.Text;

namespace EwasteEpr.Organisations;

/// <summary>What a password must be: long enough, and not one that everybody tries first. Nothing about kinds of characters.</summary>
/// <remarks>
/// OWASP ASVS 5.0, 6.2: at least 8 and better 15, at least 64 allowed, no composition rules, checked against common passwords
/// and words of the context. We take 12: with a brake of at most some hundred guesses a day 12 characters outside the common ones
/// are ample, and 15 drives people who share a counter PC to paper. Length is counted in code points, so Cyrillic is not punished.
/// </remarks>
public static class PasswordRules
{
    public const int MinLength = 12;
    public const int MaxLength = 128;
    private const int ContextMinLength = 4;

    private static readonly HashSet<string> Common = LoadCommon();
    private static readonly int LongestCommon = Common.Max(word => word.Length);

    /// <param name="password">As typed; spaces count and stay.</param>
    /// <param name="context">Words an attacker knows: user name, e-mail, person's and organisation's names.</param>
    public static PasswordProblem Check(string? password, IEnumerable<string> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var text = Normalise(password ?? "");
        var length = text.EnumerateRunes().Count();
        if (length < MinLength)
        {
            return PasswordProblem.TooShort;
        }

        if (length > MaxLength)
        {
            return PasswordProblem.TooLong;
        }

        var plain = Plain(text);
        if (ContextWords(context).Any(word => plain.Replace(word, "", StringComparison.Ordinal).Length < 6 && plain.Contains(word, StringComparison.Ordinal)))
        {
            return PasswordProblem.TooPersonal;
        }

        return IsCommon(plain) ? PasswordProblem.Common : PasswordProblem.None;
    }

    /// <summary>One form for what keyboards write in several. What is no text, which the runtime refuses to normalise, counts as U+FFFD.</summary>
    public static string Normalise(string password) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(password)).Replace('\uFFFE', '\uFFFD').Normalize(NormalizationForm.FormC);

    /// <summary>Made of at most two pieces that everybody tries: a word of the list, a run such as 123456, a repetition.</summary>
    private static bool IsCommon(string text)
    {
        var pieces = new int[text.Length + 1];
        Array.Fill(pieces, 99);
        pieces[0] = 0;
        for (var start = 0; start < text.Length; start++)
        {
            if (pieces[start] >= 2)
            {
                continue;
            }

            for (var end = start + 1; end <= text.Length; end++)
            {
                if (IsPiece(text.AsSpan(start, end - start), isWhole: start == 0 && end == text.Length))
                {
                    pieces[end] = Math.Min(pieces[end], pieces[start] + 1);
                }
            }
        }

        return pieces[text.Length] <= 2;
    }

    private static bool IsPiece(ReadOnlySpan<char> piece, bool isWhole) =>
        piece.Length <= LongestCommon && (IsWord(piece) || IsWord(Unleet(piece))) ||
        IsDigits(piece) && (piece.Length <= 4 || IsRun(piece)) ||
        IsRun(piece) ||
        (isWhole || piece.Length >= 6) && IsRepetition(piece);

    private static bool IsWord(ReadOnlySpan<char> piece) => Common.GetAlternateLookup<ReadOnlySpan<char>>().Contains(piece);

    private static bool IsDigits(ReadOnlySpan<char> piece) => !piece.ContainsAnyExceptInRange('0', '9');

    /// <summary>Each character is the next one, the one before, or the same: 1234, zyx, aaaa.</summary>
    private static bool IsRun(ReadOnlySpan<char> piece)
    {
        if (piece.Length < 3)
        {
            return false;
        }

        var step = piece[1] - piece[0];
        if (step is < -1 or > 1)
        {
            return false;
        }

        for (var i = 2; i < piece.Length; i++)
        {
            // 9 then 0 goes on counting
            if (piece[i] - piece[i - 1] != step && !(piece[i] == '0' && piece[i - 1] == '9' && step == 1))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A unit of one to four characters, or a word of the list, again and again.</summary>
    private static bool IsRepetition(ReadOnlySpan<char> piece)
    {
        for (var unit = 1; unit <= piece.Length / 2; unit++)
        {
            if (piece.Length % unit != 0 || unit > 4 && !IsWord(piece[..unit]))
            {
                continue;
            }

            var i = unit;
            while (i < piece.Length && piece[i] == piece[i - unit])
            {
                i++;
            }

            if (i == piece.Length)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> ContextWords(IEnumerable<string> context) =>
        context.SelectMany(text => text.Split(['@', '.', ' ', '-', '_', '«', '»', '"'], StringSplitOptions.RemoveEmptyEntries))
            .Select(Plain).Where(word => word.Length >= ContextMinLength).Append("ewasteepr").Append("ewaste");

    /// <summary>Lower case, letters and digits only: "P@ss word-1!" and "password1" are the same guess.</summary>
    private static string Plain(string text) =>
        new([.. text.ToLower(CultureInfo.InvariantCulture).Replace('@', 'a').Replace('$', 's').Where(char.IsLetterOrDigit)]);

    private static ReadOnlySpan<char> Unleet(ReadOnlySpan<char> piece)
    {
        var letters = new char[piece.Length];
        for (var i = 0; i < piece.Length; i++)
        {
            letters[i] = piece[i] switch { '0' => 'o', '1' => 'i', '3' => 'e', '4' => 'a', '5' => 's', '7' => 't', '8' => 'b', var other => other };
        }

        return letters;
    }

    private static HashSet<string> LoadCommon()
    {
        using var stream = typeof(PasswordRules).Assembly.GetManifestResourceStream("Organisations/CommonPasswords.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#')).ToHashSet(StringComparer.Ordinal);
    }
}

public enum PasswordProblem
{
    None,
    TooShort,
    TooLong,
    Common,
    TooPersonal,
}

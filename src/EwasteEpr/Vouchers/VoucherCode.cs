using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers;

/// <summary>Ten random characters of Crockford's base 32 (50 bits) and a check character (Luhn mod 32), as people type it.</summary>
/// <remarks>The check finds every single wrong character and nearly every swap of neighbours, before anybody is suspected of guessing.</remarks>
public readonly record struct VoucherCode
{
    public const int Length = 11;
    private readonly string? text;

    private VoucherCode(string text) => this.text = text;

    public static VoucherCode New()
    {
        var body = Crockford.Random(Length - 1);
        return new VoucherCode(body + CheckCharacter(body));
    }

    /// <summary>For codes derived from a seed, as the demonstration's are.</summary>
    public static VoucherCode FromBody(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return body.Length == Length - 1 ? new VoucherCode(body + CheckCharacter(body)) : throw new ArgumentException("Ten characters.", nameof(body));
    }

    /// <summary>False when something else than eleven characters of the alphabet was typed, or the check character does not fit.</summary>
    public static bool TryParse(string? typed, out VoucherCode code)
    {
        code = default;
        if (Crockford.Normalise(typed) is not { Length: Length } normal || CheckCharacter(normal[..^1]) != normal[^1])
        {
            return false;
        }

        code = new VoucherCode(normal);
        return true;
    }

    /// <summary>In groups of four, as it is printed and read aloud.</summary>
    public string Grouped => $"{ToString()[..4]} {ToString()[4..8]} {ToString()[8..]}";

    public override string ToString() => text ?? throw new InvalidOperationException("Not a code.");

    /// <summary>From the right every second character counts double, digits of the double added (in base 32), so that the whole sum is a multiple of 32.</summary>
    private static char CheckCharacter(string body)
    {
        const int n = 32;
        var sum = 0;
        var factor = 2;
        for (var i = body.Length - 1; i >= 0; i--)
        {
            var addend = factor * Crockford.Alphabet.IndexOf(body[i], StringComparison.Ordinal);
            sum += addend / n + addend % n;
            factor = 3 - factor;
        }

        return Crockford.Alphabet[(n - sum % n) % n];
    }
}

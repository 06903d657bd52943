using System.Security.Cryptography;
using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>A browser that somebody has signed in from carries a mark of that; it is counted by itself, so a stranger's guesses do not lock its owner out.</summary>
/// <remarks>
/// OWASP's device cookie. The mark opens nothing: it only says whose count an attempt is. Nothing is stored; the signature binds a random
/// number to the person, and guesses with a stolen mark are braked as guesses at an account are.
/// </remarks>
public sealed class KnownDevices(Secrets secrets)
{
    private const int NonceBytes = 16;

    public string NewToken(PersonId person)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));
        return nonce + Convert.ToHexStringLower(Signature(nonce, person));
    }

    /// <returns>The device's number, or none for a mark that is not this person's.</returns>
    public string? Read(string? token, PersonId person)
    {
        if (token is not { Length: (NonceBytes + SHA256.HashSizeInBytes) * 2 } || !token.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        var nonce = token[..(NonceBytes * 2)];
        return CryptographicOperations.FixedTimeEquals(Convert.FromHexString(token[(NonceBytes * 2)..]), Signature(nonce, person)) ? nonce : null;
    }

    private byte[] Signature(string nonce, PersonId person) => secrets.Hash("known-device", $"{nonce}:{person}");
}

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers;

/// <summary>What only has to be recognised is a keyed hash; what its owner reads again is sealed. One place for both.</summary>
public sealed class VoucherSecrets(Secrets secrets)
{
    private const int LiveCharacters = 10; // 50 bits for one minute
    private static readonly TimeSpan LiveStep = TimeSpan.FromSeconds(30);

    public byte[] Code(VoucherCode code) => secrets.Hash("voucher-code", code.ToString());

    /// <summary>Over code and PIN together: four digits alone could be tried out against a stolen table.</summary>
    public byte[] Pin(VoucherCode code, string pin) => secrets.Hash("voucher-pin", code + ":" + pin);

    /// <summary>A browser, known by the random value of its cookie: the owner's proof, and what limits are counted by.</summary>
    public byte[] Device(string cookie) => secrets.Hash("giver-device", cookie);

    /// <summary>A phone number in the form +77011234567.</summary>
    public byte[] Phone(string number) => secrets.Hash("giver-phone", number);

    /// <summary>Who or what is guessing: <c>cashier:…</c>, <c>merchant:…</c>, <c>address:…</c>, <c>code:…</c>.</summary>
    public byte[] Guesser(string subject) => secrets.Hash("voucher-guesser", subject);

    public byte[] Seal(VoucherCode code) => secrets.Seal("voucher-code", code.ToString());

    public byte[] SealPin(string pin) => secrets.Seal("voucher-pin", pin);

    public VoucherCode OpenCode(byte[] box) => VoucherCode.TryParse(secrets.OpenText("voucher-code", box), out var code) ? code : throw new CryptographicException("The sealed code is none.");

    public string OpenPin(byte[] box) => secrets.OpenText("voucher-pin", box);

    public static string NewPin() => RandomNumberGenerator.GetInt32(10_000).ToString("D4", CultureInfo.InvariantCulture);

    /// <summary>What the live QR holds: <c>CODE.step.mac</c>. The database, not this node's clock, judges how old the step is.</summary>
    public string Live(VoucherCode code, DateTimeOffset databaseTime)
    {
        var step = databaseTime.ToUnixTimeSeconds() / (long)LiveStep.TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"{code}.{step}.{Mac(code, step)}");
    }

    /// <summary>The code of a live QR and when it was drawn, or null when it is not ours.</summary>
    public LiveProof? ReadLive(string? scanned)
    {
        if (scanned is not { Length: < 60 } || scanned.Split('.') is not [var typed, var stepText, var mac] || !VoucherCode.TryParse(typed, out var code)
            || !long.TryParse(stepText, NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step > 10_000_000_000)
        {
            return null;
        }

        var expected = System.Text.Encoding.ASCII.GetBytes(Mac(code, step));
        return CryptographicOperations.FixedTimeEquals(expected, System.Text.Encoding.ASCII.GetBytes(mac))
            ? new LiveProof(code, DateTimeOffset.FromUnixTimeSeconds(step * (long)LiveStep.TotalSeconds))
            : null;
    }

    private string Mac(VoucherCode code, long step)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, step);
        return Crockford.From(secrets.Hash("voucher-live", code + ":" + Convert.ToHexString(bytes)), LiveCharacters);
    }
}

/// <param name="DrawnAt">The beginning of the half minute in which the QR was drawn, by the database's clock.</param>
public sealed record LiveProof(VoucherCode Code, DateTimeOffset DrawnAt);

using System.Net;
using System.Net.Sockets;
using EwasteEpr.Kernel;

namespace EwasteEpr.Vouchers.Redeeming;

/// <summary>Whose wrong codes and PINs are counted together, and how many each may make before waiting.</summary>
internal static class GuessLimits
{
    private const int OfCashier = 10;
    private const int OfMerchant = 40; // a market hall of tills
    private const int OfAddress = 30; // an office or a bazaar behind one address
    private const int OfCode = 5; // four digits have to outlive them

    public static GuessSubjects AtTill(VoucherSecrets secrets, Till till, VoucherCode? code, Actor actor) => new(
        secrets,
        [("merchant:" + till.Merchant, OfMerchant), (till.Cashier is { } cashier ? "cashier:" + cashier : "key:" + till.ApiKeyId, OfCashier), .. Address(actor.Address), .. Code(code)]);

    /// <summary>Somebody without an account, at a voucher's page.</summary>
    public static GuessSubjects AtThePage(VoucherSecrets secrets, VoucherCode? code, Actor actor) => new(secrets, [.. Address(actor.Address), .. Code(code)]);

    private static IEnumerable<(string, int)> Code(VoucherCode? code) => code is { } known ? [("code:" + known, OfCode)] : [];

    /// <summary>One subscriber has one IPv4 address, or a whole /64 of IPv6.</summary>
    private static IEnumerable<(string, int)> Address(string? address)
    {
        if (address is null)
        {
            return [];
        }

        var network = IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexStringLower(parsed.GetAddressBytes().AsSpan(0, 8))
            : address;
        return [("address:" + network, OfAddress)];
    }
}

internal sealed class GuessSubjects(VoucherSecrets secrets, IReadOnlyList<(string Name, int Patience)> subjects)
{
    public byte[][] Hashes { get; } = [.. subjects.Select(subject => secrets.Guesser(subject.Name))];

    public int[] Patience { get; } = [.. subjects.Select(subject => subject.Patience)];
}

using System.Globalization;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Settlements as they are written: the same in all languages.</summary>
public static class SettlementNames
{
    public static string Of(long number) => string.Create(CultureInfo.InvariantCulture, $"S-{number:000000}");

    public static StatusKind Kind(string state) => state switch { "Paid" => StatusKind.Done, "Ordered" => StatusKind.InWork, "Held" => StatusKind.NeedsReason, _ => StatusKind.Waiting };

    public static string Number(this SettlementRow row) => Of(row?.Number ?? 0);
}

using EwasteEpr.Treatment.Batches;
using EwasteEpr.Treatment.Fractions;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>The shapes of states.</summary>
internal static class BatchWords
{
    public static StatusKind Shape(BatchRow row) => row.State switch
    {
        "Open" => StatusKind.InWork,
        "Closed" => row.UnconfirmedGrams > 0 ? StatusKind.Waiting : StatusKind.Done,
        _ => StatusKind.Stopped,
    };

    public static StatusKind Shape(BatchOutputRow row) => row.State switch { "Confirmed" => StatusKind.Done, "Shipped" => StatusKind.InWork, "Cancelled" => StatusKind.Stopped, _ => StatusKind.Waiting };

    public static StatusKind Shape(ShipmentRow row) => row.State switch { "Confirmed" => row.ConfirmedGrams < row.Grams ? StatusKind.NeedsReason : StatusKind.Done, "Shipped" => StatusKind.Waiting, _ => StatusKind.Stopped };
}

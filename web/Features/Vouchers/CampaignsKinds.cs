using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>The shape that stands for a state.</summary>
public static class CampaignsKinds
{
    public static StatusKind Of(string state) => state switch
    {
        "Open" or "Posted" or "Active" or "Issued" or "Redeemed" => StatusKind.Done,
        "Proposed" or "Pending" => StatusKind.Waiting,
        "Paused" or "Held" or "Suspended" => StatusKind.NeedsReason,
        "Cancelled" or "Expired" => StatusKind.Stopped,
        _ => StatusKind.Missing,
    };
}

using EwasteEpr.Payments.Cards;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Payments.Cards;

/// <summary>The shapes that states of card payments have.</summary>
public static class CardWords
{
    public static StatusKind Shape(AttemptState state) => state switch
    {
        AttemptState.Paid => StatusKind.Done,
        AttemptState.Created or AttemptState.Open => StatusKind.Waiting,
        AttemptState.Held => StatusKind.NeedsReason,
        AttemptState.Refused => StatusKind.Stopped,
        _ => StatusKind.Missing,
    };

    public static StatusKind ShapeOfRefund(string state) => state switch
    {
        "Requested" => StatusKind.Waiting,
        "Approved" or "Sent" => StatusKind.InWork,
        "Succeeded" => StatusKind.Done,
        "Failed" => StatusKind.Stopped,
        _ => StatusKind.Missing,
    };

    public static StatusKind ShapeOfEvent(string state) => state switch
    {
        "Applied" => StatusKind.Done,
        "Pending" => StatusKind.Waiting,
        "Held" => StatusKind.NeedsReason,
        _ => StatusKind.Missing,
    };
}

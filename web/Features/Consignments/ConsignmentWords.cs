using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Tickets;
using EwasteEpr.Web.Features.Shared;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Consignments;

/// <summary>Shapes and sentences that several pages share.</summary>
internal static class ConsignmentWords
{
    public static StatusKind Kind(string state) => state switch
    {
        "Agreed" or "Resolved" => StatusKind.Done,
        "Discrepant" => StatusKind.NeedsReason,
        "Cancelled" or "Returned" => StatusKind.Stopped,
        "Prepared" => StatusKind.Waiting,
        _ => StatusKind.InWork,
    };

    public static StatusKind Kind(TicketState state) => state switch
    {
        TicketState.Ready or TicketState.Done => StatusKind.Done,
        TicketState.OutOfTolerance or TicketState.NeedsCount or TicketState.NeedsSplit or TicketState.NotReceived => StatusKind.NeedsReason,
        _ => StatusKind.Stopped,
    };

    public static string Sentence(this HandoverOutcome refused, IStringLocalizer<ConsignmentsText> text) => refused switch
    {
        HandoverOutcome.WrongCode { Left: 0 } => text["Code.Dead"],
        HandoverOutcome.WrongCode wrong => text["Code.Wrong", wrong.Left],
        HandoverOutcome.NotCertified missing => text["Prepare.NotCertified", missing.Category],
        _ => text["Code.WrongState"],
    };

    /// <summary>Signed, so that nobody has to guess which scale showed more.</summary>
    public static string Gap(this Format format, long grams) => (grams > 0 ? "+" : grams < 0 ? "−" : "") + format.KilogramsBare(EwasteEpr.Kernel.Weight.FromGrams(Math.Abs(grams)));
}

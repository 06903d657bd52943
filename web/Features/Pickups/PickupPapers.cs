using EwasteEpr.TakeBack.Pickups;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Pickups;

/// <summary>The three papers of a list: each when its fact is there.</summary>
internal static class PickupPapers
{
    /// <summary>Where anybody asks whether the paper fits our record: by its number and the mass on it.</summary>
    public static Paper WithVerification(this Paper paper, PickupDetails details, HttpRequest request) => details.Pickup.State == PickupState.Received
        ? paper with { VerifyAddress = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{request.Scheme}://{request.Host}/kk/verify/paper?number={paper.Number}&figure={details.Assets.Sum(asset => asset.Grams ?? 0) / 1000m}") }
        : paper;

    /// <param name="kind">act, receipt or data.</param>
    /// <returns>None for a paper whose fact is not there yet.</returns>
    public static Paper? Of(string kind, PickupDetails? details, string back, IStringLocalizer<PickupsText> text) => (kind, details) switch
    {
        (_, null) => null,
        ("act", { Pickup.State: PickupState.Booked or PickupState.Received }) => Make("ActPrint", details, text["Act.Title", details.Pickup.Number], "A-", back),
        ("receipt", { Pickup.State: PickupState.Received }) => Make("ReceiptPrint", details, text["Rec.Title", details.Pickup.Number], "R-", back),
        ("data", { IsDataDone: true }) => Make("DataPrint", details, text["Dat.Title", details.Pickup.Number], "D-", back),
        _ => null,
    };

    private static Paper Make(string view, PickupDetails details, string title, string prefix, string back) =>
        new($"/Features/Pickups/{view}.cshtml", new PickupPaper(details), title, prefix + details.Pickup.Number) { BackAddress = back };
}

using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Fractions;

/// <param name="Output">Which output of a closed batch.</param>
/// <param name="NotificationNo">Of the Basel notification, where the fraction crosses a border and is not of Annex IX.</param>
public sealed record NewShipment(Guid Output, Weight Mass, string Buyer, string Country, string? NotificationNo, string? BaselCode, DateOnly? ShippedOn);

public abstract record ShipOutcome
{
    private ShipOutcome()
    {
    }

    /// <param name="Token">Stands in the QR of the paper that travels with the load; the page keeps it for its owner only.</param>
    public sealed record Shipped(string Number, string Token) : ShipOutcome;

    public sealed record Refused(ShipProblem Why, Weight Left) : ShipOutcome;
}

public enum ShipProblem
{
    NotFound,
    NoBuyer,
    UnknownCountry,
    DayOutOfReach,

    /// <summary>More than is left of the output.</summary>
    NotEnough,

    /// <summary>It crosses a border without a Basel code, or without the number of its notification.</summary>
    PapersMissing,
}

/// <summary>What the buyer's page shows: nothing of anybody else.</summary>
public sealed record ConfirmationView(
    string Number, string State, long Grams, string Fraction, string NameKk, string NameRu, string NameEn, string? WasteCode, string Operation, string OperationKk, string OperationRu, string OperationEn,
    string SenderKk, string SenderRu, string SiteKk, string SiteRu, string Batch, string BuyerName, string Country, DateOnly ShippedOn, long? ConfirmedGrams, DateOnly? ConfirmedOn, string? ConfirmedByName, string? LessReason,
    DateTimeOffset? ConfirmedAt)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };

    public string OperationName(string language) => language switch { "kk" => OperationKk, "ru" => OperationRu, _ => OperationEn };

    public string Sender(string language) => language == "kk" ? SenderKk : SenderRu;

    public string Site(string language) => language == "kk" ? SiteKk : SiteRu;
}

/// <summary>The buyer's word: one fact.</summary>
/// <param name="EnteredOn">The day on which it entered the process.</param>
/// <param name="LessReason">Needed where less is confirmed than was sent.</param>
public sealed record BuyerWord(Weight Mass, DateOnly EnteredOn, string Name, string? LessReason);

public enum ConfirmOutcome
{
    Confirmed,
    NotFound,

    /// <summary>Confirmed before; the page says when and how much.</summary>
    Already,
    MoreThanSent,
    NoReason,
    NoName,
    DayOutOfReach,
}

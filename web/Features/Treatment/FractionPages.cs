using System.ComponentModel.DataAnnotations;
using EwasteEpr.Organisations;
using EwasteEpr.Treatment.Fractions;
using EwasteEpr.Treatment.Stock;

namespace EwasteEpr.Web.Features.Treatment;

public sealed record FractionsPage(
    OrganisationAccess Access, IReadOnlyList<FractionStock> Stock, IReadOnlyList<ShipmentRow> Shipments, string? Next, string? Fraction, string? State, string? Done);

public sealed record ShipPage(OrganisationAccess Access, FractionStock Fraction, ShipForm Form);

public sealed class ShipForm
{
    public string? Kg { get; set; }

    [StringLength(200)]
    public string? Buyer { get; set; }

    [StringLength(2)]
    public string? Country { get; set; }

    [StringLength(60)]
    public string? NotificationNo { get; set; }

    [StringLength(10)]
    public string? BaselCode { get; set; }

    public DateOnly? ShippedOn { get; set; }

    public static ShipForm Of(FractionStock fraction)
    {
        ArgumentNullException.ThrowIfNull(fraction);
        return new ShipForm { Kg = BatchForm.Kilograms(fraction.LeftGrams), Buyer = fraction.DestinationName, Country = fraction.DestinationCountry };
    }
}

/// <param name="Address">What the QR holds.</param>
public sealed record LoadPage(OrganisationAccess Access, ShipmentRow Shipment, string Address);

public sealed record ConfirmPage(ConfirmationView Load, string Token, ConfirmForm Form, bool IsNew);

public sealed class ConfirmForm
{
    public string? Kg { get; set; }

    public DateOnly? EnteredOn { get; set; }

    [StringLength(200)]
    public string? Name { get; set; }

    [StringLength(500)]
    public string? Reason { get; set; }
}

public sealed record SiteStockPage(OrganisationAccess Access, IReadOnlyList<SiteRow> Sites, IReadOnlyList<StockLot> Lots, string? Site, string? Category);

public sealed record BalancePage(OrganisationAccess Access, IReadOnlyList<SiteRow> Sites, IReadOnlyList<SiteBalance> Rows, EwasteEpr.Kernel.Period Period, string? Site, EwasteEpr.Kernel.Period Current);

using System.ComponentModel.DataAnnotations;
using EwasteEpr.Organisations;
using EwasteEpr.TakeBack.Containers;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Pickups;
using EwasteEpr.TakeBack.Points;

namespace EwasteEpr.Web.Features.Pickups;

public sealed record PickupsPage(OrganisationAccess Access, IReadOnlyList<PickupRow> Rows, bool IsReceiver);

/// <param name="Points">That take from organisations; those of the organisation's own region first.</param>
public sealed record PickupPage(
    OrganisationAccess Access, PickupDetails Details, IReadOnlyList<GuideItem> Items, IReadOnlyList<CollectionPoint> Points, BookingForm Booking, string? Pasted, PickupSaid Said);

/// <summary>What has just happened.</summary>
/// <param name="Rows">Rows of a pasted list that could not be read.</param>
public sealed record PickupSaid(string? Done, int Added, string? Rows);

public sealed record ReceivePage(OrganisationAccess Access, PickupDetails Details, IReadOnlyList<ContainerRow> Containers, IReadOnlyList<ReceiveLine> Lines, string? Done);

/// <summary>For the papers, which have both state languages.</summary>
public sealed record PickupPaper(PickupDetails Details)
{
    public PickupRow Pickup => Details.Pickup;
}

public sealed class BookingForm
{
    public string? Point { get; set; }

    public PickupWay Way { get; set; }

    public DateOnly? Day { get; set; }

    public PickupPart Part { get; set; }

    [StringLength(300)]
    public string? Address { get; set; }

    [StringLength(200)]
    public string? ContactName { get; set; }

    [StringLength(60)]
    public string? ContactPhone { get; set; }

    public bool Owner { get; set; }
}

/// <summary>One line as the counter counts it; texts, so that nothing typed is lost.</summary>
public sealed class ReceiveLine
{
    public Guid Asset { get; set; }

    public string? Units { get; set; }

    public string? Kg { get; set; }

    public Guid? Container { get; set; }

    public string? Bag { get; set; }
}

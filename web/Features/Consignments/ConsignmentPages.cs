using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Consignments.Sites;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Organisations;
using EwasteEpr.TakeBack.Intake;

namespace EwasteEpr.Web.Features.Consignments;

public sealed record SentPage(ShiftRow Shift, IReadOnlyList<ConsignmentRow> Rows, int Sealed, string? Next);

public sealed record PreparePage(ShiftRow Shift, PrepareForm Form, IReadOnlyList<SealedContainer> Containers, IReadOnlyList<SiteChoice> Sites, IReadOnlyList<CarrierChoice> Carriers);

public sealed class PrepareForm
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public IReadOnlyList<Guid> Containers { get; set; } = [];

    public Guid? Site { get; set; }

    public Guid? Carrier { get; set; }

    public string? Vehicle { get; set; }

    public string? Driver { get; set; }

    public Payer Payer { get; set; }

    public string? OwnSystem { get; set; }
}

/// <summary>One consignment, as the side that looks at it sees it.</summary>
/// <param name="Here">The address of this page.</param>
/// <param name="Code">A code that was just made: shown once.</param>
public sealed record ConsignmentPage(ConsignmentSide Side, ConsignmentDetails Details, IReadOnlyList<DiscrepancyRow> Discrepancies, string Here, string? Code, string? Said)
{
    public ConsignmentRow Consignment => Details.Consignment;

    public HandoverStep Step => Consignment.State == nameof(ConsignmentState.Prepared) ? HandoverStep.Despatch : HandoverStep.Delivery;

    /// <summary>The code of the step that is next is typed where this side stands.</summary>
    public bool MayHandOver => (Side, Consignment.State) is (ConsignmentSide.Sender or ConsignmentSide.Carrier, nameof(ConsignmentState.Prepared)) or (ConsignmentSide.Receiver or ConsignmentSide.Carrier, nameof(ConsignmentState.Despatched));
}

public sealed record PointConsignmentPage(ShiftRow Shift, ConsignmentPage Page);

public sealed record CarrierPage(OrganisationAccess Access, IReadOnlyList<ConsignmentRow> Rows, string? Next);

public sealed record CarrierConsignmentPage(OrganisationAccess Access, ConsignmentPage Page);

public sealed record DeliveriesPage(OrganisationAccess Access, IReadOnlyList<ConsignmentRow> Rows, string? Next);

public sealed record DeliveryPage(OrganisationAccess Access, ConsignmentPage Page);

/// <param name="Ask">The scale differs from what was sent by more than is allowed: weigh again, or confirm.</param>
public sealed record WeighInPage(
    OrganisationAccess Access, ConsignmentRow Consignment, TravellingContainer Container, WeighInForm Form, IReadOnlyList<ScaleRow> Scales, Tolerance Tolerance, IReadOnlyList<SplitRow> Split, SplitForm SplitForm, WeighInOutcome.NeedsConfirmation? Ask);

public sealed class WeighInForm
{
    public string? Gross { get; set; }

    public string? Tare { get; set; }

    public string? Packaging { get; set; }

    public string? Scale { get; set; }

    public string? Counted { get; set; }

    public string? Ticket { get; set; }

    public bool Confirmed { get; set; }
}

public sealed class SplitForm
{
    public DateOnly? Day { get; set; }

    public string? Sample { get; set; }

    /// <summary>Category -> percent, as typed.</summary>
    public Dictionary<string, string?> Percent { get; set; } = [];
}

public sealed record StockPage(
    OrganisationAccess Access, IReadOnlyList<StockSum> Sums, IReadOnlyList<StockRow> Rows, StockFilter Filter, string? Next, IReadOnlyList<OwnSite> Sites, IReadOnlyList<ScaleRow> Scales, IReadOnlyList<EntryRow> Entries, EntryForm Entry, string? StorageDays, string? Said);

public sealed class EntryForm
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public bool Opening { get; set; }

    public Guid? Site { get; set; }

    public string? Category { get; set; }

    public bool Household { get; set; }

    public string? Gross { get; set; }

    public string? Tare { get; set; }

    public string? Packaging { get; set; }

    public string? Scale { get; set; }

    public bool Estimated { get; set; }

    public string? Holder { get; set; }

    public string? HolderNumber { get; set; }

    public string? Document { get; set; }
}

public sealed record TicketsPage(OrganisationAccess Access, IReadOnlyList<OwnSite> Sites, TicketPreview? Preview, string? Said);

public sealed record DiscrepanciesPage(IReadOnlyList<DiscrepancyRow> Rows, string? State, string? Next, IReadOnlyList<EntryRow> Opening);

public sealed record DiscrepancyPage(DiscrepancyRow Row, string? Decision);

/// <summary>For the waybill, which has both state languages.</summary>
public sealed record WaybillPaper(ConsignmentDetails Details)
{
    public ConsignmentRow Consignment => Details.Consignment;
}

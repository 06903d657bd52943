using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Consignments.Sites;
using EwasteEpr.Consignments.Tickets;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Organisations;
using EwasteEpr.TakeBack.Intake;

namespace EwasteEpr.Web.Features.Consignments;

public sealed record SentPage(ShiftRow Shift, IReadOnlyList<ConsignmentRow> Rows, IReadOnlyList<SealedContainer> Sealed, string? Next);

public sealed record PreparePage(ShiftRow Shift, PrepareForm Form, IReadOnlyList<SealedContainer> Containers, IReadOnlyList<SiteChoice> Sites, IReadOnlyList<CarrierChoice> Carriers);

public sealed class PrepareForm
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public Guid[] Containers { get; set; } = [];

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
/// <param name="MayAct">Who looks may also do; readers of a recycler only look.</param>
public sealed record ConsignmentPage(ConsignmentSide Side, ConsignmentDetails Details, IReadOnlyList<DiscrepancyRow> Discrepancies, string Here, string? Code, bool MayAct = true)
{
    public ConsignmentRow Consignment => Details.Consignment;

    public ConsignmentState State => Enum.Parse<ConsignmentState>(Consignment.State);

    /// <summary>The code of the step that is next is typed where this side stands.</summary>
    public bool MayHandOver => MayAct && (Side, State) is (ConsignmentSide.Sender or ConsignmentSide.Carrier, ConsignmentState.Prepared) or (ConsignmentSide.Receiver or ConsignmentSide.Carrier, ConsignmentState.Despatched);

    /// <summary>Taken back by the point: before it leaves, or unopened.</summary>
    public bool MayCancel => MayAct && Side == ConsignmentSide.Sender && State == ConsignmentState.Prepared;

    public bool MayReturn => MayAct && Side == ConsignmentSide.Sender && State is ConsignmentState.Despatched or ConsignmentState.Received && Consignment.NetGrams is null;

    /// <summary>Weighed in at the site's scale.</summary>
    public bool MayWeigh => MayAct && Side == ConsignmentSide.Receiver && State is ConsignmentState.Received or ConsignmentState.Discrepant;

    public bool MayExplain => MayAct && Side is ConsignmentSide.Sender or ConsignmentSide.Receiver;
}

public sealed record PointConsignmentPage(ShiftRow Shift, ConsignmentPage Page);

/// <param name="Access">None: the operator's list.</param>
public sealed record ConsignmentListPage(OrganisationAccess? Access, ConsignmentSide Side, IReadOnlyList<ConsignmentRow> Rows, string? State, string Root, string? Next);

public sealed record ConsignmentOfSidePage(OrganisationAccess? Access, ConsignmentPage Page);

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

/// <param name="Scale">What was typed of a scale and could not be taken.</param>
public sealed record EntriesPage(OrganisationAccess Access, IReadOnlyList<OwnSite> Sites, IReadOnlyList<ScaleRow> Scales, IReadOnlyList<EntryRow> Entries, EntryForm Entry, ScaleForm Scale);

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

    public DateOnly? CountedOn { get; set; }
}

public sealed class ScaleForm
{
    public Guid? Site { get; set; }

    public string? No { get; set; }

    public DateOnly? Until { get; set; }

    public string? Certificate { get; set; }
}

public sealed record TicketsPage(OrganisationAccess Access, IReadOnlyList<OwnSite> Sites, IReadOnlyList<TicketFile> Files, TicketPreview? Preview);

public sealed record DiscrepanciesPage(IReadOnlyList<DiscrepancyRow> Rows, string? State, string? Next, IReadOnlyList<EntryRow> Opening);

public sealed record DiscrepancyPage(DiscrepancyRow Row, string? Decision);

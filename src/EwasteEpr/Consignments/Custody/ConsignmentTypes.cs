using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.Custody;

public enum ConsignmentState
{
    Prepared,
    Despatched,
    Received,
    Agreed,
    Discrepant,
    Resolved,
    Cancelled,
    Returned,
}

/// <summary>One gram, one payer: it goes with each lot to the end.</summary>
public enum Payer
{
    FeeFund,
    OwnSystem,
    Market,
    Sponsor,
}

/// <param name="Id">Made by the page: asked twice, it is one consignment.</param>
/// <param name="Carrier">None: the sender's own vehicle.</param>
/// <param name="OwnSystem">Whose own system pays; asked for with <see cref="Payer.OwnSystem"/> and for nothing else.</param>
public sealed record NewConsignment(Guid Id, IReadOnlyList<SentContainer> Containers, Guid Site, OrganisationId? Carrier, string? Vehicle, string? Driver, Payer Payer, Bin? OwnSystem);

/// <param name="WasteCode">None: the one proposed for its category and stream.</param>
public sealed record SentContainer(Guid ContainerId, string? WasteCode);

public abstract record PrepareOutcome
{
    private PrepareOutcome()
    {
    }

    /// <param name="Code">For the handover to the driver, shown now and never again; none when the same request came before.</param>
    public sealed record Prepared(string Number, string? Code) : PrepareOutcome;

    /// <summary>Not there, not sealed, another point's, or on the way already.</summary>
    public sealed record NotSealed(string? Container) : PrepareOutcome;

    public sealed record NothingChosen : PrepareOutcome;

    public sealed record NoSuchSite : PrepareOutcome;

    public sealed record NoSuchCarrier : PrepareOutcome;

    public sealed record NoSuchSystem : PrepareOutcome;

    public sealed record NoSuchWasteCode : PrepareOutcome;

    /// <summary>The site is not certified for this category now.</summary>
    public sealed record NotCertified(string Category) : PrepareOutcome;

    /// <summary>What can be used again travels apart from what is taken apart.</summary>
    public sealed record ReuseMixed : PrepareOutcome;

    public sealed record ReuseToRecycler : PrepareOutcome;
}

public enum EndOutcome
{
    Done,
    NotFound,

    /// <summary>Too late for it, or too early.</summary>
    WrongState,
}

public enum HandoverStep
{
    /// <summary>From the point to the driver.</summary>
    Despatch,

    /// <summary>From the driver to the site.</summary>
    Delivery,
}

public abstract record HandoverOutcome
{
    private HandoverOutcome()
    {
    }

    /// <param name="DeliveryCode">For the delivery, when this was the despatch: shown to the driver now and never again.</param>
    public sealed record Done(string? DeliveryCode) : HandoverOutcome;

    public sealed record NotFound : HandoverOutcome;

    public sealed record WrongState : HandoverOutcome;

    /// <param name="Left">Tries that are left; none: a new code is needed.</param>
    public sealed record WrongCode(int Left) : HandoverOutcome;

    /// <summary>The site lost its certification for this category since the consignment was prepared.</summary>
    public sealed record NotCertified(string Category) : HandoverOutcome;
}

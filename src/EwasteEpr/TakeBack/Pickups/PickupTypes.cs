using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Points;

namespace EwasteEpr.TakeBack.Pickups;

public enum PickupState
{
    Draft,
    Booked,
    Received,
    Cancelled,
}

public enum PickupWay
{
    /// <summary>Somebody comes for it.</summary>
    Fetched,

    /// <summary>The organisation brings it.</summary>
    Brought,
}

public enum PickupPart
{
    Morning,
    Afternoon,
}

public enum DataWish
{
    None,
    Wiped,
    Wipe,
    Destroy,
}

/// <summary>One line of an organisation's list.</summary>
/// <param name="UnuKey">None where its words named no kind: somebody must say what it is.</param>
public sealed record NewAsset(string Description, string? UnuKey, string? InventoryNo, string? Serial, int Units, DataWish Data);

/// <summary>What is agreed about the day.</summary>
public sealed record PickupBooking(string PointSlug, PickupWay Way, DateOnly Day, PickupPart Part, string Address, string ContactName, string ContactPhone);

public enum BookOutcome
{
    Booked,
    NotFound,

    /// <summary>Booked, received or cancelled before.</summary>
    NotDraft,
    NoAssets,

    /// <summary>Somebody must still say what a line is.</summary>
    KindsMissing,

    /// <summary>No such point, or it takes nothing from organisations, or not these things.</summary>
    PointDoesNotTake,

    /// <summary>Not before the second day from today, not after sixty days.</summary>
    DayOutOfReach,

    /// <summary>The point is closed that day.</summary>
    DayClosed,

    /// <summary>As many are booked for that day as the point can manage.</summary>
    DayFull,
}

/// <summary>A list of an organisation, with what became of it.</summary>
public sealed record PickupRow(
    Guid PickupId, string Number, OrganisationId OrganisationId, string OrganisationKk, string OrganisationRu, PickupState State, PickupWay? Way, DateOnly? Day, PickupPart? Part, string? Address, string? ContactName, string? ContactPhone,
    PointId? PointId, string? PointSlug, string? PointKk, string? PointRu, string? PointAddressKk, string? PointAddressRu, OrganisationId? ReceiverId, string? ReceiverKk, string? ReceiverRu,
    int Assets, int Units, long Grams, DateTimeOffset CreatedAt, DateTimeOffset? BookedAt, string? BookedBy, DateTimeOffset? ReceivedAt, string? ReceivedBy)
{
    public string Organisation(string language) => language == "kk" ? OrganisationKk : OrganisationRu;

    public string? Point(string language) => language == "kk" ? PointKk : PointRu;

    public string? PointAddress(string language) => language == "kk" ? PointAddressKk : PointAddressRu;

    public string? Receiver(string language) => language == "kk" ? ReceiverKk : ReceiverRu;
}

public sealed record AssetRow(
    Guid AssetId, int AssetNo, string Description, string? UnuKey, string? NameKk, string? NameRu, string? NameEn, string? KeyCategory, string? InventoryNo, string? Serial, int Units, DataWish DataChoice,
    int? ReceivedUnits, string? Category, long? Grams, string? Basis, string? ScaleNo, string? BagNo, string? Container, string? DataMethod, DateTimeOffset? DataDoneAt)
{
    public string? Kind(string language) => language switch { "ru" => NameRu, "en" => NameEn, _ => NameKk };

    public bool NeedsDataProof => DataChoice is DataWish.Wipe or DataWish.Destroy;
}

public sealed record PickupDetails(PickupRow Pickup, IReadOnlyList<AssetRow> Assets)
{
    public bool IsDataDone => Assets.Any(asset => asset.NeedsDataProof && asset.Grams is not null) && Assets.Where(asset => asset.NeedsDataProof && asset.Grams is not null).All(asset => asset.DataDoneAt is not null);
}

/// <summary>What the scale and the count say of one asset.</summary>
/// <param name="Grams">None where nothing of it came.</param>
public sealed record WeighedAsset(Guid AssetId, int Units, Weight? Grams, Guid? ContainerId, string? BagNo);

public abstract record ReceiveOutcome
{
    private ReceiveOutcome()
    {
    }

    public sealed record Received(Weight Total) : ReceiveOutcome;

    /// <summary>No such list for this point, or it was received before.</summary>
    public sealed record NotFound : ReceiveOutcome;

    public sealed record Problem(Guid AssetId, ReceiveProblem What) : ReceiveOutcome;
}

public enum ReceiveProblem
{
    /// <summary>Each line needs a count; what came needs a weight and a container.</summary>
    Incomplete,
    ContainerNotOpen,
    ContainerOtherCategory,
    ContainerFull,
    BagMissing,
    BagTaken,
}

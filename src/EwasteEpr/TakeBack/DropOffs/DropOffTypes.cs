using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.TakeBack.DropOffs;

/// <summary>In what state an appliance is: as its holder says, and later as the counter sees it.</summary>
public enum HeldCondition
{
    Working,
    Repairable,
    Broken,

    /// <summary>The holder did not say; the counter always does.</summary>
    Unknown,
}

/// <summary>What is to become of the data in it.</summary>
public enum DataChoice
{
    /// <summary>It holds none.</summary>
    None,
    Wiped,
    Wipe,
    Destroy,
}

/// <summary>Where a drop-off began.</summary>
public enum DropOffOrigin
{
    Web,
    Counter,
    Offline,
    Api,
}

/// <param name="ForReuse">The holder agrees that it is repaired and used again.</param>
public sealed record NewItem(string UnuKey, HeldCondition Condition, DataChoice DataChoice, bool ForReuse);

/// <param name="Owner">The secret of the browser that announces it; none for a walk-in and for programs.</param>
/// <param name="IsOwner">"I am the owner and give it up."</param>
public sealed record NewDropOff(DropOffOrigin Origin, string Language, PointId Point, IReadOnlyList<NewItem> Items, string? Owner, bool IsOwner);

public abstract record AnnounceOutcome
{
    private AnnounceOutcome()
    {
    }

    /// <param name="Reward">What was kept, or why nothing is.</param>
    public sealed record Announced(Guid DropOffId, string Code, string Passport, ReserveOutcome? Reward) : AnnounceOutcome;

    /// <summary>Nothing, more than twenty things, or a thing that is not on the list.</summary>
    public sealed record BadItems : AnnounceOutcome;

    /// <summary>Nobody said that it is theirs to give.</summary>
    public sealed record NotOwner : AnnounceOutcome;

    public sealed record NoSuchPoint : AnnounceOutcome;

    /// <summary>The point takes nothing now: closed, full or suspended.</summary>
    public sealed record PointShut(PointState State) : AnnounceOutcome;

    /// <summary>The point does not take this thing.</summary>
    public sealed record NotTakenThere(string UnuKey) : AnnounceOutcome;
}

/// <summary>A drop-off as its own page and the counter show it.</summary>
public sealed record DropOffView(DropOffRow DropOff, IReadOnlyList<DropOffItemRow> Items, IReadOnlyList<DropOffIntakeRow> Intakes, string Code, string Passport);

/// <param name="HeldUntil">How long the reward is kept; none where none was promised.</param>
public sealed record DropOffRow(
    Guid DropOffId, string Origin, string Stream, string Channel, byte[] CodeSealed, byte[] PassportSealed, PointId PointId, string PointSlug, string PointKk, string PointRu, string? PointEn,
    string AddressKk, string AddressRu, string? AddressEn, string State, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    long LowTiyn, long HighTiyn, DateTimeOffset? HeldUntil, bool IsHeld, bool HasPhone, DateTimeOffset? PhoneConfirmedAt, bool WantsNews)
{
    public string PointName(string language) => language switch { "ru" => PointRu, "en" => PointEn ?? PointKk, _ => PointKk };

    public string Address(string language) => language switch { "ru" => AddressRu, "en" => AddressEn ?? AddressKk, _ => AddressKk };
}

public sealed record DropOffItemRow(
    Guid ItemId, short ItemNo, string UnuKey, string NameKk, string NameRu, string NameEn, string Category, Weight MeanWeight, string Condition, string DataChoice, bool ForReuse, string State,
    Guid? IntakeId, long? Grams, string? BagNo, string? RefusalReason)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}

/// <summary>What the counter accepted, and the voucher that came of it.</summary>
public sealed record DropOffIntakeRow(
    Guid IntakeId, DateTimeOffset AcceptedAt, DateTimeOffset UndoUntil, string? NoReward, Guid? VoucherId, string? VoucherState, long? VoucherTiyn, DateTimeOffset? ReleasesAt, DateOnly? VoucherExpiresOn, byte[]? VoucherCodeSealed, string[] HeldBy);

/// <summary>A kind of appliance in everyday words.</summary>
public sealed record Appliance(string UnuKey, string Category, string NameKk, string NameRu, string NameEn, Weight MeanWeight)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}

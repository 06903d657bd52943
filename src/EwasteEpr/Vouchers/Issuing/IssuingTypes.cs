using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Vouchers.Issuing;

public enum VoucherState
{
    /// <summary>Made at the counter; for ten minutes the counter may undo.</summary>
    Pending,
    Issued,
    Held,
    Redeemed,
    Expired,
    Cancelled,
}

/// <summary>The rule that holds a voucher; its name is told to the owner, who may appeal.</summary>
public enum HoldReason
{
    /// <summary>The serial number was handed in before, was sold on lately, or is on the stolen list.</summary>
    DuplicateSerial,
    PersonOverLimit,

    /// <summary>Who accepted the things is who gets the voucher.</summary>
    StaffIsGiver,
    StaffPairTooOften,
    ImplausibleWeight,
    OutOfHours,

    /// <summary>Accepted without network: value waits until the container was weighed or a sample scanned again.</summary>
    AwaitsWeighing,
    ByOperator,
}

/// <summary>What the counter knows when it has accepted things.</summary>
/// <param name="IntakeId">One voucher for each, ever; the same intake again is told the same voucher.</param>
/// <param name="DropOffId">Where the giver came with a code; its reservation is used. None: a walk-in, with the campaign's lower cap.</param>
/// <param name="Region">KATO code of the point's region.</param>
/// <param name="StaffId">Who accepted, or none for an unattended bin.</param>
/// <param name="Accepted">The accepted things alone, with weight and condition as seen at the counter.</param>
/// <param name="DeviceHash"><see cref="VoucherSecrets.Device"/> of the drop-off's cookie: that browser may open the voucher.</param>
/// <param name="PhoneHash"><see cref="VoucherSecrets.Phone"/> of a confirmed number.</param>
/// <param name="Suspicions">
/// What only the counter can know: DuplicateSerial, StaffIsGiver, OutOfHours, and AwaitsWeighing for an event that was queued offline.
/// The campaign's own rules (person, staff pair, weight) are judged here.
/// </param>
public sealed record IssueVoucher(
    Guid IntakeId, Guid? DropOffId, Guid PointId, string Region, PersonId? StaffId, IReadOnlyList<RewardItem> Accepted,
    byte[]? DeviceHash, byte[]? PhoneHash, IReadOnlyCollection<HoldReason> Suspicions);

public abstract record IssueOutcome
{
    private IssueOutcome()
    {
    }

    /// <param name="Pin">Printed on the slip or read aloud; with the code it opens the voucher's page and redeems.</param>
    /// <param name="ReleasesAt">Until then it is Pending and may be undone.</param>
    /// <param name="Held">The reasons, when it is held.</param>
    public sealed record Made(Guid VoucherId, VoucherCode Code, string Pin, Money Amount, DateOnly ExpiresOn, DateTimeOffset ReleasesAt, IReadOnlyList<HoldReason> Held) : IssueOutcome;

    public sealed record None(NoReward Reason) : IssueOutcome;
}

public enum UndoOutcome
{
    Cancelled,

    /// <summary>There was no voucher: the intake may be undone.</summary>
    NoVoucher,

    /// <summary>The ten minutes are over, or it was spent.</summary>
    TooLate,
}

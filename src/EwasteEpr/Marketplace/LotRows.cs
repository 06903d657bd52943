namespace EwasteEpr.Marketplace;

/// <summary>A lot as everybody may see it, its draft at the operator's alone.</summary>
/// <param name="Offers">How many stand; of a sealed lot only told after the closing, except to the operator.</param>
/// <param name="BestTiyn">Of an open lot: the best offer that stands.</param>
/// <param name="AwardTiyn">Tenge per tonne of the award, in tiyn.</param>
public sealed record LotRow(
    Guid MarketLotId, string Number, LotKind Kind, LotState State, string Category, bool ForReuse, string PlaceKk, string PlaceRu, string RegionKk, string RegionRu, long DeclaredGrams, long ContainerCount,
    long ReserveTiyn, long? StepTiyn, long DepositTiyn, bool KeepsDeposit, string? DepositBasis, string OwnerName, string? ProcedureBasis, string? Note, DateTimeOffset ClosesAt, short Extensions,
    Guid CreatedBy, string CreatedByName, DateTimeOffset? OpenedAt, DateTimeOffset? ClosedAt, string? EndReason, long Offers, long? BestTiyn, AwardState? AwardState, long? AwardTiyn, DateTimeOffset? AwardedAt,
    long? WeighedGrams)
{
    public string Place(string language) => language == "ru" ? PlaceRu : PlaceKk;

    public string Region(string language) => language == "ru" ? RegionRu : RegionKk;

    public bool IsOver => ClosedAt is not null || State == LotState.Cancelled;
}

public sealed record LotContainer(Guid ContainerId, string Number, string Kind, string? SealNo, long DeclaredGrams, string NetBasis, string? ScaleNo, long? WeighedGrams);

/// <summary>A container that may go into a new lot.</summary>
public sealed record FreeContainer(Guid ContainerId, string Number, string Kind, string Category, bool ForReuse, string PointKk, string PointRu, long NetGrams, string NetBasis, DateTimeOffset SealedAt)
{
    public string Point(string language) => language == "ru" ? PointRu : PointKk;
}

/// <summary>An offer with its bidder: the operator's view, and the bidder's own.</summary>
/// <param name="TiynPerTonne">None while it is sealed.</param>
/// <param name="Place">Among the admissible, best first; none while it is sealed or not admissible.</param>
public sealed record OfferRow(
    Guid OfferId, string Lot, LotKind Kind, LotState LotState, string Category, long DeclaredGrams, DateTimeOffset ClosesAt, int OfferNo, Guid OrganisationId, string Slug, string NameKk, string NameRu, string Site,
    long? TiynPerTonne, string Commitment, string? Nonce, DateTimeOffset PlacedAt, DateTimeOffset? ReplacedAt, DateTimeOffset? OpenedAt, OfferProblem? Problem, string? Explanation, string? DepositState, Guid? DepositId,
    Guid? DepositBy, AwardState? AwardState, bool IsAskedWhy, long? Place)
{
    public string Name(string language) => language == "ru" ? NameRu : NameKk;
}

public sealed record AwardRow(
    Guid AwardId, Guid OfferId, Guid OrganisationId, string NameKk, string NameRu, string? Bin, string? Director, string? Iban, string Address, string Site, string SiteAddress, AwardState State, long TiynPerTonne,
    long ReservedGrams, bool IsBest, bool IsSingle, bool IsLow, string Reason, Guid FirstApprover, string FirstName, string? SecondName, DateTimeOffset? AwardedAt, DateTimeOffset? ProtestUntil, bool IsProtestable,
    string? ContractNo, DateOnly? ContractOn, string? Consignment, string? ConsignmentState, bool IsWeighed, DateTimeOffset? TitlePassedAt, string? TitleSignedBy, DateTimeOffset? EndedAt, string? EndReason)
{
    public string Name(string language) => language == "ru" ? NameRu : NameKk;
}

public sealed record ProtestRow(Guid ProtestId, Guid AwardId, Guid OrganisationId, string NameKk, string NameRu, string Text, DateTimeOffset MadeAt, string? Answer, bool? IsUpheld, DateTimeOffset? AnsweredAt)
{
    public string Name(string language) => language == "ru" ? NameRu : NameKk;
}

/// <param name="Tiyn">Positive: the recycler pays; negative: is paid.</param>
public sealed record LotSettlementRow(
    Guid SettlementId, string Number, Guid OrganisationId, string Consignment, long DeclaredGrams, long WeighedGrams, long QualifyingGrams, long TiynPerTonne, long Tiyn, Guid SettledBy, DateTimeOffset SettledAt,
    string? PaidDocument, DateOnly? PaidOn, DateTimeOffset? PaidAt, DateTimeOffset? ReversedAt, string? ReverseReason);

/// <summary>All of a lot, for the operator and for papers.</summary>
public sealed record LotDetails(
    LotRow Lot, IReadOnlyList<LotContainer> Containers, IReadOnlyList<Guid> Photos, IReadOnlyList<OfferRow> Offers, IReadOnlyList<AwardRow> Awards, IReadOnlyList<ProtestRow> Protests,
    IReadOnlyList<LotSettlementRow> Settlements)
{
    /// <summary>The one that stands, proposed or binding.</summary>
    public AwardRow? Award => Awards.FirstOrDefault(award => award.State is not (AwardState.Defaulted or AwardState.Cancelled));

    public LotSettlementRow? Settlement => Settlements.FirstOrDefault(settlement => settlement.ReversedAt is null);
}

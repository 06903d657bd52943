namespace EwasteEpr.Organisations;

/// <summary>What a member may do for an organisation. Roles do not contain each other: who is only an owner cannot submit.</summary>
public static class OrganisationRole
{
    /// <summary>Members, keys and data of the organisation.</summary>
    public const string Owner = "owner";
    public const string Preparer = "preparer";
    public const string Signatory = "signatory";
    public const string Accountant = "accountant";
    public const string Viewer = "viewer";
    public const string Developer = "developer";
    public const string PointStaff = "point_staff";
    public const string Cashier = "cashier";
    public const string RecyclerStaff = "recycler_staff";

    public static IReadOnlyList<string> All { get; } = [Owner, Preparer, Signatory, Accountant, Viewer, Developer, PointStaff, Cashier, RecyclerStaff];

    /// <summary>What the person who joins an organisation receives: one person must be able to do the whole quarter alone.</summary>
    public static IReadOnlyList<string> Founder { get; } = [Owner, Preparer, Signatory, Accountant];
}

/// <summary>What a person may do for the platform: the operator's two hands, and those who read a region.</summary>
public static class PlatformRole
{
    public const string OperatorPreparer = "operator_preparer";
    public const string OperatorApprover = "operator_approver";
    public const string Inspector = "inspector";
    public const string Akimat = "akimat";

    public static IReadOnlyList<string> All { get; } = [OperatorPreparer, OperatorApprover, Inspector, Akimat];

    public static bool HasRegion(string role) => role is Inspector or Akimat;
}

/// <summary>What an organisation does in the chain; several at once are common.</summary>
public static class Activity
{
    public const string Importer = "importer";
    public const string Producer = "producer";
    public const string Agent = "agent";
    public const string Recycler = "recycler";
    public const string Refurbisher = "refurbisher";
    public const string Point = "point";
    public const string Merchant = "merchant";
    public const string Carrier = "carrier";
    public const string Auditor = "auditor";

    public static IReadOnlyList<string> All { get; } = [Importer, Producer, Agent, Recycler, Refurbisher, Point, Merchant, Carrier, Auditor];
}

/// <summary>What a machine with an organisation's key may do.</summary>
public static class ApiScope
{
    public const string DeclarationsRead = "declarations:read";
    public const string DeclarationsWrite = "declarations:write";
    public const string DeclarationsSubmit = "declarations:submit";
    public const string PaymentsRead = "payments:read";
    public const string PaymentsWrite = "payments:write";
    public const string WebhooksWrite = "webhooks:write";

    /// <summary>Tills: look at a voucher, redeem it, take it back; the merchant's settlements.</summary>
    public const string VouchersRead = "vouchers:read";
    public const string VouchersRedeem = "vouchers:redeem";

    /// <summary>Recyclers: batches from stock to closing.</summary>
    public const string BatchesWrite = "batches:write";

    /// <summary>Automatic scales of a site: containers that arrived.</summary>
    public const string WeighInsWrite = "weigh-ins:write";

    /// <summary>Recyclers' programs: lots to look at and offers to make.</summary>
    public const string MarketOffer = "market:offer";

    /// <summary>Recyclers' programs: balances and notes; new notes and their submission. Approving is a person's.</summary>
    public const string EvidenceRead = "evidence:read";
    public const string EvidenceWrite = "evidence:write";

    public static IReadOnlyList<string> All { get; } =
    [
        DeclarationsRead, DeclarationsWrite, DeclarationsSubmit, PaymentsRead, PaymentsWrite, WebhooksWrite, VouchersRead, VouchersRedeem,
        BatchesWrite,
        WeighInsWrite,
        MarketOffer,
        EvidenceRead, EvidenceWrite,
    ];
}

namespace EwasteEpr.Web.Hosting;

/// <summary>Who may: every action names one of these or [AllowAnonymous]. What each means stands in <see cref="Policies"/>.</summary>
public static class PolicyNames
{
    public const string SignedIn = nameof(SignedIn);

    public const string OperatorPreparer = nameof(OperatorPreparer);
    public const string OperatorApprover = nameof(OperatorApprover);

    /// <summary>Preparer or approver.</summary>
    public const string AnyOperator = nameof(AnyOperator);

    public const string Inspector = nameof(Inspector);

    /// <summary>Operator, or inspector of some region: submitted declarations, to look at.</summary>
    public const string DeclarationReader = nameof(DeclarationReader);

    /// <summary>Inspector or akimat of some region: reading only.</summary>
    public const string RegionReader = nameof(RegionReader);

    /// <summary>Operator, inspector or akimat: figures, to look at; each reads as far as their region.</summary>
    public const string FigureReader = nameof(FigureReader);
    /// <summary>Operator everywhere, inspector and akimat in their regions: cases, to look at.</summary>
    public const string CaseReader = nameof(CaseReader);

    // Of the organisation whose slug stands in the route: its own members, with the role. Others get 404.
    public const string OrgMember = nameof(OrgMember);
    public const string OrgOwner = nameof(OrgOwner);
    public const string OrgPreparer = nameof(OrgPreparer);
    public const string OrgSignatory = nameof(OrgSignatory);
    public const string OrgAccountant = nameof(OrgAccountant);

    /// <summary>Who may pay an invoice: accountant, signatory or owner.</summary>
    public const string OrgPayer = nameof(OrgPayer);

    /// <summary>The office: declarations and money, to look at. Counter staff and cashiers are members too, but not of the office.</summary>
    public const string OrgReader = nameof(OrgReader);

    /// <summary>API keys: developer or owner.</summary>
    public const string OrgDeveloper = nameof(OrgDeveloper);

    /// <summary>What the point does in its office: staff of the counter, or the owner.</summary>
    public const string OrgPointDesk = nameof(OrgPointDesk);

    public const string OrgPointStaff = nameof(OrgPointStaff);
    public const string OrgCashier = nameof(OrgCashier);

    /// <summary>What was redeemed at a merchant: cashiers see it, and the office.</summary>
    public const string OrgMerchant = nameof(OrgMerchant);
    public const string OrgRecyclerStaff = nameof(OrgRecyclerStaff);

    /// <summary>Sites and certification of a recycler, to look at.</summary>
    public const string OrgSiteReader = nameof(OrgSiteReader);

    /// <summary>Who keeps sites and writes applications.</summary>
    public const string OrgSiteKeeper = nameof(OrgSiteKeeper);

    /// <summary>Who works on the audits that were drawn to an auditor.</summary>
    public const string OrgAuditor = nameof(OrgAuditor);
    /// <summary>Batches, stock and balances, to look at: who works in treatment, and the office that answers for it.</summary>
    public const string OrgRecyclerReader = nameof(OrgRecyclerReader);
    /// <summary>A recycler's market, to look at: the office and the staff of the site. What binds is the signatory's.</summary>
    public const string OrgMarket = nameof(OrgMarket);

    /// <summary>Jobs of a carrier and both handovers: whoever drives works for the office here.</summary>
    public const string OrgCarrier = nameof(OrgCarrier);

    /// <summary>At the counter of a point: the organisation is the device's or the person's, no slug in the address.</summary>
    public const string PointStaff = nameof(PointStaff);

    /// <summary>A paired device, with or without somebody signed in on it.</summary>
    public const string PairedDevice = nameof(PairedDevice);

    // Machines with an organisation's key.
    public const string ApiDeclarationsRead = nameof(ApiDeclarationsRead);
    public const string ApiDeclarationsWrite = nameof(ApiDeclarationsWrite);
    public const string ApiDeclarationsSubmit = nameof(ApiDeclarationsSubmit);
    public const string ApiPaymentsRead = nameof(ApiPaymentsRead);
    public const string ApiPaymentsWrite = nameof(ApiPaymentsWrite);
    public const string ApiVouchersRead = nameof(ApiVouchersRead);
    public const string ApiVouchersRedeem = nameof(ApiVouchersRedeem);
    public const string ApiMarketOffer = nameof(ApiMarketOffer);
    public const string ApiEvidenceRead = nameof(ApiEvidenceRead);
    public const string ApiEvidenceWrite = nameof(ApiEvidenceWrite);
    public const string ApiWebhooksWrite = nameof(ApiWebhooksWrite);
    public const string ApiBatchesWrite = nameof(ApiBatchesWrite);
    public const string ApiWeighInsWrite = nameof(ApiWeighInsWrite);
}

namespace EwasteEpr.Payments.BankStatements;

/// <summary>What a document of the bank turned out to be. Each class of open ones has its own list for a person.</summary>
public enum BankRowClass
{
    /// <summary>Reference or payer, and the amount to the tiyn: paid without a person.</summary>
    Exact,

    /// <summary>The invoice is known; less came than is open.</summary>
    Part,

    /// <summary>The invoice is known; more came than is open, or it was paid before.</summary>
    Over,

    /// <summary>Several invoices are named, or all open ones of the payer add up to it.</summary>
    Split,

    /// <summary>The reference is of one organisation and the money of another.</summary>
    OtherPayer,

    /// <summary>The payer is registered; which invoice is meant is not said.</summary>
    Payer,

    /// <summary>Neither reference nor a registered payer.</summary>
    Unknown,

    /// <summary>The card provider pays out what it took.</summary>
    Payout,

    /// <summary>A refund that two people approved was paid.</summary>
    Refund,

    /// <summary>The bank's own fee.</summary>
    Fee,

    /// <summary>The bank takes an earlier transfer back.</summary>
    Storno,

    /// <summary>Money left the account and nothing here says why.</summary>
    Other,
}

public enum BankRowStatus
{
    /// <summary>Imported and not looked at yet.</summary>
    Pending,

    /// <summary>Understood without a person.</summary>
    Matched,

    /// <summary>A person has to decide.</summary>
    Waiting,

    /// <summary>A person has decided.</summary>
    Decided,
}

/// <summary>A document of the bank as it is being worked on.</summary>
internal sealed record OpenBankRow(
    Guid BankRowId, string Account, string Way, long AmountTiyn, DateOnly BookedOn, DateOnly DocumentOn, string DocumentNo, string PartyName, string? PartyNumber, string? PartyAccount,
    string Purpose, string Status, string? Class, Guid? OrganisationId, Guid? InvoiceId, Guid? ReceiptId, Guid? TakesBackId, int Revision);

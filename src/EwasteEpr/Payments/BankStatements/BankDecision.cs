using EwasteEpr.Kernel;
using EwasteEpr.Payments.Receipts;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>What a person decides about a document of the bank that matched nothing for sure.</summary>
public abstract record BankDecision
{
    private BankDecision()
    {
    }

    internal abstract string Kind { get; }

    /// <summary>It pays these invoices; what is left waits, or is credit when nothing else is open.</summary>
    public sealed record Allocate(IReadOnlyList<InvoicePart> Parts) : BankDecision
    {
        internal override string Kind => "Allocate";
    }

    /// <summary>It becomes the payer's credit.</summary>
    /// <param name="Payer">Needed while nobody knows whose money it is.</param>
    public sealed record Credit(OrganisationId? Payer) : BankDecision
    {
        internal override string Kind => "Credit";
    }

    /// <summary>A request to pay it back; another person approves it.</summary>
    public sealed record Return : BankDecision
    {
        internal override string Kind => "Return";
    }

    /// <summary>It takes an earlier transfer back.</summary>
    public sealed record Storno(Guid EarlierRow) : BankDecision
    {
        internal override string Kind => "Storno";
    }

    /// <summary>It pays a refund that two people approved.</summary>
    public sealed record Refund(Guid RefundId) : BankDecision
    {
        internal override string Kind => "Refund";
    }

    /// <summary>The bank's fee.</summary>
    public sealed record Fee : BankDecision
    {
        internal override string Kind => "Fee";
    }

    /// <summary>Something else; the reason says what.</summary>
    public sealed record Other : BankDecision
    {
        internal override string Kind => "Other";
    }
}

public enum DecideOutcome
{
    Done,
    NotFound,

    /// <summary>Somebody else was faster: one effect.</summary>
    AlreadyDecided,

    /// <summary>The row was decided and opened again since it was shown.</summary>
    ChangedSince,
    ReasonNeeded,

    /// <summary>More than waits, or more than is owed by now.</summary>
    AmountsDoNotFit,
    PayerNeeded,

    /// <summary>Not for money that goes this way.</summary>
    WrongWay,

    /// <summary>The earlier row, or the refund, is not there for this amount any more.</summary>
    NotThereAnyMore,

    /// <summary>Something was built on it since: that is undone first.</summary>
    UsedSince,
}

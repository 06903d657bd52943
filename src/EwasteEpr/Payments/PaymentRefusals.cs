using Npgsql;

namespace EwasteEpr.Payments;

/// <summary>What the books refuse under a race, by the name of the constraint; a service that expects one turns it into its own outcome.</summary>
public static class PaymentRefusals
{
    /// <summary>The receipt has not that much left: it was used, refunded or disputed meanwhile.</summary>
    public static bool IsReceiptUsedUp(this PostgresException problem) => Named(problem, "receipt_not_used_above_its_amount");

    /// <summary>The invoice is not open for that much: it was paid or credited meanwhile.</summary>
    public static bool IsInvoicePaid(this PostgresException problem) => Named(problem, "invoice_not_paid_above_what_is_owed");

    /// <summary>More is restored than was reversed.</summary>
    public static bool IsReversalRestored(this PostgresException problem) => Named(problem, "receipt_reversal_not_restored_above_its_amount");

    /// <summary>Two people have closed the books of that day.</summary>
    public static bool IsPeriodClosed(this PostgresException problem) => Named(problem, "period_is_open");

    private static bool Named(PostgresException problem, string constraint)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return string.Equals(problem.ConstraintName, constraint, StringComparison.Ordinal);
    }
}

using Npgsql;

namespace EwasteEpr.Ledger;

/// <summary>What the ledger refuses under a race, by the name of its constraint; a service that expects one turns it into its own outcome.</summary>
public static class LedgerRefusals
{
    /// <summary>A guarded account would fall below its floor: the budget is spent, the stock is used.</summary>
    public static bool IsBalanceTooLow(this PostgresException problem) => Named(problem, "guarded_balance_not_below_floor");

    /// <summary>This fact and leg were posted before.</summary>
    public static bool IsAlreadyPosted(this PostgresException problem) => Named(problem, "transfer_once_per_fact_and_leg");

    /// <summary>The transfer was taken back before.</summary>
    public static bool IsAlreadyReversed(this PostgresException problem) => Named(problem, "transfer_reversed_once");

    private static bool Named(PostgresException problem, string constraint)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return string.Equals(problem.ConstraintName, constraint, StringComparison.Ordinal);
    }
}

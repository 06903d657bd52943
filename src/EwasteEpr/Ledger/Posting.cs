using EwasteEpr.Kernel;

namespace EwasteEpr.Ledger;

/// <summary>One transfer to be written: debit -> credit, why, and the fact behind it.</summary>
/// <remarks>Built from <see cref="Money"/> or <see cref="Weight"/>, so that an amount cannot reach an account of another unit: the database compares.</remarks>
public sealed record Posting
{
    private Posting(string kind, LedgerSource source, LedgerUnit unit, TransferEnds between, long amount)
    {
        Kind = kind;
        Source = source;
        Unit = unit;
        Between = between;
        Amount = amount;
    }

    /// <summary>A row of <c>ledger.kinds</c>.</summary>
    public string Kind { get; }

    public LedgerSource Source { get; }

    public LedgerUnit Unit { get; }

    public TransferEnds Between { get; }

    /// <summary>Tiyn or grams, above zero.</summary>
    public long Amount { get; }

    /// <exception cref="ArgumentOutOfRangeException">The amount is not above zero.</exception>
    public static Posting OfMoney(string kind, LedgerSource source, TransferEnds between, Money amount) =>
        new(kind, source, LedgerUnit.Tenge, between, AboveZero(amount.Tiyn));

    /// <exception cref="ArgumentOutOfRangeException">The mass is not above zero.</exception>
    public static Posting OfMass(string kind, LedgerSource source, TransferEnds between, string category, Weight mass) =>
        new(kind, source, LedgerUnit.MassOf(category), between, AboveZero(mass.Grams));

    private static long AboveZero(long amount) =>
        amount > 0 ? amount : throw new ArgumentOutOfRangeException(nameof(amount), amount, "A transfer moves something: swap the accounts for the other direction.");
}

/// <summary>The two ends of a transfer: "a -> b" debits a and credits b.</summary>
public readonly record struct TransferEnds(AccountId Debit, AccountId Credit);

/// <summary>The business fact that is posted. A kind, a fact and a leg are posted once, ever.</summary>
/// <param name="Type">The fact's table in the singular, for example <c>redemption</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Leg">Tells several transfers of one kind and fact apart.</param>
public readonly record struct LedgerSource(string Type, Guid Id, short Leg = 1);

using EwasteEpr.Kernel;

namespace EwasteEpr.Payments;

/// <summary>Postings that change no receipt: a payout, a fee, an executed refund, a lost dispute, a correction by two people.</summary>
public static class PaymentLedger
{
    private const string PostSql = """
        select payments.post_fact(@kind, @fact, @factId, coalesce(@on::date, app.today()), @document, @debit, @debitOwner, @credit, @creditOwner, @tiyn)
        """;

    /// <returns>False when this fact was posted before.</returns>
    public static Task<bool> PostAsync(DbTransaction transaction, MoneyFact fact, MoneyMove move, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(fact);
        ArgumentNullException.ThrowIfNull(move);
        return transaction.QuerySingleAsync<bool>(
            PostSql,
            new
            {
                kind = fact.Kind, fact = fact.Fact.ToString(), factId = fact.FactId, on = fact.On, document = fact.Document,
                debit = move.From.Purpose, debitOwner = move.From.Owner, credit = move.To.Purpose, creditOwner = move.To.Owner, tiyn = move.Amount.Tiyn,
            },
            ct);
    }
}

/// <param name="Kind">A row of <c>ledger.kinds</c>.</param>
/// <param name="FactId">The id of what happened: posted once, ever.</param>
/// <param name="On">Its day; none for today. On a day whose books are closed the posting lands on today.</param>
/// <param name="Document">What a reader would look for.</param>
public sealed record MoneyFact(string Kind, MoneyFactType Fact, Guid FactId, DateOnly? On, string Document);

/// <summary>Facts that are posted by themselves; the others come with invoices and receipts.</summary>
public enum MoneyFactType
{
    Refund,
    Dispute,
    Payout,
    Fee,
    Correction,
}

/// <summary>"From -> to": debits the one and credits the other.</summary>
public sealed record MoneyMove(MoneyPlace From, MoneyPlace To, Money Amount);

/// <param name="Purpose">A row of <c>ledger.purposes</c>.</param>
public readonly record struct MoneyPlace(string Purpose, OrganisationId? Owner = null);

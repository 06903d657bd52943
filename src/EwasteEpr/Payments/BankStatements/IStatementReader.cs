namespace EwasteEpr.Payments.BankStatements;

/// <summary>A statement file, row by row; both formats look the same from here on.</summary>
public interface IStatementReader
{
    StatementFormat Format { get; }

    string EncodingName { get; }

    /// <summary>What the file says of its accounts; complete after the last row.</summary>
    IReadOnlyList<AccountTurnover> Accounts { get; }

    /// <exception cref="UnreadableStatementException">The file as a whole is refused.</exception>
    IAsyncEnumerable<StatementRow> ReadAsync(CancellationToken ct);
}

/// <summary>Which accounts are ours, and today: what a row is judged by.</summary>
public sealed record StatementTerms(IReadOnlySet<string> OwnAccounts, DateOnly Today);

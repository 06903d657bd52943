using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Which accounts are the fund's own: the one that stands on invoices, and others that two people have named.</summary>
public sealed class BankAccounts(Db db)
{
    private const string Sql = """
        select value from app.settings
         where key in ('payments.iik', 'payments.bank_accounts') and value is not null
         order by key desc
         limit 10
        """;

    private const string AcquirerSql = "select value from app.settings where key = 'payments.acquirer_bin'";

    /// <summary>Account numbers (ИИК) without spaces; the first is that of the invoices.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken ct)
    {
        var texts = await db.QueryAsync<string>(Sql, null, ct);
        return [.. texts.SelectMany(text => text.Split([',', ';', '\n'])).Select(AccountNumber.Normalise).Where(account => account.Length is >= 15 and <= 34).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whose payments are payouts of card money; none while nobody has said.</summary>
    public async Task<string?> AcquirerAsync(CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<string>(AcquirerSql, null, ct) is { } text && Bin.Check(text, out var bin) == BinCheck.Valid ? bin.Digits : null;
}

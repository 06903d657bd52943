using System.Text.RegularExpressions;
using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Which accounts are the fund's own: by the setting, and by the requisites that stand on invoices.</summary>
public sealed partial class BankAccounts(Db db)
{
    private const string Sql = """
        select value from app.settings
         where key in ('payments.bank_accounts', 'payments.requisites') and value is not null
         order by key desc
         limit 10
        """;

    private const string AcquirerSql = "select value from app.settings where key = 'payments.acquirer_bin'";

    /// <summary>Valid account numbers (ИИК), in the order in which they stand; the first is that of the requisites.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken ct)
    {
        var texts = await db.QueryAsync<string>(Sql, null, ct);
        return [.. texts.SelectMany(In).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whose payments are payouts of card money; none while nobody has said.</summary>
    public Task<string?> AcquirerAsync(CancellationToken ct) => db.QuerySingleOrDefaultAsync<string>(AcquirerSql, null, ct);

    private static IEnumerable<string> In(string text) =>
        Number().Matches(text.ToUpperInvariant()).Select(match => AccountNumber.Normalise(match.Value)).Where(AccountNumber.IsValid);

    [GeneratedRegex("KZ[0-9]{2}(?: ?[A-Z0-9]){16}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}

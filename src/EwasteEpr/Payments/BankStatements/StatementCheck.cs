namespace EwasteEpr.Payments.BankStatements;

/// <summary>A statement against its own turnover and balances: a file that contradicts itself is not imported.</summary>
/// <remarks>Rows whose amount cannot be read make the comparison impossible; then the rows say what is wrong, and not this check.</remarks>
internal sealed class StatementCheck
{
    private readonly Dictionary<string, (long Received, long Spent)> sums = new(StringComparer.Ordinal);
    private bool isIncomplete;

    public void Add(StatementRow row)
    {
        if (row.Document is not { } document)
        {
            isIncomplete = true;
            return;
        }

        var (received, spent) = sums.GetValueOrDefault(document.Account);
        sums[document.Account] = document.Way == MoneyWay.In ? (received + document.Amount.Tiyn, spent) : (received, spent + document.Amount.Tiyn);
    }

    /// <returns>The first contradiction, or none.</returns>
    public FileFault? Judge(IReadOnlyList<AccountTurnover> accounts)
    {
        foreach (var account in accounts)
        {
            var (received, spent) = sums.GetValueOrDefault(account.Account);
            if (account is { OpeningTiyn: { } opening, ClosingTiyn: { } closing, ReceivedTiyn: { } said, SpentTiyn: { } gone } && opening + said - gone != closing)
            {
                return new FileFault(FileFaultCode.BalanceDiffers, 0, Tenge(closing), Tenge(opening + said - gone));
            }

            if (isIncomplete)
            {
                continue;
            }

            if (account.ReceivedTiyn is { } saidReceived && saidReceived != received)
            {
                return new FileFault(FileFaultCode.ReceivedDiffers, 0, Tenge(received), Tenge(saidReceived));
            }

            if (account.SpentTiyn is { } saidSpent && saidSpent != spent)
            {
                return new FileFault(FileFaultCode.SpentDiffers, 0, Tenge(spent), Tenge(saidSpent));
            }

            if (account is { OpeningTiyn: { } from, ClosingTiyn: { } until } && (account.ReceivedTiyn is null || account.SpentTiyn is null) && from + received - spent != until)
            {
                return new FileFault(FileFaultCode.BalanceDiffers, 0, Tenge(until), Tenge(from + received - spent));
            }
        }

        return null;
    }

    private static string Tenge(long tiyn) => (tiyn / 100m).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
}

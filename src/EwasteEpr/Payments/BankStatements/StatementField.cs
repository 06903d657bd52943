using System.Collections.Frozen;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>What a field or a column of a statement means.</summary>
public enum StatementField
{
    Number,
    DocumentDate,
    BookedDate,
    ReceivedDate,
    SpentDate,
    ValueDate,
    Incoming,
    Outgoing,
    Amount,

    /// <summary>Stands for "the amount carries its direction as a sign"; set by the reader of CSV.</summary>
    SignedAmount,
    Currency,
    PayerName,
    PayerNumber,
    PayerAccount,
    PayeeName,
    PayeeNumber,
    PayeeAccount,
    Purpose,
    PurposeCode,
}

/// <summary>Names that fields have in files of banks: of the published format (versions 1.00 to 1.03) and of its Kazakh kin, which has its own.</summary>
/// <remarks>Case, spaces and underscores do not count.</remarks>
internal static class StatementFields
{
    private static readonly FrozenDictionary<string, StatementField> Names = new Dictionary<string, StatementField>(StringComparer.Ordinal)
    {
        ["НОМЕР"] = StatementField.Number, ["НОМЕРДОКУМЕНТА"] = StatementField.Number,
        ["ДАТА"] = StatementField.DocumentDate, ["ДАТАДОКУМЕНТА"] = StatementField.DocumentDate,
        ["ДАТАОПЕРАЦИИ"] = StatementField.BookedDate, ["ДАТАПОСТУПИЛО"] = StatementField.ReceivedDate, ["ДАТАСПИСАНО"] = StatementField.SpentDate, ["ДАТАВАЛЮТИРОВАНИЯ"] = StatementField.ValueDate,
        ["СУММАПРИХОД"] = StatementField.Incoming, ["СУММАРАСХОД"] = StatementField.Outgoing, ["СУММА"] = StatementField.Amount, ["ВАЛЮТА"] = StatementField.Currency,
        ["ПЛАТЕЛЬЩИКНАИМЕНОВАНИЕ"] = StatementField.PayerName, ["ПЛАТЕЛЬЩИК1"] = StatementField.PayerName, ["ПЛАТЕЛЬЩИК"] = StatementField.PayerName,
        ["ПЛАТЕЛЬЩИКБИНИИН"] = StatementField.PayerNumber, ["ПЛАТЕЛЬЩИКБИН"] = StatementField.PayerNumber, ["ПЛАТЕЛЬЩИКИИН"] = StatementField.PayerNumber, ["ПЛАТЕЛЬЩИКИНН"] = StatementField.PayerNumber,
        ["ПЛАТЕЛЬЩИКИИК"] = StatementField.PayerAccount, ["ПЛАТЕЛЬЩИКСЧЕТ"] = StatementField.PayerAccount, ["ПЛАТЕЛЬЩИКРАСЧСЧЕТ"] = StatementField.PayerAccount,
        ["ПОЛУЧАТЕЛЬНАИМЕНОВАНИЕ"] = StatementField.PayeeName, ["ПОЛУЧАТЕЛЬ1"] = StatementField.PayeeName, ["ПОЛУЧАТЕЛЬ"] = StatementField.PayeeName,
        ["ПОЛУЧАТЕЛЬБИНИИН"] = StatementField.PayeeNumber, ["ПОЛУЧАТЕЛЬБИН"] = StatementField.PayeeNumber, ["ПОЛУЧАТЕЛЬИИН"] = StatementField.PayeeNumber, ["ПОЛУЧАТЕЛЬИНН"] = StatementField.PayeeNumber,
        ["ПОЛУЧАТЕЛЬИИК"] = StatementField.PayeeAccount, ["ПОЛУЧАТЕЛЬСЧЕТ"] = StatementField.PayeeAccount, ["ПОЛУЧАТЕЛЬРАСЧСЧЕТ"] = StatementField.PayeeAccount,
        ["НАЗНАЧЕНИЕПЛАТЕЖА"] = StatementField.Purpose, ["КОДНАЗНАЧЕНИЯПЛАТЕЖА"] = StatementField.PurposeCode, ["КНП"] = StatementField.PurposeCode,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static StatementField? Find(string name) => Names.TryGetValue(Key(name), out var field) ? field : null;

    /// <summary>НазначениеПлатежа1 to 6 go on with the purpose.</summary>
    public static bool IsMorePurpose(string name) => Key(name) is ['Н', 'А', 'З', 'Н', 'А', 'Ч', 'Е', 'Н', 'И', 'Е', 'П', 'Л', 'А', 'Т', 'Е', 'Ж', 'А', >= '1' and <= '9'];

    public static string Key(string name) => string.Concat(name.Where(c => !char.IsWhiteSpace(c) && c != '_')).ToUpperInvariant();

    /// <summary>Looks like a key of the format: a word of letters, digits and underscores.</summary>
    public static bool IsKey(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.IsEmpty || text.Length > 40 || !char.IsLetter(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>An account number (ИИК): KZ, two check digits, three of the bank, thirteen more.</summary>
public static class AccountNumber
{
    /// <summary>Upper case, without spaces.</summary>
    public static string Normalise(string? text) => text is null || text.Length > 100 ? "" : string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    /// <summary>The check of ISO 13616: the number read as digits, its beginning put last, leaves 1 by 97.</summary>
    public static bool IsValid(string account)
    {
        if (account is not ['K', 'Z', >= '0' and <= '9', >= '0' and <= '9', ..] || account.Length != 20 || !account.All(c => c is (>= '0' and <= '9') or (>= 'A' and <= 'Z')))
        {
            return false;
        }

        var rest = 0;
        foreach (var c in account[4..] + account[..4])
        {
            var value = char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10;
            rest = ((rest * (value > 9 ? 100 : 10)) + value) % 97;
        }

        return rest == 1;
    }
}

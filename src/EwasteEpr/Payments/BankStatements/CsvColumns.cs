namespace EwasteEpr.Payments.BankStatements;

/// <summary>What the columns of a bank's CSV mean: by their usual names, and by what an operator said the last time.</summary>
public sealed class CsvColumns
{
    /// <summary>Names that banks use, in the form of <see cref="Key"/>; the longest that the head begins with wins.</summary>
    private static readonly (string Name, StatementField Field)[] Usual =
    [
        ("номер документа", StatementField.Number), ("номер", StatementField.Number), ("№ документа", StatementField.Number), ("№ док", StatementField.Number), ("құжат нөмірі", StatementField.Number), ("құжаттың нөмірі", StatementField.Number), ("document number", StatementField.Number), ("document no", StatementField.Number), ("number", StatementField.Number),
        ("дата документа", StatementField.DocumentDate), ("құжат күні", StatementField.DocumentDate), ("құжаттың күні", StatementField.DocumentDate), ("document date", StatementField.DocumentDate),
        ("дата операции", StatementField.BookedDate), ("дата проводки", StatementField.BookedDate), ("дата", StatementField.BookedDate), ("операция күні", StatementField.BookedDate), ("күні", StatementField.BookedDate), ("booking date", StatementField.BookedDate), ("date", StatementField.BookedDate),
        ("дата валютирования", StatementField.ValueDate), ("value date", StatementField.ValueDate),
        ("приход", StatementField.Incoming), ("кредит", StatementField.Incoming), ("поступление", StatementField.Incoming), ("зачислено", StatementField.Incoming), ("кіріс", StatementField.Incoming), ("түсім", StatementField.Incoming), ("credit", StatementField.Incoming),
        ("расход", StatementField.Outgoing), ("дебет", StatementField.Outgoing), ("списание", StatementField.Outgoing), ("списано", StatementField.Outgoing), ("шығыс", StatementField.Outgoing), ("debit", StatementField.Outgoing),
        ("сумма", StatementField.Amount), ("сома", StatementField.Amount), ("amount", StatementField.Amount),
        ("валюта", StatementField.Currency), ("currency", StatementField.Currency),
        ("контрагент", StatementField.PayerName), ("наименование контрагента", StatementField.PayerName), ("наименование бенефициара / отправителя", StatementField.PayerName), ("плательщик", StatementField.PayerName), ("отправитель", StatementField.PayerName), ("төлеуші", StatementField.PayerName), ("контрагенттің атауы", StatementField.PayerName), ("payer", StatementField.PayerName), ("counterparty", StatementField.PayerName),
        ("бин/иин", StatementField.PayerNumber), ("иин/бин", StatementField.PayerNumber), ("бин", StatementField.PayerNumber), ("иин", StatementField.PayerNumber), ("бсн", StatementField.PayerNumber), ("bin", StatementField.PayerNumber),
        ("иик контрагента", StatementField.PayerAccount), ("иик бенефициара / отправителя", StatementField.PayerAccount), ("иик", StatementField.PayerAccount), ("счет", StatementField.PayerAccount), ("жск", StatementField.PayerAccount), ("account", StatementField.PayerAccount), ("iban", StatementField.PayerAccount),
        ("назначение платежа", StatementField.Purpose), ("назначение", StatementField.Purpose), ("төлем мақсаты", StatementField.Purpose), ("төлемнің мақсаты", StatementField.Purpose), ("purpose", StatementField.Purpose), ("details", StatementField.Purpose),
        ("кнп", StatementField.PurposeCode), ("тмк", StatementField.PurposeCode), ("код назначения платежа", StatementField.PurposeCode),
    ];

    private readonly Dictionary<string, StatementField?> told;

    private CsvColumns(Dictionary<string, StatementField?> told) => this.told = told;

    public static CsvColumns ByUsualNames { get; } = new([]);

    /// <param name="told">Header key -> what it means, or none for a column to leave out.</param>
    public static CsvColumns With(IReadOnlyDictionary<string, StatementField?> told) => new(told.ToDictionary(pair => Key(pair.Key), pair => pair.Value, StringComparer.Ordinal));

    /// <summary>Fields that a person may name; the payee's columns of 1C make no sense where there is one column for the other side.</summary>
    public static IReadOnlyList<StatementField> Choices { get; } =
    [
        StatementField.Number, StatementField.DocumentDate, StatementField.BookedDate, StatementField.ValueDate, StatementField.Incoming, StatementField.Outgoing, StatementField.Amount, StatementField.Currency,
        StatementField.PayerName, StatementField.PayerNumber, StatementField.PayerAccount, StatementField.Purpose, StatementField.PurposeCode,
    ];

    public CsvPlan Find(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var fields = new List<CsvColumn>();
        for (var at = 0; at < names.Count; at++)
        {
            if (MeaningOf(Key(names[at])) is { } field && !fields.Exists(column => column.Field == field))
            {
                fields.Add(new CsvColumn(at, field));
            }
        }

        return new CsvPlan(fields, 0, [.. names]);
    }

    /// <summary>Names are the same when they read the same.</summary>
    public static string Key(string name)
    {
        var normalised = StatementLimits.Clean(name, 200).ToLowerInvariant().Replace('ё', 'е');
        var comma = normalised.IndexOfAny([',', '(']);
        return (comma > 0 ? normalised[..comma] : normalised).Trim(' ', '.', ':');
    }

    private StatementField? MeaningOf(string key) =>
        key.Length == 0 ? null
        : told.TryGetValue(key, out var said) ? said
        : Usual.Where(usual => key == usual.Name || (key.StartsWith(usual.Name, StringComparison.Ordinal) && key.Length > usual.Name.Length && !char.IsLetterOrDigit(key[usual.Name.Length])))
            .OrderByDescending(usual => usual.Name.Length).Select(usual => (StatementField?)usual.Field).FirstOrDefault();
}

public readonly record struct CsvColumn(int At, StatementField Field);

/// <param name="RowNo">The row of the head.</param>
/// <param name="Names">The head as it stands.</param>
public sealed record CsvPlan(IReadOnlyList<CsvColumn> Fields, int RowNo, IReadOnlyList<string> Names)
{
    /// <summary>Enough to know what happened: a number, a day, and the amount.</summary>
    public bool IsComplete => Has(StatementField.Number) && (Has(StatementField.BookedDate) || Has(StatementField.DocumentDate)) && (Has(StatementField.Amount) || (Has(StatementField.Incoming) && Has(StatementField.Outgoing)));

    private bool Has(StatementField field) => Fields.Any(column => column.Field == field);
}

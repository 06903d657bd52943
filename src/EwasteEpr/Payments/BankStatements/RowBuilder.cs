using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Fields of one document as text, and what they come to: the same rules for both formats.</summary>
/// <remarks>The first fault is told, in the order in which a person would check the row. An amount is read even when the date is bad, so that the turnover can be compared.</remarks>
internal sealed class RowBuilder(IReadOnlySet<string> accounts, DateOnly today)
{
    private readonly Dictionary<StatementField, (string Name, string Value)> fields = [];

    public int Count { get; private set; }

    public void Clear()
    {
        fields.Clear();
        Count = 0;
    }

    /// <summary>The first filled value of a field stands; banks repeat some under two names.</summary>
    public void Add(StatementField field, string name, string value)
    {
        Count++;
        if (value.Length > 0 && (!fields.TryGetValue(field, out var there) || there.Value.Length == 0))
        {
            fields[field] = (name, value);
        }
    }

    /// <summary>A purpose goes on over several lines.</summary>
    public void Continue(StatementField field, string value)
    {
        Count++;
        if (fields.TryGetValue(field, out var there) && there.Value.Length <= StatementLimits.PurposeCharacters)
        {
            fields[field] = (there.Name, there.Value + " " + value);
        }
        else if (!fields.ContainsKey(field))
        {
            fields[field] = ("", value);
        }
    }

    public bool Has(StatementField field) => fields.ContainsKey(field);

    /// <param name="lineNo">Where the row begins.</param>
    /// <param name="ownAccount">The account the file or the person names; none: the row must name it.</param>
    public StatementRow Build(int lineNo, string? ownAccount)
    {
        var (way, amount, fault) = AmountOf(ownAccount);
        var account = AccountOf(way, ownAccount);
        fault ??= account is null || !accounts.Contains(account) ? new RowFault(RowFaultCode.OtherAccount, "", account ?? "") : null;
        var document = Date(StatementField.DocumentDate, ref fault);
        var booked = BookedOf(way, document, ref fault);
        var number = StatementLimits.Clean(Text(StatementField.Number), StatementLimits.NumberCharacters + 1);
        fault ??= number.Length == 0 ? new RowFault(RowFaultCode.NoNumber)
            : number.Length > StatementLimits.NumberCharacters ? new RowFault(RowFaultCode.NumberTooLong, fields[StatementField.Number].Name, StatementLimits.Shown(number)) : null;
        var currency = Text(StatementField.Currency).Trim().ToUpperInvariant();
        fault ??= currency is "" or "KZT" or "398" or "ТЕНГЕ" or "ТГ" or "₸" ? null : new RowFault(RowFaultCode.OtherCurrency, fields[StatementField.Currency].Name, StatementLimits.Shown(currency));
        if (amount is not { } money || account is null)
        {
            return new StatementRow(lineNo, null, fault);
        }

        var code = StatementLimits.Clean(Text(StatementField.PurposeCode), 3);
        return new StatementRow(
            lineNo,
            new BankDocument(account, way, money, booked ?? document ?? default, document ?? booked ?? default, number, PartyOf(way), StatementLimits.Clean(Text(StatementField.Purpose), StatementLimits.PurposeCharacters), code.Length == 0 ? null : code),
            fault);
    }

    private (MoneyWay Way, Money? Amount, RowFault? Fault) AmountOf(string? ownAccount)
    {
        var incoming = Money(StatementField.Incoming, out var inFault);
        var outgoing = Money(StatementField.Outgoing, out var outFault);
        if ((inFault ?? outFault) is { } bad)
        {
            return (MoneyWay.In, null, bad);
        }

        if (incoming is { Tiyn: not 0 } && outgoing is { Tiyn: not 0 })
        {
            return (MoneyWay.In, null, new RowFault(RowFaultCode.BothWays, fields[StatementField.Incoming].Name, fields[StatementField.Incoming].Value));
        }

        if ((incoming ?? outgoing) is not null && (incoming?.Tiyn ?? 0) + (outgoing?.Tiyn ?? 0) != 0)
        {
            var way = incoming is { Tiyn: not 0 } ? MoneyWay.In : MoneyWay.Out;
            return Judge(way, way == MoneyWay.In ? incoming!.Value : outgoing!.Value, way == MoneyWay.In ? StatementField.Incoming : StatementField.Outgoing);
        }

        var amount = Money(StatementField.Amount, out var fault);
        if (fault is not null || amount is not { } value)
        {
            StatementField[] zeros = [.. new[] { StatementField.Incoming, StatementField.Outgoing }.Where(Has)];
            return (MoneyWay.In, null, fault ?? (zeros is [var zero, ..] ? new RowFault(RowFaultCode.ZeroAmount, fields[zero].Name, StatementLimits.Shown(fields[zero].Value)) : new RowFault(RowFaultCode.NoAmount)));
        }

        if (Has(StatementField.SignedAmount))
        {
            return Judge(value.Tiyn < 0 ? MoneyWay.Out : MoneyWay.In, value.Tiyn < 0 ? -value : value, StatementField.Amount);
        }

        return WayByAccounts(ownAccount) is { } known ? Judge(known, value, StatementField.Amount) : (MoneyWay.In, value, new RowFault(RowFaultCode.WhichWay));
    }

    private (MoneyWay Way, Money? Amount, RowFault? Fault) Judge(MoneyWay way, Money amount, StatementField field)
    {
        var (name, value) = fields[field];
        var shown = StatementLimits.Shown(value);
        return amount.Tiyn switch
        {
            0 => (way, null, new RowFault(RowFaultCode.ZeroAmount, name, shown)),
            < 0 => (way, null, new RowFault(RowFaultCode.NegativeAmount, name, shown)),
            > StatementLimits.AmountTiyn => (way, null, new RowFault(RowFaultCode.HugeAmount, name, shown)),
            _ => (way, amount, null),
        };
    }

    private MoneyWay? WayByAccounts(string? ownAccount)
    {
        var (payer, payee) = (AccountText(StatementField.PayerAccount), AccountText(StatementField.PayeeAccount));
        var isPayer = ownAccount is null ? accounts.Contains(payer) : payer == ownAccount;
        var isPayee = ownAccount is null ? accounts.Contains(payee) : payee == ownAccount;
        return (isPayer, isPayee) switch
        {
            (true, false) => MoneyWay.Out,
            (false, true) => MoneyWay.In,
            _ => null,
        };
    }

    private string? AccountOf(MoneyWay way, string? ownAccount)
    {
        var named = AccountText(way == MoneyWay.In ? StatementField.PayeeAccount : StatementField.PayerAccount);
        return named.Length > 0 && accounts.Contains(named) ? named : ownAccount ?? (named.Length > 0 ? named : null);
    }

    private BankParty PartyOf(MoneyWay way)
    {
        var (name, number, account) = way == MoneyWay.In
            ? (StatementField.PayerName, StatementField.PayerNumber, StatementField.PayerAccount)
            : (StatementField.PayeeName, StatementField.PayeeNumber, StatementField.PayeeAccount);
        var digits = string.Concat(Text(number).Where(char.IsAsciiDigit));
        var theirs = AccountText(account);
        return new BankParty(StatementLimits.Clean(Text(name), StatementLimits.NameCharacters), digits.Length is 0 or > 12 ? null : digits, theirs.Length is 0 or > 40 ? null : theirs);
    }

    private DateOnly? BookedOf(MoneyWay way, DateOnly? document, ref RowFault? fault)
    {
        foreach (var field in (ReadOnlySpan<StatementField>)[StatementField.BookedDate, way == MoneyWay.In ? StatementField.ReceivedDate : StatementField.SpentDate, StatementField.ValueDate])
        {
            if (Has(field))
            {
                return Date(field, ref fault);
            }
        }

        return document;
    }

    private DateOnly? Date(StatementField field, ref RowFault? fault)
    {
        if (!fields.TryGetValue(field, out var there))
        {
            fault ??= field == StatementField.DocumentDate && !Has(StatementField.BookedDate) && !Has(StatementField.ReceivedDate) && !Has(StatementField.SpentDate) ? new RowFault(RowFaultCode.NoDate) : null;
            return null;
        }

        // A time behind the day does no harm.
        var text = there.Value.AsSpan().Trim();
        var space = text.IndexOfAny(' ', 'T');
        if (DateInput.TryParse(space < 0 ? text : text[..space], DateOrder.DayFirst, out var day) != DateProblem.None)
        {
            fault ??= new RowFault(RowFaultCode.BadDate, there.Name, StatementLimits.Shown(there.Value));
            return null;
        }

        fault ??= day > today.AddDays(1) ? new RowFault(RowFaultCode.FutureDate, there.Name, StatementLimits.Shown(there.Value)) : null;
        return day;
    }

    private Money? Money(StatementField field, out RowFault? fault)
    {
        fault = null;
        if (!fields.TryGetValue(field, out var there))
        {
            return null;
        }

        if (NumberInput.TryParse(there.Value, out var number) != NumberProblem.None)
        {
            fault = new RowFault(RowFaultCode.BadAmount, there.Name, StatementLimits.Shown(there.Value));
            return null;
        }

        if (number is > StatementLimits.AmountTiyn / 100m or < -StatementLimits.AmountTiyn / 100m)
        {
            fault = new RowFault(RowFaultCode.HugeAmount, there.Name, StatementLimits.Shown(there.Value));
            return null;
        }

        if (!decimal.IsInteger(number * 100))
        {
            fault = new RowFault(RowFaultCode.TooManyDecimals, there.Name, StatementLimits.Shown(there.Value));
            return null;
        }

        return Kernel.Money.FromTenge(number);
    }

    private string Text(StatementField field) => fields.TryGetValue(field, out var there) ? there.Value : "";

    private string AccountText(StatementField field) => AccountNumber.Normalise(Text(field));
}

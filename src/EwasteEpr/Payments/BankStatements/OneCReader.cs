using System.Runtime.CompilerServices;
using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>The exchange text of banks and 1C (<c>1CClientBankExchange</c>).</summary>
/// <remarks>
/// Published by 1C ("Standard of exchange with client-bank systems", versions 1.00 to 1.03): a head, sections of accounts with balances and turnover,
/// a section for each document, and <c>КонецФайла</c>. Banks of Kazakhstan use other names in the documents (НомерДокумента, ПлательщикБИН_ИИН, СуммаПриход);
/// both are read. A file without its end is half a file and is refused.
/// </remarks>
public sealed class OneCReader(Stream stream, StatementTerms terms) : IStatementReader
{
    private readonly StatementLines lines = new(stream);
    private readonly Dictionary<string, Sections> sections = new(StringComparer.Ordinal);
    private readonly List<string> named = [];
    private DateOnly? headFrom;
    private DateOnly? headUntil;

    public StatementFormat Format => StatementFormat.OneC;

    public string EncodingName => lines.EncodingName;

    public IReadOnlyList<AccountTurnover> Accounts => [.. sections.Select(pair => pair.Value.Merge(pair.Key, headFrom, headUntil))];

    public async IAsyncEnumerable<StatementRow> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        if ((await lines.ReadAsync(ct))?.Trim() != StatementLines.Mark)
        {
            throw Refused(FileFaultCode.NotAStatement);
        }

        var builder = new RowBuilder(terms.OwnAccounts, terms.Today);
        var rows = 0;
        var isClosed = false;
        while (await lines.ReadAsync(ct) is { } line)
        {
            var (key, value) = Split(line);
            if (key == "КОНЕЦФАЙЛА")
            {
                isClosed = true;
                break;
            }

            if (key == "СЕКЦИЯРАСЧСЧЕТ")
            {
                await ReadAccountAsync(ct);
            }
            else if (key == "СЕКЦИЯДОКУМЕНТ")
            {
                if (++rows > StatementLimits.Rows)
                {
                    throw Refused(FileFaultCode.TooManyRows, expected: $"{StatementLimits.Rows}");
                }

                CheckAccounts();
                yield return await ReadDocumentAsync(builder, ct);
            }
            else
            {
                ReadHead(key, value);
            }
        }

        if (!isClosed)
        {
            throw Refused(FileFaultCode.Truncated);
        }

        CheckAccounts();
    }

    private void ReadHead(string key, string value)
    {
        switch (key)
        {
            case "РАСЧСЧЕТ" when AccountNumber.Normalise(value) is { Length: > 0 } account:
                named.Add(account);
                break;
            case "ДАТАНАЧАЛА":
                headFrom = Day(value);
                break;
            case "ДАТАКОНЦА":
                headUntil = Day(value);
                break;
        }
    }

    private async Task ReadAccountAsync(CancellationToken ct)
    {
        var section = new Section(lines.LineNo);
        while (true)
        {
            if (await lines.ReadAsync(ct) is not { } line)
            {
                throw Refused(FileFaultCode.Truncated);
            }

            var (key, value) = Split(line);
            switch (key)
            {
                case "КОНЕЦРАСЧСЧЕТ":
                    Add(section);
                    return;
                case "СЕКЦИЯРАСЧСЧЕТ" or "СЕКЦИЯДОКУМЕНТ" or "КОНЕЦДОКУМЕНТА" or "КОНЕЦФАЙЛА":
                    throw Refused(FileFaultCode.SectionInsideSection, line);
                case "РАСЧСЧЕТ":
                    section.Account = AccountNumber.Normalise(value);
                    break;
                case "ДАТАНАЧАЛА":
                    section.From = Day(value);
                    break;
                case "ДАТАКОНЦА":
                    section.Until = Day(value);
                    break;
                case "НАЧАЛЬНЫЙОСТАТОК":
                    section.Opening = Amount(value, line);
                    break;
                case "ВСЕГОПОСТУПИЛО":
                    section.Received = Amount(value, line);
                    break;
                case "ВСЕГОСПИСАНО":
                    section.Spent = Amount(value, line);
                    break;
                case "КОНЕЧНЫЙОСТАТОК":
                    section.Closing = Amount(value, line);
                    break;
            }
        }
    }

    private void Add(Section section)
    {
        var account = section.Account is { Length: > 0 } own ? own : named.Count == 1 ? named[0] : throw Refused(FileFaultCode.NoAccount);
        if (!sections.TryGetValue(account, out var all))
        {
            sections.Add(account, all = new Sections());
        }

        all.Add(section);
    }

    private async Task<StatementRow> ReadDocumentAsync(RowBuilder builder, CancellationToken ct)
    {
        builder.Clear();
        var start = lines.LineNo;
        StatementField? last = null;
        while (true)
        {
            if (await lines.ReadAsync(ct) is not { } line)
            {
                throw Refused(FileFaultCode.Truncated);
            }

            var (key, value) = Split(line);
            if (key == "КОНЕЦДОКУМЕНТА")
            {
                break;
            }

            if (key is "СЕКЦИЯДОКУМЕНТ" or "СЕКЦИЯРАСЧСЧЕТ" or "КОНЕЦРАСЧСЧЕТ" or "КОНЕЦФАЙЛА")
            {
                throw Refused(FileFaultCode.SectionInsideSection, line);
            }

            last = AddField(builder, line, key, value, last);
            if (builder.Count > StatementLimits.FieldsOfARow)
            {
                throw Refused(FileFaultCode.BadSection, line);
            }
        }

        var row = builder.Build(start, OnlyAccount());
        return row.Fault is null && row.Document is { } document && Outside(document) ? row with { Fault = new RowFault(RowFaultCode.OutsidePeriod, "", document.BookedOn.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)) } : row;
    }

    private static StatementField? AddField(RowBuilder builder, string line, string key, string value, StatementField? last)
    {
        // A purpose may go on over several lines, and such a line may hold "=": a key of the format begins with a capital letter and has no spaces.
        if (key.Length < 3 || !char.IsUpper(line.TrimStart()[0]))
        {
            if (last == StatementField.Purpose && line.Trim() is { Length: > 0 } more)
            {
                builder.Continue(StatementField.Purpose, more);
            }

            return last;
        }

        if (StatementFields.IsMorePurpose(key))
        {
            builder.Continue(StatementField.Purpose, value);
            return StatementField.Purpose;
        }

        if (StatementFields.Find(key) is { } field)
        {
            builder.Add(field, line[..line.IndexOf('=', StringComparison.Ordinal)].Trim(), value.Trim());
            return field;
        }

        return null;
    }

    /// <summary>The one account the file is about, where it names one.</summary>
    private string? OnlyAccount() => named.Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : sections.Count == 1 ? sections.Keys.First() : null;

    private bool Outside(BankDocument document) => headFrom is { } from && headUntil is { } until && (document.BookedOn < from || document.BookedOn > until);

    private void CheckAccounts()
    {
        var all = named.Concat(sections.Keys).Distinct(StringComparer.Ordinal).ToList();
        if (all.Count == 0)
        {
            throw Refused(FileFaultCode.NoAccount);
        }

        if (all.Find(account => !terms.OwnAccounts.Contains(account)) is { } foreign)
        {
            throw new UnreadableStatementException(new FileFault(FileFaultCode.OtherAccount, 0, StatementLimits.Shown(foreign), string.Join(", ", terms.OwnAccounts.Order(StringComparer.Ordinal))));
        }
    }

    private long Amount(string value, string line)
    {
        var problem = NumberInput.TryParse(value, out var number);
        return problem == NumberProblem.None && decimal.IsInteger(number * 100) && Math.Abs(number) <= StatementLimits.AmountTiyn / 100m ? decimal.ToInt64(number * 100)
            : throw Refused(FileFaultCode.BadSection, line);
    }

    private static DateOnly? Day(string value) => DateInput.TryParse(value, DateOrder.DayFirst, out var day) == DateProblem.None ? day : null;

    /// <summary>The key in its comparable form (empty where the line has none) and the value.</summary>
    private static (string Key, string Value) Split(string line)
    {
        var at = line.IndexOf('=', StringComparison.Ordinal);
        var name = at < 0 ? line : line[..at];
        return StatementFields.IsKey(name) && (at >= 0 || IsMark(name)) ? (StatementFields.Key(name), at < 0 ? "" : line[(at + 1)..].Trim()) : ("", line);
    }

    private static bool IsMark(string name) => StatementFields.Key(name) is "СЕКЦИЯРАСЧСЧЕТ" or "КОНЕЦРАСЧСЧЕТ" or "СЕКЦИЯДОКУМЕНТ" or "КОНЕЦДОКУМЕНТА" or "КОНЕЦФАЙЛА";

    private UnreadableStatementException Refused(FileFaultCode code, string value = "", string expected = "") => new(new FileFault(code, lines.LineNo, StatementLimits.Shown(value), expected));

    private sealed class Section(int lineNo)
    {
        public int LineNo { get; } = lineNo;

        public string? Account { get; set; }

        public DateOnly? From { get; set; }

        public DateOnly? Until { get; set; }

        public long? Opening { get; set; }

        public long? Received { get; set; }

        public long? Spent { get; set; }

        public long? Closing { get; set; }
    }

    /// <summary>Some banks write a section for each day.</summary>
    private sealed class Sections
    {
        private readonly List<Section> all = [];

        public void Add(Section section) => all.Add(section);

        public AccountTurnover Merge(string account, DateOnly? headFrom, DateOnly? headUntil)
        {
            var ordered = all.OrderBy(section => section.From ?? DateOnly.MinValue).ThenBy(section => section.LineNo).ToList();
            return new AccountTurnover(
                account,
                ordered[0].From ?? headFrom ?? default,
                ordered[^1].Until ?? ordered[^1].From ?? headUntil ?? default,
                ordered[0].Opening,
                Sum(ordered, section => section.Received),
                Sum(ordered, section => section.Spent),
                ordered[^1].Closing);
        }

        private static long? Sum(List<Section> ordered, Func<Section, long?> part) => ordered.TrueForAll(section => part(section) is not null) ? ordered.Sum(part) : null;
    }
}

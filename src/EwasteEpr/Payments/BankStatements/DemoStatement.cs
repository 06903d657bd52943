using System.Globalization;
using System.Text;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>For the demonstration: a statement as a bank would send it, about invoices that are open at this moment.</summary>
/// <remarks>It begins where the last imported one ends and repeats what it told of the same day, as a bank does: importing it twice changes nothing.</remarks>
public sealed class DemoStatement(Db db, BankAccounts accounts)
{
    private static readonly DemoPayment[] Mixture = [DemoPayment.Exact, DemoPayment.Part, DemoPayment.Exact, DemoPayment.Over, DemoPayment.Exact, DemoPayment.Exact];

    private const string DaySql = "select app.today() as today, coalesce((select closing_tiyn from bank_statement_accounts a join bank_statements s using (statement_id) where s.state = 'Imported' and a.account = @account and a.until_on < @day order by a.until_on desc, s.imported_at desc limit 1), 250000000)::bigint as opening_tiyn";

    private const string OpenSql = """
        select i.payment_reference, i.open_tiyn, o.name_ru, o.bin, i.number
          from invoices i join organisations o using (organisation_id)
         where i.open_tiyn > 0 and (@only::text is null or o.demo_code = @only) and not exists (select from bank_rows b where b.status in ('Pending', 'Waiting') and b.invoice_id = i.invoice_id)
           and not exists (select from bank_rows b where b.account = @account and b.booked_on = @day and strpos(b.purpose, i.payment_reference) > 0)
         order by o.demo_code, i.issued_on, i.invoice_id
         limit @most
        """;

    private const string ToldSql = """
        select way, amount_tiyn, document_no, document_on, party_name, party_number, purpose from bank_rows where account = @account and booked_on = @day order by bank_row_id limit 1000
        """;

    /// <summary>Today's statement.</summary>
    /// <returns>None while no account is set.</returns>
    public Task<byte[]?> WriteAsync(CancellationToken ct) => WriteAsync(0, Mixture, null, ct);

    /// <param name="daysAgo">The statement's one day.</param>
    /// <param name="payments">How open invoices are paid, the oldest first.</param>
    /// <param name="only">Invoices of this invented organisation alone.</param>
    internal async Task<byte[]?> WriteAsync(int daysAgo, IReadOnlyList<DemoPayment> payments, string? only, CancellationToken ct)
    {
        if (await accounts.ListAsync(ct) is not [var account, ..])
        {
            return null;
        }

        var today = (await db.QuerySingleAsync<DayRow>(DaySql, new { account, day = DateOnly.MaxValue }, ct)).Today;
        var day = today.AddDays(-daysAgo);
        var opening = (await db.QuerySingleAsync<DayRow>(DaySql, new { account, day }, ct)).OpeningTiyn;
        var told = await db.QueryAsync<ToldRow>(ToldSql, new { account, day }, ct);
        var open = await db.QueryAsync<OpenRow>(OpenSql, new { account, day, most = payments.Count, only }, ct);
        var rows = told.Concat(open.Select((invoice, i) => Payment(invoice, payments[i], i, day, told.Count))).ToList();
        if (told.Count == 0 && daysAgo < 2)
        {
            rows.Add(new ToldRow("In", (184_300 + (daysAgo * 1_250)) * 100L, $"{day:MMdd}-90", day, "ИП Неизвестный плательщик", null, "Оплата по договору, без номера счёта"));
            rows.Add(new ToldRow("Out", 2_500_00, $"{day:MMdd}-91", day, "АО «Демо Банк»", null, "Комиссия за обслуживание счёта"));
        }

        return Bytes(Text(account, day, opening, rows));
    }

    private static ToldRow Payment(OpenRow invoice, DemoPayment kind, int i, DateOnly day, int before)
    {
        var amount = kind switch { DemoPayment.Part => invoice.OpenTiyn / 5 * 2 / 100 * 100, DemoPayment.Over => invoice.OpenTiyn + 10_000_00, _ => invoice.OpenTiyn };
        var reference = i % 2 == 0 ? invoice.PaymentReference : invoice.PaymentReference[..4] + " " + invoice.PaymentReference[4..];
        return new ToldRow("In", Math.Max(amount, 1_00), $"{day:MMdd}-{before + i + 1}", day, invoice.NameRu, invoice.Bin, $"Утилизационный платёж по счёту {invoice.Number}. Код платежа {reference}");
    }

    /// <summary>As banks of the country send it: Windows-1251 with the Kazakh letters of KZ-1048.</summary>
    private static byte[] Bytes(string text)
    {
        var letters = TextEncodings.KazakhPairs().ToDictionary(pair => pair.Letter, pair => pair.Byte);
        var windows = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;
        return [.. text.SelectMany(letter => letters.TryGetValue(letter, out var one) ? [one] : windows.GetBytes([letter]))];
    }

    private static string Text(string account, DateOnly day, long opening, List<ToldRow> rows)
    {
        var received = rows.Where(row => row.Way == "In").Sum(row => row.AmountTiyn);
        var spent = rows.Where(row => row.Way == "Out").Sum(row => row.AmountTiyn);
        var text = new StringBuilder();
        Lines(
            text,
            StatementLines.Mark, "ВерсияФормата=2.00", "Кодировка=Windows", "Отправитель=АО «Демо Банк»", "Получатель=1С:Бухгалтерия для Казахстана",
            $"ДатаНачала={Day(day)}", $"ДатаКонца={Day(day)}", $"РасчСчет={account}",
            "СекцияРасчСчет", $"ДатаНачала={Day(day)}", $"ДатаКонца={Day(day)}", $"РасчСчет={account}",
            $"НачальныйОстаток={Tenge(opening)}", $"ВсегоПоступило={Tenge(received)}", $"ВсегоСписано={Tenge(spent)}", $"КонечныйОстаток={Tenge(opening + received - spent)}", "КонецРасчСчет");
        foreach (var row in rows)
        {
            var (theirs, ours) = row.Way == "In" ? ("Плательщик", "Получатель") : ("Получатель", "Плательщик");
            Lines(
                text,
                "СекцияДокумент=Выписка", "ВидДокумента=ПлатежноеПоручение", $"ДатаОперации={Day(day)}", (row.Way == "In" ? "СуммаПриход=" : "СуммаРасход=") + Tenge(row.AmountTiyn),
                $"НомерДокумента={row.DocumentNo}", $"ДатаДокумента={Day(row.DocumentOn)}", $"{theirs}Наименование={row.PartyName}", $"{theirs}БИН_ИИН={row.PartyNumber}", $"{ours}ИИК={account}",
                $"НазначениеПлатежа={row.Purpose}", "КодНазначенияПлатежа=911", "Валюта=KZT", "КонецДокумента");
        }

        Lines(text, "КонецФайла");
        return text.ToString();
    }

    private static void Lines(StringBuilder text, params string[] lines)
    {
        foreach (var line in lines)
        {
            text.Append(line).Append("\r\n");
        }
    }

    private static string Day(DateOnly day) => day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);

    private static string Tenge(long tiyn) => (tiyn / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    private sealed record DayRow(DateOnly Today, long OpeningTiyn);

    private sealed record OpenRow(string PaymentReference, long OpenTiyn, string NameRu, string? Bin, string Number);

    private sealed record ToldRow(string Way, long AmountTiyn, string DocumentNo, DateOnly DocumentOn, string PartyName, string? PartyNumber, string Purpose);
}

/// <summary>How an invoice of the demonstration is paid.</summary>
internal enum DemoPayment
{
    Exact,
    Part,
    Over,
}

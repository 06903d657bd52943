using System.Globalization;
using System.Text;
using EwasteEpr.Payments.BankStatements;

namespace EwasteEpr.Tests.Payments.BankStatements;

/// <summary>Statement files in the banks' own words.</summary>
internal sealed class GivenStatement
{
    public const string Account = "KZ75125KZT2069100100";
    public static readonly DateOnly Today = new(2026, 11, 20);

    private readonly StringBuilder documents = new();
    private long received;
    private long spent;

    public long OpeningTiyn { get; init; } = 1_000_000_00;

    public string HeadAccount { get; init; } = Account;

    public string EncodingWord { get; init; } = "Windows";

    public DateOnly From { get; init; } = new(2026, 11, 1);

    public DateOnly Until { get; init; } = new(2026, 11, 20);

    public long? ReceivedTiyn { get; init; }

    public long? ClosingTiyn { get; init; }

    public static StatementTerms Terms { get; } = new(new HashSet<string>([Account], StringComparer.Ordinal), Today);

    public GivenStatement In(long tiyn, string no, string purpose, string bin = "040340008429", string name = "ТОО «Алатау Импорт»", string day = "17.11.2026")
    {
        received += tiyn;
        Add(no, day, name, bin, "KZ86125KZT5004100100", "Фонд", "100140011059", HeadAccount, $"СуммаПриход={Tenge(tiyn)}", purpose);
        return this;
    }

    public GivenStatement Out(long tiyn, string no, string purpose, string bin = "040340008429", string name = "АО «Банк»", string day = "17.11.2026")
    {
        spent += tiyn;
        Add(no, day, "Фонд", "100140011059", HeadAccount, name, bin, "KZ86125KZT5004100100", $"СуммаРасход={Tenge(tiyn)}", purpose);
        return this;
    }

    /// <summary>A document as somebody else writes it.</summary>
    public GivenStatement Raw(string document, long receivedTiyn = 0)
    {
        received += receivedTiyn;
        documents.Append(document.ReplaceLineEndings("\r\n"));
        return this;
    }

    public string Text(bool withEnd = true) => string.Create(CultureInfo.InvariantCulture, $"""
        1CClientBankExchange
        ВерсияФормата=2.00
        Кодировка={EncodingWord}
        Отправитель=АО «Банк»
        Получатель=1С:Бухгалтерия для Казахстана
        ДатаСоздания=20.11.2026
        ВремяСоздания=18:11:22
        ДатаНачала={From:dd.MM.yyyy}
        ДатаКонца={Until:dd.MM.yyyy}
        РасчСчет={HeadAccount}
        СекцияРасчСчет
        ДатаНачала={From:dd.MM.yyyy}
        ДатаКонца={Until:dd.MM.yyyy}
        РасчСчет={HeadAccount}
        НачальныйОстаток={Tenge(OpeningTiyn)}
        ВсегоПоступило={Tenge(ReceivedTiyn ?? received)}
        ВсегоСписано={Tenge(spent)}
        КонечныйОстаток={Tenge(ClosingTiyn ?? (OpeningTiyn + received - spent))}
        КонецРасчСчет

        """).ReplaceLineEndings("\r\n") + documents + (withEnd ? "КонецФайла\r\n" : "");

    public MemoryStream Windows1251() => new(CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(Text()));

    public MemoryStream Utf8() => new(Encoding.UTF8.GetBytes(Text()));

    private void Add(string no, string day, string payer, string payerBin, string payerAccount, string payee, string payeeBin, string payeeAccount, string amount, string purpose) => documents.Append($"""
        СекцияДокумент=Выписка
        ВидДокумента=ПлатежноеПоручение
        ДатаОперации={day}
        {amount}
        НомерДокумента={no}
        ДатаДокумента={day}
        ПлательщикНаименование={payer}
        ПлательщикБИН_ИИН={payerBin}
        ПлательщикКБЕ=17
        ПлательщикИИК={payerAccount}
        ПлательщикБанкБИК=KCJBKZKX
        ПолучательНаименование={payee}
        ПолучательБИН_ИИН={payeeBin}
        ПолучательКБЕ=17
        ПолучательИИК={payeeAccount}
        НазначениеПлатежа={purpose}
        КодНазначенияПлатежа=911
        Валюта=KZT
        КонецДокумента

        """.ReplaceLineEndings("\r\n"));

    private static string Tenge(long tiyn) => (tiyn / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}

using System.Collections.Frozen;
using System.Text;

namespace EwasteEpr.Declarations.Reading;

/// <summary>What people call the columns, in Kazakh, Russian and English.</summary>
/// <remarks>
/// Case, spaces, punctuation, ё/е and letters that look alike in Latin and Cyrillic do not matter. A unit behind the name counts:
/// a mass in tonnes is not taken for kilograms but refused.
/// </remarks>
public static class ColumnNames
{
    private static readonly (Column Column, string Names)[] Known =
    [
        (Column.HsCode, "hs code|hs|hs6|hs 6|hscode|cn code|tn ved|tnved|tn ved code|customs code|tariff code|commodity code|goods code|код тн вэд|код тнвэд|код по тн вэд|код товара по тн вэд|код товара тн вэд|код тн вэд еаэс|код по тн вэд еаэс|код товара по тн вэд еаэс|тн вэд|тнвэд|тн вэд еаэс|код товара|таможенный код|код гс|сэқ тн|сэқ тн коды|еаэо сэқ тн|еаэо сэқ тн коды|еаэо сэқ тн бойынша код|сэқ тн бойынша коды|тауар коды|кеден коды"),
        (Column.UnuKey, "unu key|unu|unu-key|unukey|key|unu code|ключ unu|ключ юну|код unu|unu кілті|unu коды|unu кілт|кілт|ключ"),
        (Column.Description, "description|name|goods|product|product name|item|goods description|equipment|наименование|наименование товара|наименование продукции|название|товар|описание|описание товара|оборудование|атауы|тауар атауы|тауардың атауы|тауар|сипаттамасы|сипаттама|жабдық|өнім атауы"),
        (Column.Packaging, "packaging|packing|package|packaging kg|упаковка|упаковка кг|тара|вид и масса упаковки|қаптама|қаптама кг|орама|буып түю|қаптаманың түрі мен массасы"),
        (Column.BatteryKg, "battery kg|batteries kg|battery|batteries|built in batteries|built in batteries kg|battery mass|battery mass kg|масса батарей|масса батарей кг|батареи|батареи кг|аккумуляторы|аккумуляторы кг|масса аккумуляторов|масса аккумуляторов кг|в том числе батареи|в том числе батареи кг|батареялар|батареялар кг|батарея массасы|батарея массасы кг|аккумулятор|аккумуляторлар|аккумуляторлар кг"),
        (Column.Source, "source|supply source|origin of supply|way in|источник|источник поставки|способ поступления|откуда|шығу көзі|көзі|жеткізу көзі"),
        (Column.Condition, "condition|state|new or used|состояние|состояние товара|новый бу|жағдайы|күйі|тауар күйі|тауардың жай күйі|жай күйі"),
        (Column.ObligationDate, "obligation date|date|import date|imported on|border crossing date|date of import|date of crossing|дата|дата ввоза|дата импорта|дата пересечения границы|дата пересечения|дата возникновения обязательства|дата обязательства|дата принятия на учет|күні|күн|әкелу күні|импорт күні|шекарадан өту күні|міндеттеме күні|міндеттеменің туындау күні"),
        (Column.Origin, "origin|country|country of origin|origin country|country code|страна|страна происхождения|страна-производитель|код страны|код страны происхождения|шығарылған ел|шыққан елі|шығу елі|ел|ел коды|өндірілген елі"),
        (Column.DocumentNo, "document no|document|document number|doc no|customs declaration|declaration no|dt no|номер документа|№ документа|документ|номер дт|дт|№ дт|номер декларации|декларация на товары|номер декларации на товары|құжат нөмірі|құжат №|құжат|декларация нөмірі|тд нөмірі"),
    ];

    private const string UnitsNames = "units|quantity|qty|pieces|number of pieces|amount|count|количество|кол во|колво|число|число единиц|штук|шт|саны|мөлшері|дана|дана саны";
    private const string UnitsUnits = "|шт|штук|штуки|единиц|ед|дана|pcs|pieces|units|шт единиц";
    private const string MassNames = "mass|weight|net mass|net weight|mass net|weight net|масса|вес|масса нетто|вес нетто|нетто|общая масса|общий вес|масса товара|вес товара|масса нетто товара|массасы|масса нетто|таза масса|таза массасы|салмағы|салмақ|таза салмағы|таза салмақ|нетто массасы|нетто салмағы|жалпы массасы";
    private const string Kilograms = "|kg|kgs|kilograms|in kg|net kg|кг|килограмм|килограммов|в кг|нетто кг|кг нетто|килограмм есебімен";
    private const string OtherMassUnits = "t|tonnes|tons|in tonnes|g|grams|lb|т|тонн|тонна|в тоннах|тыс т|г|гр|грамм|в граммах|мың т|ц";

    private static readonly FrozenDictionary<string, Column> ByName = Build();
    private static readonly FrozenSet<string> MassElsewhere = Combined(MassNames, OtherMassUnits).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The column that the words name, or none.</summary>
    public static Column? Find(string words) => ByName.TryGetValue(Normalised(words), out var column) ? column : null;

    /// <summary>Mass, but in tonnes or grams.</summary>
    public static bool IsMassInOtherUnit(string words) => MassElsewhere.Contains(Normalised(words));

    /// <summary>Letters and digits in lower case, each in one shape: Cyrillic letters that look like Latin ones become those.</summary>
    internal static string Normalised(string words)
    {
        const string Cyrillic = "авекмнорстухіһё";
        const string Latin = "abekmhopctyxihe";
        var text = new StringBuilder(words.Length);
        foreach (var c in words.Normalize(NormalizationForm.FormKC))
        {
            if (char.IsLetterOrDigit(c))
            {
                var lower = char.ToLowerInvariant(c);
                var at = Cyrillic.IndexOf(lower, StringComparison.Ordinal);
                text.Append(at < 0 ? lower : Latin[at]);
            }
            else if (c == '№')
            {
                text.Append('№');
            }
        }

        return text.ToString();
    }

    private static FrozenDictionary<string, Column> Build()
    {
        var names = new Dictionary<string, Column>(StringComparer.Ordinal);
        foreach (var column in Enum.GetValues<Column>())
        {
            names.TryAdd(Normalised(Columns.Code(column)), column);
        }

        foreach (var (column, list) in Known)
        {
            foreach (var name in list.Split('|'))
            {
                names.TryAdd(Normalised(name), column);
            }
        }

        AddAll(names, Combined(UnitsNames, UnitsUnits), Column.Units);
        AddAll(names, Combined(MassNames, Kilograms), Column.MassKg);
        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static void AddAll(Dictionary<string, Column> names, IEnumerable<string> all, Column column)
    {
        foreach (var name in all)
        {
            names.TryAdd(name, column);
        }
    }

    private static IEnumerable<string> Combined(string names, string units) =>
        from name in names.Split('|')
        from unit in units.Split('|')
        select Normalised(name + unit);
}

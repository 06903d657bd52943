using System.Collections.Frozen;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Rules;

/// <summary>How the thing came to the market.</summary>
public enum SupplySource
{
    NotSaid,
    Eaeu,
    ThirdCountry,
    Produced,
}

/// <summary>In what state it was.</summary>
public enum GoodsCondition
{
    NotSaid,
    New,
    Used,
    ForRepair,
}

/// <summary>The words of closed lists, in three languages; case, spaces and look-alike letters do not matter.</summary>
public static class LineWords
{
    private static readonly FrozenDictionary<string, SupplySource> Sources = Build(
    [
        (SupplySource.Eaeu, "eaeu|eeu|import from eaeu|imported from eaeu|eaeu import|еаэс|импорт из еаэс|ввоз из еаэс|ввезено из еаэс|из еаэс|еаэо|еаэо елдерінен|еаэо-дан|еаэо-дан импорт|еаэо-дан әкелінген"),
        (SupplySource.ThirdCountry, "third_country|third country|third countries|import|imported|imported from third country|третьи страны|третья страна|импорт|импорт из третьих стран|ввоз из третьих стран|из третьих стран|үшінші ел|үшінші елдер|үшінші елден|үшінші елдерден|үшінші елдерден импорт|импортталған"),
        (SupplySource.Produced, "produced|production|made in kazakhstan|domestic|произведено|производство|произведено в казахстане|собственное производство|өндірілген|өндіріс|қазақстанда өндірілген|өз өндірісі"),
    ]);

    private static readonly FrozenDictionary<string, GoodsCondition> Conditions = Build(
    [
        (GoodsCondition.New, "new|новый|новая|новое|новые|н|жаңа"),
        (GoodsCondition.Used, "used|second hand|бу|б/у|бывший в употреблении|бывшее в употреблении|подержанный|подержанное|қолданылған|пайдаланылған|ұсталған"),
        (GoodsCondition.ForRepair, "for_repair|for repair|repair|для ремонта|на ремонт|в ремонт|жөндеуге|жөндеу үшін"),
    ]);

    private static readonly FrozenDictionary<string, PackagingKind> Kinds = Build(
    [
        (PackagingKind.Plastic, "plastic|plastics|пластик|пластмасса|пластиковая|полимер|полимеры|полимерная|полиэтилен|пленка|пенопласт|пластикалық|пластмассалық|полимерлі"),
        (PackagingKind.Paper, "paper|cardboard|carton|paper and cardboard|бумага|картон|бумага и картон|бумажная|картонная|қағаз|қатты қағаз|қағаз және картон|картоннан"),
        (PackagingKind.Metal, "metal|steel|aluminium|металл|металлическая|жесть|алюминий|металдан|металды"),
        (PackagingKind.Combined, "combined|composite|mixed|комбинированная|комбинированный|комбинированные материалы|композит|смешанная|аралас|құрамдастырылған|біріктірілген"),
        (PackagingKind.Glass, "glass|стекло|стеклянная|шыны|шыныдан"),
    ]);

    public static bool TryParse(string text, out SupplySource source) => Sources.TryGetValue(ColumnNames.Normalised(text), out source);

    public static bool TryParse(string text, out GoodsCondition condition) => Conditions.TryGetValue(ColumnNames.Normalised(text), out condition);

    public static bool TryParse(string text, out PackagingKind kind) => Kinds.TryGetValue(ColumnNames.Normalised(text), out kind);

    private static FrozenDictionary<string, T> Build<T>((T Value, string Words)[] known)
        where T : struct
    {
        var words = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (value, list) in known)
        {
            foreach (var word in list.Split('|'))
            {
                words.TryAdd(ColumnNames.Normalised(word), value);
            }
        }

        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

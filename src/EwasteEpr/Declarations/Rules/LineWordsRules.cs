using System.Text;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Rules;

/// <summary>The fields of a line that are words: source, condition, country, packaging, and how long a text may be.</summary>
internal sealed class LineWordsRules(NumberFields numbers)
{
    private const int LongestText = 1_000;
    private const int LongestDocument = 100;

    /// <param name="line">The line to read into.</param>
    /// <param name="rowBytes">Length of the whole row, or 0 where it is not known: a short row holds no long text.</param>
    public void Read(Line line, int rowBytes)
    {
        ReadCountry(line);
        ReadSource(line);
        ReadCondition(line);
        var packaging = line.Field(Column.Packaging);
        if (!packaging.IsEmpty)
        {
            PackagingText.Read(line, Encoding.UTF8.GetString(packaging), numbers);
        }

        if (rowBytes is 0 or > LongestDocument)
        {
            CheckLength(line, Column.Description, LongestText);
            CheckLength(line, Column.DocumentNo, LongestDocument);
        }
    }

    private static void ReadCountry(Line line)
    {
        var field = line.Field(Column.Origin);
        if (field.IsEmpty)
        {
            return;
        }

        if (CountryCodes.Find(field) is { } code || (field.Length < 200 && Country.TryParse(Encoding.UTF8.GetString(field), out code)))
        {
            line.Origin = code;
        }
        else
        {
            line.Add(ProblemCode.CountryUnknown, Column.Origin);
        }
    }

    private static void ReadSource(Line line)
    {
        var field = line.Field(Column.Source);
        if (field.IsEmpty)
        {
            return;
        }

        if (field.Length < 200 && LineWords.TryParse(Encoding.UTF8.GetString(field), out SupplySource source))
        {
            line.Supply = source;
        }
        else
        {
            line.Add(ProblemCode.SourceUnknown, Column.Source);
        }
    }

    private static void ReadCondition(Line line)
    {
        var field = line.Field(Column.Condition);
        if (field.IsEmpty)
        {
            return;
        }

        if (field.Length < 200 && LineWords.TryParse(Encoding.UTF8.GetString(field), out GoodsCondition condition))
        {
            line.Condition = condition;
        }
        else
        {
            line.Add(ProblemCode.ConditionUnknown, Column.Condition);
        }
    }

    private static void CheckLength(Line line, Column column, int most)
    {
        var field = line.Field(column);
        if (field.Length > most && Encoding.UTF8.GetCharCount(field) > most)
        {
            line.Add(ProblemCode.TextTooLong, column, $"{most}");
        }
    }
}

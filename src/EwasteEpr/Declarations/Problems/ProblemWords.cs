using System.Text;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Problems;

/// <summary>What the page says, for files that leave it.</summary>
/// <param name="Column">Name of the added column: one of <see cref="ProblemColumn.Names"/>.</param>
/// <param name="Sentence">A problem in the reader's language.</param>
/// <param name="NeedsKazakhLetters">The sentences hold letters that Windows-1251 lacks.</param>
public sealed record ProblemWords(string Column, Func<LineProblem, string> Sentence, bool NeedsKazakhLetters);

/// <summary>The column that we add to a declarant's own file, and that we pass over when the file comes back.</summary>
public static class ProblemColumn
{
    public static IReadOnlyList<string> Names { get; } = ["Мәселе", "Проблема", "Problem"];

    private static readonly HashSet<string> Normalised = [.. Names.Select(ColumnNames.Normalised)];

    /// <summary>Where it stands in a header, or -1.</summary>
    public static int Find(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        for (var i = names.Count - 1; i >= 0; i--)
        {
            if (Normalised.Contains(ColumnNames.Normalised(names[i])))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>Text cells that leave us: no spreadsheet takes them for a formula.</summary>
internal static class SafeText
{
    public static string Of(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;

    public static StringBuilder AppendField(StringBuilder row, string text, char separator)
    {
        if (!text.Contains(separator, StringComparison.Ordinal) && text.AsSpan().IndexOfAny("\"\r\n") < 0)
        {
            return row.Append(text);
        }

        return row.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}

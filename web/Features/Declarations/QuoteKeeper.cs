using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Rules;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Keeps of a quote what a page shows, however long the file is.</summary>
public sealed class QuoteKeeper(QuoteTerms terms)
{
    public const int ShownLines = 200;
    private const int ShownOfGroup = 50;

    private readonly List<ShownLine> lines = [];

    public IReadOnlyList<ShownLine> Lines => lines;

    public ValueTask Take(Line line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (lines.Count < ShownLines)
        {
            var kept = QuotedLine.From(line);
            lines.Add(new ShownLine(kept, kept.Tariff is { KeyInfo: { } info } choice ? terms.Tariffs.Explain(kept.Hs, choice.Key, info.Category, kept.PricedOn) : []));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Errors first, then the most frequent.</summary>
    public static IReadOnlyList<QuotedProblems> Groups(ProblemSpool problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var first = ProblemCodes.All.Where(code => problems.CountOf(code) > 0).ToDictionary(code => code, _ => new List<RowProblem>());
        foreach (var problem in problems.Read())
        {
            if (first[problem.Code].Count < ShownOfGroup)
            {
                first[problem.Code].Add(problem);
            }
        }

        return [.. first.Select(group => new QuotedProblems(group.Key, ProblemCodes.SeverityOf(group.Key), problems.CountOf(group.Key), group.Value))
            .OrderBy(group => group.Severity).ThenByDescending(group => group.Count).ThenBy(group => group.Code)];
    }
}

using EwasteEpr.Compliance;
using EwasteEpr.Web.Features.Shared;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Compliance;

/// <summary>The notice of a case in both state languages, Kazakh first: the rule in words, the figures, until when, and that an appeal is open.</summary>
public sealed class CaseLetters
{
    public CaseLetter Of(CaseDetails details, string site)
    {
        ArgumentNullException.ThrowIfNull(details);
        var sides = PaperSides.Of<ComplianceText>();
        var subject = string.Join(" / ", sides.Select(side => side["Letter.Title", details.Case.Number]));
        var body = string.Join("\n\n", sides.Select(side => string.Join('\n', Lines(side, details, site))));
        return new CaseLetter(subject, body);
    }

    /// <summary>The sentences of one language, for the letter and for its paper.</summary>
    internal static IEnumerable<string> Lines(PaperSide<ComplianceText> side, CaseDetails details, string? site)
    {
        yield return side["Letter.To", details.Case.Who(side.Code)];
        yield return side["Rule." + details.Case.Rule];
        yield return side["RuleText." + details.Case.Rule];
        foreach (var line in CaseFacts.Lines(details, key => side[key], side.F))
        {
            yield return line;
        }

        yield return details.Case.AnswerDueOn is { } due ? side["Letter.Due", side.F.Date(due)] : side["Letter.DueDays", CaseService.AnswerDays];
        yield return side["Letter.Appeal"];
        yield return side["Letter.NoFine"];
        if (site is not null && details.Case.Slug is { } slug)
        {
            yield return $"{site}/{side.Code}/org/{slug}/cases/{details.Case.Number}";
        }
    }
}

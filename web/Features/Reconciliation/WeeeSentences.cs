using System.Globalization;
using System.Resources;
using EwasteEpr.Reconciliation.Generation;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>What the model of waste generated has to say beside its numbers.</summary>
/// <param name="language">kk, ru or en.</param>
public sealed class WeeeSentences(string language)
{
    private static readonly ResourceManager Texts = new(typeof(WeeeText));

    private readonly CultureInfo culture = Culture.Text(language);

    public string NoRows => Text("NoRows");

    public string Of(PomProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Text(problem.Code.ToString(), problem.Row, problem.Column, problem.Value);
    }

    public IEnumerable<string> Notes(WeeeEstimate estimate, int repeated)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        yield return Text("Note.Variant", estimate.Variant, Text("Variant." + estimate.Variant));
        if (repeated > 0)
        {
            yield return Text("Note.Repeated", repeated);
        }

        foreach (var absent in estimate.Placed.Absent)
        {
            yield return Text("Note.Absent", absent.Key, absent.Region, Years(absent.Years));
        }
    }

    // 1990-1994, 1997: a run of years is one entry.
    private static string Years(IReadOnlyList<int> years)
    {
        var runs = new List<string>();
        for (var from = 0; from < years.Count;)
        {
            var to = from;
            while (to + 1 < years.Count && years[to + 1] == years[to] + 1)
            {
                to++;
            }

            runs.Add(from == to ? $"{years[from]}" : $"{years[from]}–{years[to]}");
            from = to + 1;
        }

        return string.Join(", ", runs);
    }

    private string Text(string key, params object[] values) => string.Format(CultureInfo.InvariantCulture, Texts.GetString(key, culture)!, values);
}

using System.Globalization;
using System.Resources;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Codes become sentences: what happened, why, what to do. The same on pages, in the API, in files and on the command line.</summary>
/// <param name="language">kk, ru or en.</param>
/// <param name="methodologies">To name the act that lacks something.</param>
public sealed class ProblemSentences(string language, IEnumerable<Methodology> methodologies)
{
    private static readonly ResourceManager Texts = new(typeof(LineProblemText));

    private readonly CultureInfo culture = Culture.Text(language);
    private readonly Format format = Format.In(language);
    private readonly Dictionary<string, Methodology> byCode = methodologies.ToDictionary(methodology => methodology.Code, StringComparer.Ordinal);

    /// <summary>The few words of a heading: «Код ТН ВЭД не найден».</summary>
    public string Title(string publicCode) => Text(publicCode);

    public string Of(TableProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var expected = problem.Code == TableProblemCode.HeaderNotFound ? Text("Known")
            : problem.Code == TableProblemCode.ColumnTwice ? Column(problem.Expected)
            : problem.Expected;
        return Say(problem.PublicCode, problem.Value, expected);
    }

    public string Of(RowProblem problem) => problem.Code switch
    {
        ProblemCode.HsUnknown when problem.Detail.Length == 0 => Text("HS-01.None", problem.Value),
        ProblemCode.KeyAgainstHs when problem.Detail.Length == 0 => Text("KEY-02.Part", problem.Value, "", problem.Detail2),
        ProblemCode.MassTooFine or ProblemCode.BatteryOverMass => Say(problem.PublicCode, problem.Value, Number(problem.Detail)),
        ProblemCode.UnitWeightImplausible when problem.Detail2.Split('|') is [var key, var mean] => Say(problem.PublicCode, problem.Value, Number(problem.Detail), key, Number(mean)),
        ProblemCode.DateInFuture or ProblemCode.NoMethodology or ProblemCode.NoMci => Say(problem.PublicCode, problem.Value, Day(problem.Detail), problem.Detail2),
        ProblemCode.NoTariffRow when problem.Column == EwasteEpr.Declarations.Reading.Column.Packaging => Text("TARIFF-02.Packaging", problem.Value, "", problem.Detail2),
        ProblemCode.CoefficientNotSet => Say(problem.PublicCode, problem.Value, "", Act(problem.Detail2)),
        _ => Say(problem.PublicCode, problem.Value, problem.Detail, problem.Detail2),
    };

    public string Column(string code) => Text("Column." + code);

    /// <summary>What a person should know beside the problems.</summary>
    public IReadOnlyList<string> Notes(QuoteOutcome.Quoted quote)
    {
        ArgumentNullException.ThrowIfNull(quote);
        var notes = new List<string>();
        notes.AddRange(quote.Methodologies.Where(methodology => methodology.Programme == TariffProgramme.Illustrative).Select(methodology => Text("Note.Illustrative", methodology.Code)));
        if (quote.Notes.OutsideDates > 0)
        {
            notes.Add(Text("Note.OutsideDates", string.Join(", ", quote.Methodologies.Select(methodology => methodology.Code)), format.Number(quote.Notes.OutsideDates)));
        }

        if (quote.Notes.IgnoredColumns.Count > 0)
        {
            notes.Add(Text("Note.IgnoredColumns", FieldCut(string.Join(", ", quote.Notes.IgnoredColumns))));
        }

        if (quote.Notes.OtherSheets > 0)
        {
            notes.Add(Text("Note.OtherSheets", format.Number(quote.Notes.OtherSheets)));
        }

        if (quote.Notes.DuplicatesNotSought)
        {
            notes.Add(Text("Note.DuplicatesNotSought"));
        }

        return notes;
    }

    private string Act(string code) => byCode.TryGetValue(code, out var methodology) ? methodology.Act?.Name.In(language) ?? methodology.Title.In(language) : code;

    private string Number(string invariant) =>
        decimal.TryParse(invariant, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? format.Exact(number) : invariant;

    private string Day(string invariant) => DateOnly.TryParseExact(invariant, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? format.DateShort(day) : invariant;

    private string Say(string code, params object[] values) => Text(code + ".Say", values);

    private string Text(string key, params object[] values)
    {
        var text = Texts.GetString(key, culture) ?? throw new MissingManifestResourceException($"There is no text {key} in {language}.");
        return values.Length == 0 ? text : string.Format(culture, text, values);
    }

    private static string FieldCut(string text) => text.Length > 300 ? text[..300] + "…" : text;
}

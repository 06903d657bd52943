using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>The calculator, with its answer when something was asked.</summary>
/// <param name="Methodologies">To choose from.</param>
/// <param name="Pricing">The programme that prices declarations.</param>
/// <param name="Problem">The table as a whole could not be read, in a sentence.</param>
public sealed record CalculatorPage(
    CalculatorForm Form,
    IReadOnlyList<Methodology> Methodologies,
    TariffProgramme Pricing,
    string Language,
    TableProblem? Problem = null,
    QuotePage? Quote = null)
{
    /// <summary>The one field of the form that can be wrong by itself.</summary>
    public string On => Form.On;

    public ProblemSentences Sentences { get; } = new(Language, Methodologies);
}

/// <summary>A quote on a page: totals over all lines, the first lines themselves, the problems in groups.</summary>
/// <param name="FileName">Of the file that was sent; empty for typed and pasted lines.</param>
/// <param name="IsInForm">The lines stand in the form, so they can be corrected here and asked again.</param>
public sealed record QuotePage(
    QuoteTotals Totals,
    IReadOnlyList<ShownLine> Lines,
    IReadOnlyList<QuotedProblems> Groups,
    IReadOnlyList<string> Notes,
    IReadOnlyList<Methodology> Methodologies,
    string FileName,
    bool IsInForm)
{
    /// <summary>As many decimals as the sum and the finest of the lines need, the same for the whole column.</summary>
    public int MassDecimals { get; } = Lines.Select(shown => (Int128)shown.Line.MassGrams).Append(Totals.MassGrams)
        .Select(grams => grams % 1000 == 0 ? 0 : grams % 100 == 0 ? 1 : grams % 10 == 0 ? 2 : 3).Max();
}

/// <param name="Looked">The tariff rows that were looked at, in order.</param>
public sealed record ShownLine(QuotedLine Line, IReadOnlyList<TariffCandidate> Looked);

/// <param name="First">The first rows that have it.</param>
public sealed record QuotedProblems(ProblemCode Code, Severity Severity, long Count, IReadOnlyList<RowProblem> First);

using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>How a quote ended.</summary>
public abstract record QuoteOutcome : IDisposable
{
    private QuoteOutcome()
    {
    }

    /// <summary>Free for temporary files; the quote cannot be asked afterwards.</summary>
    public void Dispose()
    {
        if (this is Quoted quoted)
        {
            quoted.Problems.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Nothing was priced: the table as a whole is at fault.</summary>
    public sealed record Unreadable(TableProblem Problem) : QuoteOutcome;

    /// <summary>Every row was read and ended accepted, warned or refused.</summary>
    /// <param name="Methodologies">All that priced or refused a line.</param>
    /// <param name="MciValues">All that took part in a fee, oldest first.</param>
    public sealed record Quoted(
        QuoteTotals Totals,
        ProblemSpool Problems,
        TableHeader Header,
        IReadOnlyList<Methodology> Methodologies,
        IReadOnlyList<MciValue> MciValues,
        QuoteNotes Notes) : QuoteOutcome;
}

/// <summary>What a person should know of a quote beside its problems.</summary>
/// <param name="IgnoredColumns">Columns of the file that we do not know.</param>
/// <param name="OutsideDates">Lines whose day lies outside the dates of the methodology that was named.</param>
/// <param name="DuplicatesNotSought">Some rows were refused, so rows were not compared with each other yet.</param>
/// <param name="OtherSheets">Sheets of the workbook that were not read.</param>
public sealed record QuoteNotes(IReadOnlyList<string> IgnoredColumns, long OutsideDates, bool DuplicatesNotSought, int OtherSheets);

using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Rules;

/// <summary>One thing that is wrong in one row.</summary>
/// <param name="Row">As a spreadsheet counts.</param>
/// <param name="Column">None where the row as a whole is meant.</param>
/// <param name="Value">What was written, at most 200 characters.</param>
/// <param name="Detail">What the sentence needs beside it: nearest prefix, limit, code of a methodology. Invariant text.</param>
/// <param name="Detail2">A second such thing.</param>
public readonly record struct RowProblem(int Row, ProblemCode Code, Column? Column, string Value, string Detail = "", string Detail2 = "")
{
    public Severity Severity => ProblemCodes.SeverityOf(Code);

    public string PublicCode => ProblemCodes.Public(Code);
}

using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Uploads;

namespace EwasteEpr.Web.Features.Declarations;

/// <param name="Upload">The file that the page belongs to, or none.</param>
/// <param name="Chosen">The group that is open, or none when all is well.</param>
/// <param name="Value">The value of the group that is open; none while the group's rows are shown together.</param>
public sealed record IssuesPage(
    DeclarationDetail Declaration, UploadProgress? Upload, ProblemSummary Summary, ProblemGroup? Chosen, IReadOnlyList<ProblemValue> Values, ProblemValue? Value,
    Page<ProblemRow, int>? Rows, Sentences Sentences, bool MayChange)
{
    /// <summary>Columns by which a problem can be put right, the likeliest first.</summary>
    public IReadOnlyList<string> Targets => Chosen is null ? [] : Chosen.Code switch
    {
        "HS-01" or "HS-02" or "HS-03" or "HS-04" or "CODE-01" => ["hs_code", "unu_key"],
        "UNIT-01" or "UNIT-02" or "UNITS-01" => ["mass_kg", "units"],
        "BATT-01" => ["battery_kg", "mass_kg"],
        "DUP-01" or "PART-01" or "ZERO-01" or "ROW-01" or "ROW-02" or "CHANGE-01" or "CAT-01" => [],
        _ => Columns.TryParse(Chosen.Column, out _) ? [Chosen.Column] : [],
    };

    /// <summary>What we would write there, where the problem itself says it.</summary>
    public string Proposal => Chosen?.Code == "MASS-03" ? Value?.Detail ?? "" : "";

    public int ErrorRows => Summary.Refused;

    public int Unreasoned => Summary.Groups.Sum(group => group.Unreasoned);
}

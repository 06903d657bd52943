using System.Globalization;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Problems of stored rows and files in sentences: those of every list of equipment, and those that a declaration adds.</summary>
public sealed class RowSentences(TariffService tariffs, IStringLocalizer<DeclarationsText> text)
{
    public async Task<Sentences> LoadAsync(CancellationToken ct) =>
        new(new ProblemSentences(Culture.CurrentCode, (await tariffs.CurrentAsync(ct)).Versions.Select(version => version.Methodology)), text);
}

/// <summary>The sentences of one page in its language.</summary>
public sealed class Sentences(ProblemSentences lines, IStringLocalizer<DeclarationsText> text)
{
    private static readonly Dictionary<string, ProblemCode> ByPublicCode = ProblemCodes.All.ToDictionary(ProblemCodes.Public, StringComparer.Ordinal);

    /// <summary>The few words of a heading.</summary>
    public string Title(string code) => OfLineRules(code) ? lines.Title(code) : text["P." + code];

    public string Column(string code) => code.Length == 0 ? text["WholeRow"] : lines.Column(code);

    public string Of(LineProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Of(problem.Code, problem.Column, problem.Value, problem.Detail, problem.Detail2, problem.RowNo ?? problem.LineNo);
    }

    public string Of(string code, string column, string value, string detail, string detail2, int row) => OfLineRules(code)
        ? lines.Of(new RowProblem(row, ByPublicCode[code], Columns.TryParse(column, out var known) ? known : null, value, detail, detail2))
        : text["P." + code + ".Say", Day(value), Day(detail), Day(detail2)];

    /// <summary>Why a file as a whole could not be read.</summary>
    public string Of(UploadProgress upload)
    {
        ArgumentNullException.ThrowIfNull(upload);
        return TableCode(upload.ProblemCode) is { } code
            ? lines.Of(new TableProblem(code, upload.ProblemRow ?? 0, upload.ProblemValue ?? "", upload.ProblemExpected ?? ""))
            : text["P." + ImportProblem.GivenUp + ".Say"];
    }

    public string Of(TableProblem problem) => lines.Of(problem);

    /// <summary>Every copy of a duplicate is flagged by the draft, not by the reader, but its words are the same.</summary>
    private static bool OfLineRules(string code) => ByPublicCode.ContainsKey(code) && code != DraftRules.Duplicate;

    private static TableProblemCode? TableCode(string? code)
    {
        var at = code is null ? -1 : TableProblem.AllCodes.ToList().IndexOf(code);
        return at < 0 ? null : (TableProblemCode)at;
    }

    private static string Day(string value) => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? Format.Current.Date(day) : value;
}

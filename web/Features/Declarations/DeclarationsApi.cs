using System.Text.Encodings.Web;
using System.Text.Json;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Kernel;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Puts together what the API answers about a declaration.</summary>
public sealed class DeclarationsApi(
    DeclarationService declarations, SubmissionService submissions, ProblemService problems, ProblemList list, UploadStatus uploads, RowSentences words)
{
    public const int ProblemsPerPage = 1000;

    /// <summary>For answers, never inside a page: letters stay letters.</summary>
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Serialize<T>(T answer) => JsonSerializer.Serialize(answer, Json);

    /// <summary>None when the key's organisation has no such declaration.</summary>
    public async Task<DeclarationAnswer?> FindAsync(DeclarationKey key, Actor actor, CancellationToken ct)
    {
        var readiness = await submissions.ReadinessAsync(key, actor, ct);
        if (await declarations.GetAsync(key, null, ct) is not { } detail)
        {
            return null;
        }

        var version = detail.Version;
        var receipt = await submissions.ReceiptAsync(key, null, ct);
        return new DeclarationAnswer(
            detail.Number,
            Snake(detail.Kind),
            PeriodOf(detail)?.ToString(),
            detail.DocumentNo,
            Snake(detail.State),
            detail.DraftRevision,
            version.Version,
            version.Lines,
            version.ParkedRows,
            version.OpenWarnings,
            version.Units,
            Kilograms(version.MassGrams),
            Tenge(version.FeeTiyn),
            (version.Programme ?? readiness?.Programme)?.ToLowerInvariant(),
            [.. (await declarations.TotalsAsync(key, version.Version, ct)).Select(total => new DeclarationAnswerCategory(total.Category, total.Lines, total.Units, Kilograms(total.MassGrams), Tenge(total.FeeTiyn)))],
            [.. readiness?.Missing.Select(Snake) ?? []],
            await GroupsAsync(key, version.Version, ct),
            await uploads.ListAsync(key, ct) is [var upload, ..] ? Of(upload) : null,
            receipt is null ? null : Of(receipt));
    }

    /// <summary>None when there is no such declaration.</summary>
    public async Task<ProblemsAnswer?> ProblemsAsync(DeclarationKey key, int after, CancellationToken ct)
    {
        if (await declarations.GetAsync(key, null, ct) is not { } detail)
        {
            return null;
        }

        var sentences = await words.LoadAsync(ct);
        var page = await list.ReadAsync(key, detail.Version.Version, after, ProblemsPerPage, ct);
        return new ProblemsAnswer(
            [.. page.Rows.Select(row => new ProblemsAnswerRow(row.LineNo, row.RowNo, row.Code, row.Column, Severity(row.IsError), row.Value, sentences.Of(row), row.Reason))],
            page.Next);
    }

    public static DeclarationAnswerReceipt Of(Receipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        return new(receipt.Number, receipt.Version, receipt.SubmittedAt, receipt.Sha256, receipt.Lines, Kilograms(receipt.MassGrams), Tenge(receipt.FeeTiyn), receipt.Programme.ToLowerInvariant());
    }

    /// <summary>ParkedRows -> parked_rows.</summary>
    public static string Snake<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static DeclarationAnswerUpload Of(UploadProgress upload) =>
        new(upload.UploadId, Snake(upload.State), upload.RowsRead, upload.Accepted, upload.Warned, upload.Refused, upload.SecondsLeft);

    private async Task<IReadOnlyList<DeclarationAnswerGroup>> GroupsAsync(DeclarationKey key, int version, CancellationToken ct)
    {
        var summary = await problems.SummaryAsync(key, version, ct);
        var sentences = await words.LoadAsync(ct);
        return [.. summary?.Groups.Select(group => new DeclarationAnswerGroup(group.Code, group.Column, Severity(group.IsError), group.Rows, group.Unreasoned, sentences.Title(group.Code))) ?? []];
    }

    private static string Severity(bool isError) => isError ? "error" : "warning";

    private static Period? PeriodOf(DeclarationDetail detail) =>
        detail is not { PeriodFrom: { } from, PeriodUntil: { } until } ? null
        : from.AddMonths(3) == until ? Period.QuarterOf(from)
        : Period.OfYear(from.Year);

    private static string Kilograms(long grams) => QuoteJson.Decimals(grams, 3);

    private static string Tenge(long tiyn) => QuoteJson.Decimals(tiyn, 2);
}

/// <summary>Names the texts: DeclarationsApiText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class DeclarationsApiText;

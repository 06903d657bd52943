using System.Text.Json.Serialization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>A declaration as it stands. Masses are kilograms with three decimals, fees tenge with two, as text.</summary>
/// <param name="State">draft, submitted, accepted, returned or withdrawn.</param>
/// <param name="Revision">Grows with every change of the draft; the ETag is the same. Submitting wants it back.</param>
/// <param name="Version">The version these figures are of: the draft, else the last submitted one.</param>
/// <param name="Refused">Rows with errors, parked: nothing is submitted while there are any.</param>
/// <param name="OpenWarnings">Warnings that still need a reason.</param>
/// <param name="Programme">official, or illustrative: then the fee is not law.</param>
/// <param name="Missing">What stands between the draft and its submission: lines, no_lines, parked_rows, reasons, file_in_progress, new_prices, official_tariff, period_end.</param>
public sealed record DeclarationAnswer(
    [property: JsonPropertyName("number")] string Number,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("period")] string? Period,
    [property: JsonPropertyName("document_no")] string? DocumentNo,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("revision")] long Revision,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("lines")] int Lines,
    [property: JsonPropertyName("refused")] int Refused,
    [property: JsonPropertyName("open_warnings")] int OpenWarnings,
    [property: JsonPropertyName("units")] long Units,
    [property: JsonPropertyName("mass_kg")] string MassKg,
    [property: JsonPropertyName("fee_kzt")] string FeeKzt,
    [property: JsonPropertyName("programme")] string? Programme,
    [property: JsonPropertyName("by_category")] IReadOnlyList<DeclarationAnswerCategory> ByCategory,
    [property: JsonPropertyName("missing")] IReadOnlyList<string> Missing,
    [property: JsonPropertyName("problems")] IReadOnlyList<DeclarationAnswerGroup> Problems,
    [property: JsonPropertyName("upload")] DeclarationAnswerUpload? Upload,
    [property: JsonPropertyName("receipt")] DeclarationAnswerReceipt? Receipt);

public sealed record DeclarationAnswerCategory(
    [property: JsonPropertyName("category")] string Category,
    [property: JsonPropertyName("lines")] int Lines,
    [property: JsonPropertyName("units")] long Units,
    [property: JsonPropertyName("mass_kg")] string MassKg,
    [property: JsonPropertyName("fee_kzt")] string FeeKzt);

/// <summary>Rows with the same problem; GET …/problems lists them one by one.</summary>
/// <param name="Severity">error or warning.</param>
/// <param name="Unreasoned">Warnings that still need a reason.</param>
public sealed record DeclarationAnswerGroup(
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("column")] string Column,
    [property: JsonPropertyName("severity")] string Severity,
    [property: JsonPropertyName("rows")] int Rows,
    [property: JsonPropertyName("unreasoned")] int Unreasoned,
    [property: JsonPropertyName("title")] string Title);

/// <summary>The last file or body of lines. accepted + warned + refused = rows_read when it is done.</summary>
/// <param name="State">queued, processing, done, failed, cancelled, replaced or needs_mapping.</param>
public sealed record DeclarationAnswerUpload(
    [property: JsonPropertyName("upload_id")] Guid UploadId,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("rows_read")] int RowsRead,
    [property: JsonPropertyName("accepted")] int Accepted,
    [property: JsonPropertyName("warned")] int Warned,
    [property: JsonPropertyName("refused")] int Refused,
    [property: JsonPropertyName("seconds_left")] int? SecondsLeft);

/// <param name="Sha256">Of the canonical file, which is what was signed.</param>
public sealed record DeclarationAnswerReceipt(
    [property: JsonPropertyName("number")] string Number,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("submitted_at")] DateTimeOffset SubmittedAt,
    [property: JsonPropertyName("sha256")] string Sha256,
    [property: JsonPropertyName("lines")] int Lines,
    [property: JsonPropertyName("mass_kg")] string MassKg,
    [property: JsonPropertyName("fee_kzt")] string FeeKzt,
    [property: JsonPropertyName("programme")] string Programme);

/// <summary>A page of problems.</summary>
/// <param name="Next">For the query parameter after; null on the last page.</param>
public sealed record ProblemsAnswer(
    [property: JsonPropertyName("problems")] IReadOnlyList<ProblemsAnswerRow> Problems,
    [property: JsonPropertyName("next")] int? Next);

/// <param name="Line">The line's number in the declaration; 0 for the declaration as a whole.</param>
/// <param name="Row">The row of the body as a spreadsheet counts.</param>
public sealed record ProblemsAnswerRow(
    [property: JsonPropertyName("line")] int Line,
    [property: JsonPropertyName("row")] int? Row,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("column")] string Column,
    [property: JsonPropertyName("severity")] string Severity,
    [property: JsonPropertyName("value")] string Value,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("reason")] string? Reason);

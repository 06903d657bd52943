using EwasteEpr.Payments.BankStatements;
using EwasteEpr.Web.Features.Shared;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments.BankStatements;

/// <summary>Codes of the bank's side as sentences and shapes.</summary>
public sealed class BankWords(IStringLocalizer<BankStatementsText> text)
{
    /// <summary>Lists of the matching screen, in the order of work.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["Part", "Over", "Split", "OtherPayer", "Payer", "Unknown", "Storno", "Refund", "Other"];

    public string Of(FileFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return text["File." + fault.Code, fault.LineNo, fault.Value, fault.Expected];
    }

    public string OfRow(string code, string? field, string? value) =>
        text["Row." + code, string.IsNullOrEmpty(field) ? "–" : field, string.IsNullOrEmpty(value) ? "–" : value];

    public string OfDecision(DecideOutcome outcome) => text["Decide." + outcome];

    /// <summary>A word of a list at the beginning of a heading.</summary>
    public static string Sentence(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
    }

    public static StatusKind Shape(string fate) => fate switch
    {
        "New" => StatusKind.Waiting,
        "Imported" => StatusKind.Done,
        "Known" => StatusKind.InWork,
        "Doubtful" => StatusKind.NeedsReason,
        _ => StatusKind.Stopped,
    };

    public static StatusKind ShapeOfStatus(string? status) => status switch
    {
        "Matched" or "Decided" => StatusKind.Done,
        "Waiting" => StatusKind.NeedsReason,
        _ => StatusKind.Waiting,
    };
}

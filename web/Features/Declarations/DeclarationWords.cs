using System.Globalization;
using EwasteEpr.Declarations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Kinds, periods and states in words.</summary>
public static class DeclarationWords
{
    private static readonly string[] Roman = ["I", "II", "III", "IV"];

    /// <summary>III квартал 2026 года, or the year.</summary>
    public static string Period(this IStringLocalizer<DeclarationsText> text, DateOnly from, DateOnly? until)
    {
        ArgumentNullException.ThrowIfNull(text);
        return until == from.AddMonths(3) ? text["Period.Quarter", Numeral((from.Month - 1) / 3), from.Year] : text["Period.Year", from.Year];
    }

    private static string Numeral(int quarter) => Culture.CurrentCode == "en" ? (quarter + 1).ToString(CultureInfo.InvariantCulture) : Roman[quarter];

    /// <summary>What the declaration is about: its period or its document.</summary>
    public static string Subject(this IStringLocalizer<DeclarationsText> text, DateOnly? from, DateOnly? until, string? document) =>
        from is { } day ? text.Period(day, until) : document ?? "";

    public static string Subject(this IStringLocalizer<DeclarationsText> text, DeclarationDetail declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        return text.Subject(declaration.PeriodFrom, declaration.PeriodUntil, declaration.DocumentNo);
    }

    /// <summary>"UnuKey 0108", as a line stores which row priced it, in words.</summary>
    public static string Match(this IStringLocalizer<DeclarationsText> text, string prefix, string? match)
    {
        ArgumentNullException.ThrowIfNull(text);
        return match?.Split(' ', 2) is [var kind, .. var of] ? text[prefix + "." + kind, of.Length > 0 ? of[0] : ""] : "";
    }

    public static StatusKind Shape(DeclarationState state) => state switch
    {
        DeclarationState.Accepted => StatusKind.Done,
        DeclarationState.Submitted => StatusKind.InWork,
        DeclarationState.Returned => StatusKind.Stopped,
        DeclarationState.Withdrawn => StatusKind.Missing,
        _ => StatusKind.Waiting,
    };

    /// <summary>What the page said once, or none.</summary>
    public static string? Said(this IStringLocalizer<DeclarationsText> text, object? said)
    {
        ArgumentNullException.ThrowIfNull(text);
        return said is string words && words.Split('\u001F') is [var key, .. var values] ? text[key, [.. values]].Value : null;
    }
}

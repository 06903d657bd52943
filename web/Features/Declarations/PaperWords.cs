using EwasteEpr.Declarations;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What the papers of declarations say in both state languages.</summary>
public static class PaperWords
{
    private static readonly string[] Roman = ["I", "II", "III", "IV"];

    public static string Subject(this PaperSide<DeclarationsText> side, DeclarationDetail declaration)
    {
        ArgumentNullException.ThrowIfNull(side);
        ArgumentNullException.ThrowIfNull(declaration);
        return declaration.PeriodFrom is not { } from ? declaration.DocumentNo ?? ""
            : declaration.PeriodUntil == from.AddMonths(3) ? side["Period.Quarter", Roman[(from.Month - 1) / 3], from.Year]
            : side["Period.Year", from.Year];
    }
}

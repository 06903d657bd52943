using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>The lines of a document in one language of its paper.</summary>
public sealed record PaperLines(IReadOnlyList<FeeLine> Lines, PaperSide<InvoicesText> Side)
{
    public string NameOf(FeeLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Packaging is { } kind ? Side["Packaging." + kind] : Categories.All.Contains(line.Category, StringComparer.Ordinal) ? line.Category : Side["Category.None"];
    }
}

using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>The lines of a document: one table under both languages, because five columns of figures do not fit into half a page.</summary>
public sealed record PaperLines(IReadOnlyList<FeeLine> Lines)
{
    public static string NameOf(FeeLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Packaging is { } kind ? PaperSides.Of<InvoicesText>().Both("Packaging." + kind)
            : Categories.All.Contains(line.Category, StringComparer.Ordinal) ? $"{line.Category}. {PaperSides.Of<SharedText>().Both("Category." + line.Category)}"
            : PaperSides.Of<InvoicesText>().Both("Category.None");
    }
}

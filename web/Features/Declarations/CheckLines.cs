using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Lines with their fees, each opening its "Why?" in place: the declarant's check and the operator's review show the same.</summary>
/// <param name="Here">The page's own address.</param>
public sealed record CheckLines(string Here, string Caption, DeclarationVersion Version, Page<LineRow, int> Lines, Explanation? Opened, int? After);

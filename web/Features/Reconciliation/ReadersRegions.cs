using EwasteEpr.Organisations;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Reconciliation;

/// <summary>The operator reads the country; an inspector or an akimat reads their regions and nothing else.</summary>
public static class ReadersRegions
{
    /// <returns>Null: the whole country.</returns>
    public static IReadOnlyList<string>? Of(HttpContext context) => IsOperator(context) ? null : context.Person().Regions();

    public static bool IsOperator(HttpContext context) => context.Person().PlatformRoles.Any(role => role is PlatformRole.OperatorPreparer or PlatformRole.OperatorApprover);

    public static bool IsPreparer(HttpContext context) => context.Person().PlatformRoles.Contains(PlatformRole.OperatorPreparer, StringComparer.Ordinal);

    public static bool IsApprover(HttpContext context) => context.Person().PlatformRoles.Contains(PlatformRole.OperatorApprover, StringComparer.Ordinal);

    /// <summary>Whether the reader may see this part: another region's is not found.</summary>
    public static bool MayRead(HttpContext context, Selection at) => Of(context) is not { } regions || (at.Region is { } region && regions.Contains(region, StringComparer.Ordinal));
}

namespace EwasteEpr.Web.Features.Shared;

/// <summary>Which parts of a room belong together, so that a room of twenty parts still has a bar of six words.</summary>
/// <remarks>By the first word of a part's address. A part that nobody placed stands alone: seen at once, and easily placed here.</remarks>
public static class BarGroups
{
    private static readonly Dictionary<string, string> Operator = Placed(
        ("payers", "declarations invoices periods register"),
        ("money", "payments"),
        ("takeBack", "points collectors pickups campaigns vouchers settlements merchants serials lost-records"),
        ("recycling", "certifications consignments discrepancies carriers lots market batches treatment evidence payouts returns accounts"),
        ("oversight", "reconciliation waste-register obligations compliance cases customs-extracts audits orders open-data data"),
        ("rules", "tariffs product-groups calendar settings"),
        ("system", "jobs audit people"));

    private static readonly Dictionary<string, string> Organisation = Placed(
        ("duties", "declarations invoices certificates statement calendar obligation cases compliance"),
        ("takeBack", "pickups points incoming collectors"),
        ("recycling", "recycler cadastre sites certification audits consignments deliveries carrier market lots batches treatment stock balance returns evidence earnings"),
        ("vouchers", "merchant"),
        ("access", "members devices agents api-keys webhooks activity"));

    public static string OfOperator(string part) => Find(Operator, part);

    public static string OfOrganisation(string part) => Find(Organisation, part);

    private static string Find(Dictionary<string, string> placed, string part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var first = part.Split('/')[0];
        return placed.GetValueOrDefault(first, "");
    }

    private static Dictionary<string, string> Placed(params (string Group, string Parts)[] groups) =>
        groups.SelectMany(group => group.Parts.Split(' ').Select(part => (part, group.Group))).ToDictionary(pair => pair.part, pair => pair.Group, StringComparer.Ordinal);
}

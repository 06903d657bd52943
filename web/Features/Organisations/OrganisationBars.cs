using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>The bar of an organisation's room: its name and the parts that this person may open and that are built.</summary>
public sealed class OrganisationBars(Routes routes, IStringLocalizer<OrganisationsText> text)
{
    private static readonly string[] Office = [OrganisationRole.Preparer, OrganisationRole.Signatory, OrganisationRole.Accountant, OrganisationRole.Viewer, OrganisationRole.Owner, OrganisationRole.Developer];

    /// <summary>Part -> the roles that open it; none means every member. Features of later issues add theirs here.</summary>
    private static readonly (string Part, string[] Roles)[] Parts =
    [
        ("", []),
        ("declarations", Office),
        ("invoices", Office),
        ("cases", Office),
        ("calendar", Office),
        ("pickups", [OrganisationRole.Preparer]),
        ("points", [OrganisationRole.Owner]),
        ("incoming", [OrganisationRole.Owner, OrganisationRole.PointStaff]),
        ("collectors", [OrganisationRole.Owner, OrganisationRole.PointStaff]),
        ("sites", [OrganisationRole.Owner, OrganisationRole.Preparer, OrganisationRole.Signatory, OrganisationRole.RecyclerStaff, OrganisationRole.Viewer]),
        ("certification", [OrganisationRole.Owner, OrganisationRole.Preparer, OrganisationRole.Signatory, OrganisationRole.RecyclerStaff, OrganisationRole.Viewer]),
        ("audits", [OrganisationRole.Owner, OrganisationRole.Preparer, OrganisationRole.Signatory]),
        ("deliveries", [OrganisationRole.RecyclerStaff, OrganisationRole.Signatory, OrganisationRole.Owner, OrganisationRole.Viewer]),
        ("carrier", [OrganisationRole.Owner, OrganisationRole.Preparer, OrganisationRole.Signatory]),
        ("batches", [OrganisationRole.RecyclerStaff, OrganisationRole.Signatory, OrganisationRole.Owner, OrganisationRole.Viewer]),
        ("cadastre", [OrganisationRole.Owner, OrganisationRole.Preparer, OrganisationRole.Signatory, OrganisationRole.RecyclerStaff, OrganisationRole.Viewer]),
        ("certificates", Office),
        ("evidence", Office),
        ("evidence/received", Office),
        ("earnings", Office),
        ("obligation", Office),
        ("merchant/redeem", [OrganisationRole.Cashier]),
        ("merchant/redemptions", [OrganisationRole.Cashier, OrganisationRole.Accountant, OrganisationRole.Owner, OrganisationRole.Viewer]),
        ("merchant/settlements", [OrganisationRole.Accountant, OrganisationRole.Owner, OrganisationRole.Viewer]),
        ("merchant", [OrganisationRole.Owner]),
        ("market", [OrganisationRole.Signatory, OrganisationRole.Preparer, OrganisationRole.Accountant, OrganisationRole.Owner, OrganisationRole.Viewer, OrganisationRole.RecyclerStaff]),
        ("members", []),
        ("devices", [OrganisationRole.Owner]),
        ("agents", [OrganisationRole.Owner]),
        ("api-keys", [OrganisationRole.Developer, OrganisationRole.Owner]),
        ("webhooks", [OrganisationRole.Developer, OrganisationRole.Owner]),
        ("activity", []),
    ];

    /// <summary>Only who takes things in keeps points.</summary>
    private static readonly string[] TakesIn = [Activity.Point, Activity.Merchant, Activity.Recycler, Activity.Refurbisher];

    public static bool MayKeepPoints(OrganisationAccess organisation) => TakesIn.Any(organisation.Does);

    public static bool Recycles(OrganisationAccess organisation) => organisation.Does(Activity.Recycler) || organisation.Does(Activity.Refurbisher);

    public static bool HasDesk(OrganisationAccess organisation) =>
        organisation.Does(Activity.Agent) && (organisation.Has(OrganisationRole.Preparer) || organisation.Has(OrganisationRole.Signatory) || organisation.Has(OrganisationRole.Owner));

    /// <param name="context">A request that an organisation policy let in.</param>
    /// <param name="current">The part of this page: members, api-keys, or nothing for the home.</param>
    public OrganisationBar Of(HttpContext context, string current)
    {
        var organisation = context.Organisation();
        var language = Culture.CurrentCode;
        var links = Parts
            // An agent reaches a client's declarations, and its money where the mandate lets the agent pay.
            .Where(part => context.Agent() is null || part.Part == "declarations" || (part.Part is "invoices" or "certificates" && organisation.Has(OrganisationRole.Accountant)))
            .Where(part => part.Part is not ("points" or "incoming" or "collectors") || MayKeepPoints(organisation))
            .Where(part => part.Part != "carrier" || organisation.Does(Activity.Carrier))
            .Where(part => part.Part is not ("batches" or "deliveries") || organisation.Does(Activity.Recycler) || organisation.Does(Activity.Refurbisher))
            .Where(part => part.Part != "market" || organisation.Does(Activity.Recycler) || organisation.Does(Activity.Refurbisher))
            .Where(part => part.Part != "evidence" || organisation.Does(Activity.Recycler) || organisation.Does(Activity.Refurbisher))
            .Where(part => part.Part != "evidence/received" || organisation.Does(Activity.Importer) || organisation.Does(Activity.Producer))
            .Where(part => part.Part != "earnings" || organisation.Does(Activity.Carrier) || organisation.Does(Activity.Point) || organisation.Does(Activity.Recycler))
            .Where(part => part.Part != "obligation" || organisation.Does(Activity.Importer) || organisation.Does(Activity.Producer))
            .Where(part => !part.Part.StartsWith("merchant", StringComparison.Ordinal) || organisation.Does(Activity.Merchant))
            .Where(part => part.Part is not ("sites" or "certification" or "cadastre") || Recycles(organisation))
            .Where(part => part.Part != "audits" || organisation.Does(Activity.Auditor))
            .Where(part => part.Roles.Length == 0 || part.Roles.Any(organisation.Has))
            .Where(part => routes.Has(part.Part.Length == 0 ? "org/{slug}" : "org/{slug}/" + part.Part))
            .Select(part => new BarLink(text["Part." + (part.Part.Length == 0 ? "home" : part.Part)], $"/{language}/org/{organisation.Slug}{(part.Part.Length == 0 ? "" : "/" + part.Part)}", part.Part == current, BarGroups.OfOrganisation(part.Part)));
        // The desk is the person's, not the room's: clients of every agent the person works for.
        var desk = HasDesk(organisation) && context.Agent() is null && routes.Has("agent") ? new BarLink(text["Part.clients"], $"/{language}/agent", IsCurrent: false) : null;
        var all = links.ToList();
        if (desk is not null)
        {
            all.Insert(Math.Min(1, all.Count), desk);
        }

        return new OrganisationBar(organisation.Name(language), string.Join(", ", organisation.Roles.Select(role => text["Role." + role].Value)), all);
    }
}

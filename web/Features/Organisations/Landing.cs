using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Where a person begins: the room of their work, as far as it is built.</summary>
public sealed class Landing(OrganisationService organisations, Routes routes)
{
    /// <summary>Role -> the room that belongs to it, without the language.</summary>
    private static readonly (string Role, string Path)[] Rooms =
    [
        (OrganisationRole.PointStaff, "point"),
        (OrganisationRole.Cashier, "merchant/redeem"),
        (OrganisationRole.RecyclerStaff, "recycler"),
    ];

    private static readonly string[] PlatformRooms = ["operator", "operator/tariffs"];

    /// <summary>Inspectors and akimats begin with the figures of their region.</summary>
    private const string RegionRoom = "operator/reconciliation";

    public async Task<string> PathAsync(SignedInPerson person, string language, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(person);
        if (person.PlatformRoles.Length > 0)
        {
            return $"/{language}/{(person.PlatformRoles.Any(role => role.StartsWith("operator", StringComparison.Ordinal)) ? PlatformRooms.FirstOrDefault(routes.Has) : routes.Has(RegionRoom) ? RegionRoom : null) ?? "account"}";
        }

        var places = await organisations.OfPersonAsync(person.PersonId, ct);
        var place = places.FirstOrDefault(access => access.OrganisationId == person.OrganisationId) ?? (places.Count == 1 ? places[0] : null);
        if (place is null)
        {
            return $"/{language}/{(places.Count == 0 ? "account" : "switch")}";
        }

        var room = Rooms.FirstOrDefault(room => place.Roles.Length == 1 && place.Has(room.Role) && routes.Has(room.Path));
        return room.Path is null ? $"/{language}/org/{place.Slug}" : $"/{language}/{room.Path}";
    }
}

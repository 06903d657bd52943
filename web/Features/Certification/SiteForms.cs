using EwasteEpr.Certification;
using EwasteEpr.Organisations;

namespace EwasteEpr.Web.Features.Certification;

public sealed class SiteForm
{
    /// <summary>Made with the page: sent twice, it is one site.</summary>
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public SiteKind Kind { get; set; }

    public string? NameKk { get; set; }

    public string? NameRu { get; set; }

    public string? NameEn { get; set; }

    public string? Region { get; set; }

    public string? Kato { get; set; }

    public string? Address { get; set; }

    public decimal? Latitude { get; set; }

    public decimal? Longitude { get; set; }

    public static SiteForm Of(SiteRow site)
    {
        ArgumentNullException.ThrowIfNull(site);
        return new SiteForm
        {
            Kind = site.Kind, NameKk = site.NameKk, NameRu = site.NameRu, NameEn = site.NameEn, Region = site.RegionKato, Kato = site.Kato, Address = site.Address, Latitude = (decimal)site.Latitude, Longitude = (decimal)site.Longitude,
        };
    }
}

public sealed class PermitForm
{
    public string? PermitNumber { get; set; }

    public string? Issuer { get; set; }

    public DateOnly? IssuedOn { get; set; }

    public DateOnly? ExpiresOn { get; set; }
}

public sealed class EquipmentForm
{
    public Guid Id { get; set; } = Guid.CreateVersion7();

    public string? EquipmentName { get; set; }

    public int? Units { get; set; }

    public int? KgPerHour { get; set; }
}

public sealed record SitesPage(OrganisationAccess Access, IReadOnlyList<SiteRow> Sites, SiteForm Form, IReadOnlyList<Region> Regions);

public sealed record SitePage(
    OrganisationAccess Access, SiteDetails Details, SiteForm Form, PermitForm Permit, EquipmentForm Equipment, IReadOnlyList<Region> Regions, IReadOnlyList<CapacityRow> Capacity, IReadOnlyList<CapacityUseRow> Uses, string? Done);

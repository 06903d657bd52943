using System.Globalization;
using EwasteEpr.TakeBack.Guide;
using EwasteEpr.TakeBack.Points;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace EwasteEpr.Web.Features.Points;

/// <summary>What a list, a map or a file of points was asked for; everything stands in the address.</summary>
public sealed class PointsQuery
{
    public const int PageSize = 20;
    private const double TownKm = 50;

    [FromQuery(Name = "town")]
    public string? Town { get; set; }

    [FromQuery(Name = "lat")]
    public string? Latitude { get; set; }

    [FromQuery(Name = "lon")]
    public string? Longitude { get; set; }

    [FromQuery(Name = "region")]
    public string? Region { get; set; }

    [FromQuery(Name = "category")]
    public string? Category { get; set; }

    [FromQuery(Name = "item")]
    public string? Item { get; set; }

    [FromQuery(Name = "kind")]
    public string? Kind { get; set; }

    [FromQuery(Name = "open")]
    public string? Open { get; set; }

    [FromQuery(Name = "step")]
    public string? Step { get; set; }

    [FromQuery(Name = "reward")]
    public string? Reward { get; set; }

    [FromQuery(Name = "org")]
    public string? Org { get; set; }

    [FromQuery(Name = "page")]
    public int Page { get; set; } = 1;

    public GeoPosition? Here =>
        double.TryParse(Latitude, NumberStyles.Float, CultureInfo.InvariantCulture, out var latitude) && double.TryParse(Longitude, NumberStyles.Float, CultureInfo.InvariantCulture, out var longitude)
            ? GeoPosition.From(latitude, longitude) : null;

    public bool IsNarrowed => new[] { Region, Category, Item, Kind, Open, Step, Reward, Org }.Any(value => !string.IsNullOrEmpty(value));

    public Town? TownOf(IReadOnlyList<Town> towns) => towns.FirstOrDefault(town => town.Code == Town);

    /// <summary>What is not known is not asked for: an address may have been cut or mistyped.</summary>
    public PointFilter Filter(IReadOnlyList<Town> towns)
    {
        var town = Here is null ? TownOf(towns) : null;
        return new PointFilter
        {
            Region = string.IsNullOrEmpty(Region) ? null : Region,
            Category = string.IsNullOrEmpty(Category) ? null : Category,
            UnuKey = string.IsNullOrEmpty(Item) ? null : Item,
            Kinds = Kind == "mend" ? [PointKind.Repairer, PointKind.ReuseShop] : Enum.TryParse<PointKind>(Kind, out var kind) && Enum.IsDefined(kind) ? [kind] : null,
            OpenNow = IsOn(Open),
            StepFree = IsOn(Step),
            Rewards = IsOn(Reward),
            Organisations = IsOn(Org),
            Near = Here ?? (town is null ? null : GeoPosition.From(town.Latitude, town.Longitude)),
            WithinKm = town is null ? null : TownKm,
            Limit = PageSize,
            Offset = (Math.Clamp(Page, 1, 1000) - 1) * PageSize,
        };
    }

    /// <summary>The same question at another address.</summary>
    public string At(string path)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["town"] = Town, ["lat"] = Here is null ? null : Latitude, ["lon"] = Here is null ? null : Longitude, ["region"] = Region, ["category"] = Category, ["item"] = Item, ["kind"] = Kind,
            ["open"] = Open, ["step"] = Step, ["reward"] = Reward, ["org"] = Org,
        };
        return QueryHelpers.AddQueryString(path, values.Where(value => !string.IsNullOrEmpty(value.Value)));
    }

    private static bool IsOn(string? value) => value is "1" or "true" or "on";
}

using EwasteEpr.PublicRegister.Waste;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Web.Features.Reconciliation;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>The national register of e-waste: inventory, places, movements, residues. Inspector and akimat read their regions; another region is not found.</summary>
[Authorize(Policy = PolicyNames.FigureReader)]
[Route("/{culture:culture}/operator/waste-register")]
public sealed class WasteController(WasteRegister register, Figures figures) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(WasteQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (FilterOf(query) is not { } filter)
        {
            return NotFound();
        }

        var rows = await register.InventoryAsync(filter, WasteCursor.Parse(query.After), WasteRegister.PageSize + 1, ct);
        return View("Waste", new WastePage(query, await register.SummaryAsync(filter, ct), [.. rows.Take(WasteRegister.PageSize)], rows.Count > WasteRegister.PageSize, await RegionsAsync(ct)));
    }

    [HttpGet("inventory.csv")]
    public async Task<IActionResult> Inventory(WasteQuery query, CancellationToken ct) => FilterOf(query) is { } filter
        ? new CsvFile(
            "waste-inventory.csv", ["kind", "number", "place", "place_kk", "place_ru", "organisation_kk", "organisation_ru", "region", "latitude", "longitude", "category", "waste_code", "hazardous", "mass_kg", "since", "days"],
            (await register.InventoryAsync(filter, null, WasteRegister.MostRows, ct)).Select(row => new object?[]
            {
                row.Kind, row.Number, row.Place, row.PlaceKk, row.PlaceRu, row.OrganisationKk, row.OrganisationRu, row.RegionKato, row.Latitude, row.Longitude, row.Category, row.WasteCode, row.IsHazardous, row.Grams / 1000m, row.Since, row.Days,
            }))
        : NotFound();

    [HttpGet("places")]
    public async Task<IActionResult> Places(WasteQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (FilterOf(query) is not { } filter)
        {
            return NotFound();
        }

        var rows = await register.PlacesAsync(filter, WasteCursor.Parse(query.After), WasteRegister.PageSize + 1, ct);
        return View("WastePlaces", new WasteListPage<PlaceRow>(query, [.. rows.Take(WasteRegister.PageSize)], rows.Count > WasteRegister.PageSize, await RegionsAsync(ct)));
    }

    [HttpGet("places.csv")]
    public async Task<IActionResult> PlacesFile(WasteQuery query, CancellationToken ct) => FilterOf(query) is { } filter
        ? new CsvFile(
            "waste-places.csv", ["role", "number", "name_kk", "name_ru", "organisation_kk", "organisation_ru", "bin", "region", "kato", "address", "latitude", "longitude", "since", "until"],
            (await register.PlacesAsync(filter, null, WasteRegister.MostRows, ct)).Select(row => new object?[]
            {
                row.Role, row.Number, row.NameKk, row.NameRu, row.OrganisationKk, row.OrganisationRu, row.Bin, row.RegionKato, row.Kato, row.Address, row.Latitude, row.Longitude, row.Since, row.Until,
            }))
        : NotFound();

    [HttpGet("movements")]
    public async Task<IActionResult> Movements(WasteQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (FilterOf(query) is not { } filter)
        {
            return NotFound();
        }

        var rows = await register.MovementsAsync(filter, WasteCursor.Parse(query.After), WasteRegister.PageSize + 1, ct);
        return View("WasteMovements", new WasteListPage<MovementRow>(query, [.. rows.Take(WasteRegister.PageSize)], rows.Count > WasteRegister.PageSize, await RegionsAsync(ct)));
    }

    [HttpGet("movements.csv")]
    public async Task<IActionResult> MovementsFile(WasteQuery query, CancellationToken ct) => FilterOf(query) is { } filter
        ? new CsvFile(
            "waste-movements.csv", ["at", "kind", "where", "document", "category", "region", "mass_kg"],
            (await register.MovementsAsync(filter, null, WasteRegister.MostRows, ct)).Select(row => new object?[] { row.At, row.Kind, row.Measure, row.Document, row.Category, row.RegionKato, row.Grams / 1000m }))
        : NotFound();

    [HttpGet("residues")]
    public async Task<IActionResult> Residues(WasteQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (FilterOf(query) is not { } filter)
        {
            return NotFound();
        }

        var rows = await register.ResiduesAsync(filter, WasteCursor.Parse(query.After), WasteRegister.PageSize + 1, ct);
        return View("WasteResidues", new WasteListPage<ResidueRow>(query, [.. rows.Take(WasteRegister.PageSize)], rows.Count > WasteRegister.PageSize, await RegionsAsync(ct)));
    }

    [HttpGet("residues.csv")]
    public async Task<IActionResult> ResiduesFile(WasteQuery query, CancellationToken ct) => FilterOf(query) is { } filter
        ? new CsvFile(
            "waste-residues.csv", ["number", "site", "site_kk", "site_ru", "organisation_kk", "organisation_ru", "region", "category", "fraction", "waste_code", "hazardous", "operation", "result", "mass_kg", "unconfirmed_kg", "passed_on_kg", "made_on", "passed_to"],
            (await register.ResiduesAsync(filter, null, WasteRegister.MostRows, ct)).Select(row => new object?[]
            {
                row.Number, row.Site, row.SiteKk, row.SiteRu, row.OrganisationKk, row.OrganisationRu, row.RegionKato, row.Category, row.Fraction, row.WasteCode, row.IsHazardous, row.Operation, row.Result, row.Grams / 1000m, row.HeldGrams / 1000m,
                row.GivenGrams / 1000m, row.MadeOn, row.PassedTo,
            }))
        : NotFound();

    /// <returns>None: the reader asks for another region than theirs.</returns>
    private WasteFilter? FilterOf(WasteQuery query)
    {
        var own = ReadersRegions.Of(HttpContext);
        var filter = new WasteFilter(
            own, string.IsNullOrEmpty(query.Region) ? null : query.Region, string.IsNullOrEmpty(query.Kind) ? null : query.Kind, Selection.Categories.Contains(query.Category, StringComparer.Ordinal) ? query.Category : null,
            query.Hazard switch { "yes" => true, "no" => false, _ => null });
        return own is null || filter.Region is null || own.Contains(filter.Region, StringComparer.Ordinal) ? filter : null;
    }

    private async Task<IReadOnlyList<RegionName>> RegionsAsync(CancellationToken ct)
    {
        var own = ReadersRegions.Of(HttpContext);
        return [.. (await figures.RegionsAsync(ct)).Where(region => own is null || own.Contains(region.Kato, StringComparer.Ordinal))];
    }
}

/// <summary>What was asked for; all of it stands in the address.</summary>
public sealed class WasteQuery
{
    public static IReadOnlyList<string> Kinds { get; } = ["Container", "Consignment", "SiteLot", "Batch", "Fraction"];

    public static IReadOnlyList<string> PlaceRoles { get; } = ["Generator", "Point", "Carrier", "Recycler", "Refurbisher", "Merchant"];

    [FromQuery(Name = "region")]
    public string? Region { get; set; }

    [FromQuery(Name = "kind")]
    public string? Kind { get; set; }

    [FromQuery(Name = "category")]
    public string? Category { get; set; }

    [FromQuery(Name = "hazard")]
    public string? Hazard { get; set; }

    [FromQuery(Name = "after")]
    public string? After { get; set; }

    public bool IsNarrowed => new[] { Region, Kind, Category, Hazard }.Any(value => !string.IsNullOrEmpty(value));

    public string At(string path, WasteCursor? after = null) => QueryHelpers.AddQueryString(path, new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["region"] = Region, ["kind"] = Kind, ["category"] = Category, ["hazard"] = Hazard, ["after"] = after?.ToString(),
    }.Where(value => !string.IsNullOrEmpty(value.Value)));
}

public sealed record WastePage(WasteQuery Query, IReadOnlyList<InventorySum> Sums, IReadOnlyList<InventoryRow> Rows, bool HasMore, IReadOnlyList<RegionName> Regions)
{
    public long Grams(Func<InventorySum, bool> of) => Sums.Where(of).Sum(sum => sum.Grams);
}

public sealed record WasteListPage<T>(WasteQuery Query, IReadOnlyList<T> Rows, bool HasMore, IReadOnlyList<RegionName> Regions);

/// <summary>What the filter form of one of the lists offers.</summary>
public sealed record WasteFilterForm(string Action, WasteQuery Query, IReadOnlyList<RegionName> Regions, IReadOnlyList<string> Kinds, bool HasCategory, bool HasHazard);

using System.Globalization;
using System.Text.Json.Serialization;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Points;

/// <summary>The register of points for programs. Public, no key.</summary>
[AllowAnonymous]
[EnableRateLimiting(Limits.ApiPublic)]
[ApiExplorerSettings(IgnoreApi = false)]
[Route("api/v1/points")]
public sealed class PointsApiController(PointService points, IStringLocalizer<PointsText> text) : ControllerBase
{
    private const int MostPoints = 500;

    /// <summary>Points in the order of their ids, page by page: ask again with <c>next</c> as <c>cursor</c> until there is none.</summary>
    /// <param name="bbox">west,south,east,north in degrees.</param>
    /// <param name="region">KATO code of a region.</param>
    /// <param name="category">1, 2, 3, 4a, 4b, 5 or 6: points that take it, or a kind of it.</param>
    /// <param name="item">A UNU key: points that take it.</param>
    /// <param name="cursor">Where the last page ended.</param>
    /// <param name="limit">1 to 500, else 100.</param>
    /// <param name="ct">The caller went away.</param>
    [HttpGet]
    [ProducesResponseType<PointsAnswer>(StatusCodes.Status200OK, "application/json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json")]
    public async Task<IActionResult> List([FromQuery] string? bbox, [FromQuery] string? region, [FromQuery] string? category, [FromQuery] string? item, [FromQuery] string? cursor, [FromQuery] int? limit, CancellationToken ct)
    {
        var box = Box(bbox);
        if (box is null && !string.IsNullOrEmpty(bbox))
        {
            return this.Refuse(StatusCodes.Status400BadRequest, "bad-bbox", text["Api.Title"], text["Api.Bbox"]);
        }

        Guid? after = Guid.TryParse(cursor, out var last) ? last : null;
        if (after is null && !string.IsNullOrEmpty(cursor))
        {
            return this.Refuse(StatusCodes.Status400BadRequest, "bad-cursor", text["Api.Title"], text["Api.Cursor"]);
        }

        var size = Math.Clamp(limit ?? 100, 1, MostPoints);
        var filter = new PointFilter { Box = box, Region = Blank(region), Category = Blank(category), UnuKey = Blank(item), After = after, Limit = size + 1 };
        var rows = await points.WithHoursAsync(await points.PageAsync(filter, ct), ct);
        return new JsonResult(new PointsAnswer([.. rows.Take(size).Select(PointAnswer.Of)], rows.Count > size ? rows[size - 1].Point.PointId.Value : null));
    }

    private static string? Blank(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static GeoBox? Box(string? bbox)
    {
        var parts = (bbox ?? "").Split(',');
        var numbers = parts.Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) && double.IsFinite(degrees) ? degrees : (double?)null).OfType<double>().ToList();
        return parts.Length == 4 && numbers is [var west, var south, var east, var north] && west < east && south < north ? new GeoBox(west, south, east, north) : null;
    }
}

/// <param name="Next">The cursor of the next page; none on the last.</param>
public sealed record PointsAnswer([property: JsonPropertyName("points")] IReadOnlyList<PointAnswer> Points, [property: JsonPropertyName("next")] Guid? Next);

public sealed record PointAnswer(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("slug")] string Slug,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("name")] TextAnswer Name,
    [property: JsonPropertyName("region")] string Region,
    [property: JsonPropertyName("settlement")] TextAnswer Settlement,
    [property: JsonPropertyName("address")] TextAnswer Address,
    [property: JsonPropertyName("phone")] string? Phone,
    [property: JsonPropertyName("latitude")] double Latitude,
    [property: JsonPropertyName("longitude")] double Longitude,
    [property: JsonPropertyName("categories")] IReadOnlyList<string> Categories,
    [property: JsonPropertyName("unu_keys")] IReadOnlyList<string> UnuKeys,
    [property: JsonPropertyName("refused_keys")] IReadOnlyList<string> RefusedKeys,
    [property: JsonPropertyName("step_free")] bool IsStepFree,
    [property: JsonPropertyName("rewards")] bool GivesRewards,
    [property: JsonPropertyName("organisations")] bool TakesOrganisations,
    [property: JsonPropertyName("hours")] string Hours,
    [property: JsonPropertyName("open_now")] bool IsOpenNow,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("capacity_grams")] long CapacityGrams,
    [property: JsonPropertyName("filled_grams")] long? FilledGrams,
    [property: JsonPropertyName("changed_at")] DateTimeOffset ChangedAt)
{
    public static PointAnswer Of(PointRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var point = row.Point;
        return new(
            point.PointId.Value, point.Slug, point.Kind.ToString(), new(point.NameKk, point.NameRu, point.NameEn), point.RegionKato, new(point.SettlementKk, point.SettlementRu, point.SettlementEn),
            new(point.AddressKk, point.AddressRu, point.AddressEn), point.Phone, point.Latitude, point.Longitude, point.Categories, point.UnuKeys, point.RefusedKeys, point.IsStepFree, point.GivesRewards,
            point.TakesOrganisations, HoursText.FormatWeek(row.Hours), point.IsOpenNow, point.State.ToString(), point.CapacityGrams, point.FilledGrams, point.ChangedAt);
    }
}

public sealed record TextAnswer([property: JsonPropertyName("kk")] string Kk, [property: JsonPropertyName("ru")] string Ru, [property: JsonPropertyName("en")] string? En);

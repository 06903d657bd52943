using System.Text.Json;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Points;

/// <summary>The register as files: CSV, with the columns that the import takes back, and GeoJSON (RFC 7946) for maps.</summary>
public static class PointFiles
{
    public const int MostPoints = 5_000;

    public static IReadOnlyList<string> Columns { get; } =
    [
        "slug", "kind", "name_kk", "name_ru", "name_en", "region_kato", "settlement_kk", "settlement_ru", "address_kk", "address_ru", "phone", "latitude", "longitude",
        "categories", "unu_keys", "refused_keys", "longest_side_cm", "step_free", "rewards", "organisations", "capacity_kg", "hours", "state", "state_until",
    ];

    public static CsvFile Csv(IReadOnlyList<PointRow> rows) => new("points.csv", Columns, rows.Select(Row));

    public static ContentResult GeoJson(IReadOnlyList<PointRow> rows, PointWords words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var language = Culture.CurrentCode;
        var features = rows.Select(row => new
        {
            type = "Feature",
            geometry = new { type = "Point", coordinates = new[] { row.Point.Longitude, row.Point.Latitude } },
            properties = new
            {
                slug = row.Point.Slug,
                kind = row.Point.Kind.ToString(),
                name = row.Point.Name(language),
                settlement = row.Point.Settlement(language),
                address = row.Point.Address(language),
                status = words.Status(row.Point, row.Hours).Text,
                is_open = row.Point.IsOpenNow,
                state = row.Point.State.ToString(),
                rewards = row.Point.GivesRewards,
                step_free = row.Point.IsStepFree,
                categories = row.Point.Categories,
                unu_keys = row.Point.UnuKeys,
                url = $"/{language}/points/{row.Point.Slug}",
            },
        });
        var json = JsonSerializer.Serialize(new { type = "FeatureCollection", features }, Plain);
        return new ContentResult { Content = json, ContentType = "application/geo+json; charset=utf-8" };
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) };

    private static object?[] Row(PointRow row)
    {
        var point = row.Point;
        return
        [
            point.Slug, point.Kind.ToString(), point.NameKk, point.NameRu, point.NameEn, point.RegionKato, point.SettlementKk, point.SettlementRu, point.AddressKk, point.AddressRu, point.Phone,
            point.Latitude, point.Longitude,
            string.Join(' ', point.Categories), string.Join(' ', point.UnuKeys), string.Join(' ', point.RefusedKeys), point.LongestSideCm,
            point.IsStepFree, point.GivesRewards, point.TakesOrganisations, point.CapacityGrams / 1000m, HoursText.FormatWeek(row.Hours), point.State.ToString(), point.StateUntil,
        ];
    }
}

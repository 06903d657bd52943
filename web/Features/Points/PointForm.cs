using System.ComponentModel.DataAnnotations;
using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Points;

/// <summary>A point as its keeper types it. Degrees and hours are texts, so that what cannot be read is shown again as it was typed.</summary>
public sealed class PointForm
{
    private const int Longest = 300;

    public PointKind Kind { get; set; }

    [StringLength(Longest, ErrorMessage = "X.TooLong")]
    public string? NameKk { get; set; }

    [StringLength(Longest, ErrorMessage = "X.TooLong")]
    public string? NameRu { get; set; }

    [StringLength(Longest, ErrorMessage = "X.TooLong")]
    public string? NameEn { get; set; }

    public string? Region { get; set; }

    [StringLength(Longest, ErrorMessage = "X.TooLong")]
    public string? SettlementKk { get; set; }

    [StringLength(Longest, ErrorMessage = "X.TooLong")]
    public string? SettlementRu { get; set; }

    [StringLength(Longest, ErrorMessage = "X.TooLong")]
    public string? AddressKk { get; set; }

    [StringLength(Longest, ErrorMessage = "X.TooLong")]
    public string? AddressRu { get; set; }

    [StringLength(Longest, ErrorMessage = "X.TooLong")]
    public string? DirectionsKk { get; set; }

    [StringLength(Longest, ErrorMessage = "X.TooLong")]
    public string? DirectionsRu { get; set; }

    [StringLength(60, ErrorMessage = "X.TooLong")]
    public string? Phone { get; set; }

    public string? Latitude { get; set; }

    public string? Longitude { get; set; }

    public string[] Takes { get; set; } = [];

    public string[] Keys { get; set; } = [];

    public string[] Refused { get; set; } = [];

    public int? LongestSide { get; set; }

    public decimal? Capacity { get; set; }

    public bool StepFree { get; set; }

    public bool Rewards { get; set; }

    public bool Organisations { get; set; }

    /// <summary>Monday first, seven lines.</summary>
    public string?[] Days { get; set; } = ["", "", "", "", "", "", ""];

    /// <summary>When the version that is edited had been changed: two people at once are noticed.</summary>
    public string? Seen { get; set; }

    public static PointForm Of(CollectionPoint point, OpeningHours hours)
    {
        ArgumentNullException.ThrowIfNull(point);
        ArgumentNullException.ThrowIfNull(hours);
        return new PointForm
        {
            Kind = point.Kind, NameKk = point.NameKk, NameRu = point.NameRu, NameEn = point.NameEn, Region = point.RegionKato, SettlementKk = point.SettlementKk, SettlementRu = point.SettlementRu,
            AddressKk = point.AddressKk, AddressRu = point.AddressRu, DirectionsKk = point.DirectionsKk, DirectionsRu = point.DirectionsRu, Phone = point.Phone,
            Latitude = point.Latitude.ToString(CultureInfo.InvariantCulture), Longitude = point.Longitude.ToString(CultureInfo.InvariantCulture),
            Takes = point.Categories, Keys = point.UnuKeys, Refused = point.RefusedKeys, LongestSide = point.LongestSideCm, Capacity = point.CapacityGrams / 1000m,
            StepFree = point.IsStepFree, Rewards = point.GivesRewards, Organisations = point.TakesOrganisations,
            Days = [.. Enumerable.Range(1, 7).Select(day => HoursText.FormatDay(hours.Week.Where(own => own.Weekday == day).Select(own => new OpenStretch(own.OpensMinute, own.ClosesMinute))))],
            Seen = point.ChangedAt.ToString("O", CultureInfo.InvariantCulture),
        };
    }

    public DateTimeOffset? SeenAt => DateTimeOffset.TryParseExact(Seen, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;

    /// <returns>None when something is wrong; what, stands in the state of the form.</returns>
    public PointDraft? ToDraft(ModelStateDictionary state, IStringLocalizer<PointsText> text, IReadOnlySet<string> keys, IReadOnlySet<string> regions)
    {
        foreach (var (name, value) in new[] { (nameof(NameKk), NameKk), (nameof(NameRu), NameRu), (nameof(SettlementKk), SettlementKk), (nameof(SettlementRu), SettlementRu), (nameof(AddressKk), AddressKk), (nameof(AddressRu), AddressRu) })
        {
            Require(state, !string.IsNullOrWhiteSpace(value), name, text["X.Required"]);
        }

        Require(state, regions.Contains(Region ?? ""), nameof(Region), text["X.Required"]);
        var position = Degrees(Latitude) is { } latitude && Degrees(Longitude) is { } longitude ? GeoPosition.From(latitude, longitude) : null;
        Require(state, position is not null, nameof(Latitude), text["X.Position"]);
        Require(state, Takes.Length + Keys.Length > 0 && Takes.All(code => Categories.All.Contains(code, StringComparer.Ordinal)) && Keys.Concat(Refused).All(keys.Contains), nameof(Takes), text["X.Takes"]);
        Require(state, !Keys.Intersect(Refused, StringComparer.Ordinal).Any(), nameof(Refused), text["X.Both"]);
        Require(state, LongestSide is null or (>= 5 and <= 1000), nameof(LongestSide), text["X.Longest"]);
        Require(state, Capacity is >= 1 and <= 1_000_000 && decimal.IsInteger(Capacity.Value * 1000), nameof(Capacity), text["X.Capacity"]);
        var week = new List<WeekdayHours>();
        for (var day = 0; day < 7; day++)
        {
            var stretches = HoursText.ParseDay(Days.ElementAtOrDefault(day));
            Require(state, stretches is not null, $"{nameof(Days)}[{day}]", text["X.Hours"]);
            week.AddRange((stretches ?? []).Select(open => new WeekdayHours(day + 1, open.OpensMinute, open.ClosesMinute)));
        }

        return !state.IsValid ? null : new PointDraft(
            Kind, NameKk!.Trim(), NameRu!.Trim(), Text(NameEn), Region!, SettlementKk!.Trim(), SettlementRu!.Trim(), null, AddressKk!.Trim(), AddressRu!.Trim(), null, Text(DirectionsKk), Text(DirectionsRu), null, Text(Phone),
            position!.Value, [.. Takes.Distinct(StringComparer.Ordinal)], [.. Keys.Distinct(StringComparer.Ordinal)], [.. Refused.Distinct(StringComparer.Ordinal)], LongestSide, StepFree, Rewards, Organisations,
            Weight.FromKilograms(Capacity!.Value), week);
    }

    private static void Require(ModelStateDictionary state, bool holds, string field, string sentence)
    {
        if (!holds && !(state.TryGetValue(field, out var entry) && entry.Errors.Count > 0))
        {
            state.AddModelError(field, sentence);
        }
    }

    private static double? Degrees(string? typed) =>
        double.TryParse(typed?.Trim().Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) && double.IsFinite(degrees) ? degrees : null;

    private static string? Text(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();
}

public sealed class PointStateForm
{
    public PointState State { get; set; }

    public DateOnly? LastDay { get; set; }

    [StringLength(300, ErrorMessage = "X.TooLong")]
    public string? ReasonKk { get; set; }

    [StringLength(300, ErrorMessage = "X.TooLong")]
    public string? ReasonRu { get; set; }
}

public sealed class SpecialDaysForm
{
    public DateOnly? FirstDay { get; set; }

    public DateOnly? LastDay { get; set; }

    public string? Hours { get; set; }

    [StringLength(300, ErrorMessage = "X.TooLong")]
    public string? ReasonKk { get; set; }

    [StringLength(300, ErrorMessage = "X.TooLong")]
    public string? ReasonRu { get; set; }
}

namespace EwasteEpr.TakeBack.Points;

/// <summary>Which points a list shows; everything left out does not narrow it.</summary>
public sealed record PointFilter
{
    public string? Region { get; init; }

    public IReadOnlyList<PointKind>? Kinds { get; init; }

    /// <summary>A category's code: points that take all of it or a key of it.</summary>
    public string? Category { get; init; }

    public string? UnuKey { get; init; }

    public bool OpenNow { get; init; }

    public bool StepFree { get; init; }

    public bool Rewards { get; init; }

    public bool Organisations { get; init; }

    /// <summary>A part of a name, settlement or address.</summary>
    public string? Text { get; init; }

    /// <summary>Nearest to here first.</summary>
    public GeoPosition? Near { get; init; }

    /// <summary>No farther than this from <see cref="Near"/>.</summary>
    public double? WithinKm { get; init; }

    public GeoBox? Box { get; init; }

    public int Limit { get; init; } = 200;

    public int Offset { get; init; }

    /// <summary>For programs that page: the last point they have.</summary>
    public Guid? After { get; init; }

    internal object Parameters() => new
    {
        region = Region,
        kinds = Kinds?.Select(kind => kind.ToString()).ToArray(),
        category = Category,
        unuKey = UnuKey,
        openNow = OpenNow,
        stepFree = StepFree,
        rewards = Rewards,
        organisations = Organisations,
        text = string.IsNullOrWhiteSpace(Text) ? null : Text.Trim(),
        latitude = Near?.Latitude,
        longitude = Near?.Longitude,
        withinKm = Near is null ? null : WithinKm,
        south = Box?.South,
        north = Box?.North,
        west = Box?.West,
        east = Box?.East,
        limit = Limit,
        offset = Offset,
        after = After,
    };
}

/// <summary>A rectangle on the map, in degrees.</summary>
public sealed record GeoBox(double West, double South, double East, double North);

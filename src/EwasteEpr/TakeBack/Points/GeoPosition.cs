namespace EwasteEpr.TakeBack.Points;

/// <summary>A place on the globe in degrees (WGS 84), inside the box that holds the country.</summary>
/// <remarks>Five decimals are about a metre; more is noise and is cut when a position is written.</remarks>
public readonly record struct GeoPosition
{
    private const double EarthRadiusKm = 6371;

    private GeoPosition(double latitude, double longitude) => (Latitude, Longitude) = (latitude, longitude);

    public double Latitude { get; }

    public double Longitude { get; }

    /// <summary>None where the numbers are no place in or near Kazakhstan; latitude and longitude that were swapped are such.</summary>
    public static GeoPosition? From(double latitude, double longitude) =>
        latitude is >= 40.5 and <= 55.5 && longitude is >= 46.4 and <= 87.4 ? new GeoPosition(Math.Round(latitude, 5), Math.Round(longitude, 5)) : null;

    /// <summary>Great circle in kilometres, the same rule as the database's <c>distance_km</c>.</summary>
    public double DistanceKmTo(GeoPosition other)
    {
        var (near, far) = (double.DegreesToRadians(Latitude), double.DegreesToRadians(other.Latitude));
        var across = Math.Pow(Math.Sin((far - near) / 2), 2)
            + (Math.Cos(near) * Math.Cos(far) * Math.Pow(Math.Sin(double.DegreesToRadians(other.Longitude - Longitude) / 2), 2));
        return 2 * EarthRadiusKm * Math.Asin(Math.Sqrt(Math.Min(1, across)));
    }
}

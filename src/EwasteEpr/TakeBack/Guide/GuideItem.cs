using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Guide;

/// <summary>One kind of thing and what is to be known before it is handed in. Codes become sentences on the page.</summary>
/// <param name="Words">What people call it, per language, the most usual first.</param>
/// <param name="DataKind">What in it remembers its owner; none where nothing does.</param>
public sealed record GuideItem(
    string UnuKey, string Category, LocalText Name, string Icon, string? DataKind, IReadOnlyList<string> Hazards, IReadOnlyList<string> Steps,
    bool IsOftenMended, ItemTravel Travels, decimal? MeanWeightKg, IReadOnlyDictionary<string, IReadOnlyList<string>> Words);

/// <summary>How a thing gets to the point.</summary>
public enum ItemTravel
{
    Bag,
    Car,
    Pickup,
}

/// <summary>A kind of thing that what was typed may mean, and the word that fitted.</summary>
/// <param name="IsGuess">The word was written otherwise: "did you mean".</param>
public sealed record GuideHit(GuideItem Item, string Word, bool IsGuess);

/// <summary>One word of the list from A to Z.</summary>
public sealed record GuideWord(string Letter, string Word, string UnuKey);

/// <summary>A town to look around from.</summary>
public sealed record Town(string Code, string RegionKato, string NameKk, string NameRu, string NameEn, double Latitude, double Longitude)
{
    public string Name(string language) => language switch { "ru" => NameRu, "en" => NameEn, _ => NameKk };
}

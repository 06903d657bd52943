namespace EwasteEpr.Kernel;

/// <summary>A name that comes from data in the three languages of the product (texts of pages come from resources).</summary>
public sealed record LocalText(string Kk, string Ru, string En)
{
    /// <param name="language">A language code of the site: kk, ru or en.</param>
    public string In(string language) => language switch { "ru" => Ru, "en" => En, _ => Kk };
}

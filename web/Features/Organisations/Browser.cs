namespace EwasteEpr.Web.Features.Organisations;

/// <summary>What a person calls the thing they signed in with. A guess, for recognising only.</summary>
public static class Browser
{
    private static readonly (string Token, string Name)[] Browsers = [("YaBrowser", "Yandex"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    private static readonly (string Token, string Name)[] Systems = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    public static string Name(string? userAgent, string unknown)
    {
        string?[] words = [Find(Browsers, userAgent), Find(Systems, userAgent)];
        return words.OfType<string>().Any() ? string.Join(", ", words.OfType<string>()) : unknown;
    }

    private static string? Find((string Token, string Name)[] known, string? userAgent) =>
        known.FirstOrDefault(pair => userAgent?.Contains(pair.Token, StringComparison.Ordinal) == true).Name;
}

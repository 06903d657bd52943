namespace EwasteEpr.Web.Features.Home;

/// <summary>Names the texts of this feature: HomeText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class HomeText;

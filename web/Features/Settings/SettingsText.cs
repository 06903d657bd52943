namespace EwasteEpr.Web.Features.Settings;

/// <summary>Names the texts of this feature: SettingsText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class SettingsText;

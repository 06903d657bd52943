namespace EwasteEpr.Web.Features.Help;

/// <summary>Names the texts of this feature: HelpText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class HelpText;

namespace EwasteEpr.Web.Features.Tariffs;

/// <summary>Names the texts of this feature: TariffsText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class TariffsText;

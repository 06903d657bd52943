namespace EwasteEpr.Web.Features.Status;

/// <summary>Names the texts of this feature: StatusText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class StatusText;

namespace EwasteEpr.Web.Features.Payments.Desk;

/// <summary>Names DeskText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class DeskText;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>Names RegisterText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class RegisterText;

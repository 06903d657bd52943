namespace EwasteEpr.Web.Features.Signatures;

/// <summary>Names the texts of signing: SignaturesText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class SignaturesText;

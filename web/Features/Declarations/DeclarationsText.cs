namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Names the texts of the declarant's pages: DeclarationsText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class DeclarationsText;

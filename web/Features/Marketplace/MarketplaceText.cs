namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>Names the texts: MarketplaceText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class MarketplaceText;

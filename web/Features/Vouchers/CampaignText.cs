namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Names the texts: CampaignText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class CampaignText;

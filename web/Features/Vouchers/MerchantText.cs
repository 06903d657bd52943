namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Names the texts: MerchantText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class MerchantText;

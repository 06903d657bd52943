namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Names the texts: VouchersApiText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class VouchersApiText;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Names the texts: VoucherText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class VoucherText;

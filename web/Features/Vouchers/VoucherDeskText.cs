namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Names the texts: VoucherDeskText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class VoucherDeskText;

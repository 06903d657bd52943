using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Vouchers.Redeeming;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>Pages under /org/{slug}/merchant: whose till it is and where it stands.</summary>
public abstract class MerchantDesk(MerchantService merchants) : Controller
{
    private const string ShopCookie = "shop";

    protected MerchantService Merchants => merchants;

    protected OrganisationAccess Organisation => HttpContext.Organisation();

    protected Actor Who => ActorContext.Current(HttpContext);

    protected string At(string path) => $"/{Culture.CurrentCode}/org/{Organisation.Slug}/merchant/{path}";

    protected IActionResult To(string path) => LocalRedirect(At(path));

    /// <summary>The shop that this browser stands in: chosen once and remembered, or the only one.</summary>
    protected async Task<TillPlace> PlaceAsync(Guid? chosen, CancellationToken ct)
    {
        var shops = await merchants.ShopsAsync(Organisation.OrganisationId, ct);
        var remembered = Guid.TryParse(Request.Cookies[ShopCookie], out var id) ? id : (Guid?)null;
        var shop = shops.FirstOrDefault(shop => shop.ShopId == chosen) ?? shops.FirstOrDefault(shop => shop.ShopId == remembered) ?? (shops.Count == 1 ? shops[0] : null);
        if (shop is not null && shop.ShopId != remembered)
        {
            var options = SessionCookie.Options(HttpContext);
            options.MaxAge = TimeSpan.FromDays(365);
            Response.Cookies.Append(ShopCookie, shop.ShopId.ToString("D"), options);
        }

        return new TillPlace(Organisation.Name(Culture.CurrentCode), shops, shop);
    }

    protected Till Till(TillPlace place) => new(Organisation.OrganisationId, place?.Shop?.ShopId ?? Guid.Empty, HttpContext.Person().PersonId, null);
}

/// <param name="Shop">None: the merchant has none yet, or several and none was chosen.</param>
public sealed record TillPlace(string Merchant, IReadOnlyList<ShopRow> Shops, ShopRow? Shop)
{
    public string Label => Shop is null ? Merchant : $"{Merchant}, {Shop.Name}, {Shop.Address}";
}

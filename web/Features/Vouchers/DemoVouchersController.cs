using EwasteEpr.Vouchers.Demo;
using EwasteEpr.Web.Features.Organisations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>In the demonstration only: invented vouchers to try out at a till.</summary>
[AllowAnonymous]
[DemoOnly]
public sealed class DemoVouchersController(DemoWallet wallet) : Controller
{
    [HttpGet("/{culture:culture}/demo/vouchers")]
    public async Task<IActionResult> List(CancellationToken ct) => View("DemoVouchers", await wallet.ListAsync(ct));
}

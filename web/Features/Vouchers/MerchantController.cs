using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Vouchers.Redeeming;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Hosting.Printing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>The merchant's office: joining, shops, what was redeemed, what is paid.</summary>
[Route("/{culture:culture}/org/{slug}/merchant")]
public sealed class MerchantController(
    MerchantService merchants, RedemptionService redemptions, SettlementService settlements, OrganisationService organisations, IStringLocalizer<MerchantText> text)
    : MerchantDesk(merchants)
{
    private const int PageSize = 50;

    [HttpGet("")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public Task<IActionResult> Home(string? said, CancellationToken ct) => ShowAsync(new BankForm(null, null, null), new ShopForm(null, null, null), said, ct);

    [HttpPost("join")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> Join(BankForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.Check(ModelState, text) is not { } bank ? await ShowAsync(form, new ShopForm(null, null, null), null, ct)
            : To("?said=" + (await Merchants.JoinAsync(Organisation.OrganisationId, bank, Who, ct) ? "Joined" : "NotJoined"));
    }

    [HttpPost("shops")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> AddShop(ShopForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.Check(ModelState, text) is not { } shop ? await ShowAsync(new BankForm(null, null, null), form, null, ct)
            : await Merchants.AddShopAsync(Organisation.OrganisationId, shop, Who, ct) is null ? NotFound()
            : To("?said=ShopAdded");
    }

    [HttpPost("shops/{shop:guid}/close")]
    [Authorize(Policy = PolicyNames.OrgOwner)]
    public async Task<IActionResult> CloseShop(Guid shop, CancellationToken ct) =>
        await Merchants.CloseShopAsync(Organisation.OrganisationId, shop, Who, ct) ? To("?said=ShopClosed") : NotFound();

    private async Task<IActionResult> ShowAsync(BankForm bank, ShopForm shop, string? said, CancellationToken ct) =>
        !Organisation.Does(Activity.Merchant) ? NotFound() : View("Merchant", new MerchantPage(
            await Merchants.FindAsync(Organisation.OrganisationId, ct), await Merchants.ShopsAsync(Organisation.OrganisationId, ct), await organisations.RegionsAsync(ct), bank, shop, said));

    /// <summary>Cashiers see their own of the day, the office everything.</summary>
    [HttpGet("redemptions")]
    [Authorize(Policy = PolicyNames.OrgMerchant)]
    public async Task<IActionResult> Redemptions(string? said, DateTimeOffset? after, Guid? id, CancellationToken ct)
    {
        var rows = await redemptions.ListAsync(Organisation.OrganisationId, Filter() with { AfterAt = after, AfterId = id, Limit = PageSize + 1 }, ct);
        return View("Redemptions", new RedemptionsPage(await PlaceAsync(null, ct), [.. rows.Take(PageSize)], rows.Count > PageSize, IsOffice, said));
    }

    [HttpGet("redemptions.csv")]
    [Authorize(Policy = PolicyNames.OrgMerchant)]
    public async Task<IActionResult> RedemptionsCsv(CancellationToken ct) => Csv("redemptions.csv", await redemptions.ListAsync(Organisation.OrganisationId, Filter() with { Limit = 10_000 }, ct));

    [HttpGet("settlements")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Settlements(CancellationToken ct) =>
        await Merchants.FindAsync(Organisation.OrganisationId, ct) is { } merchant
            ? View("Settlements", new SettlementsPage(merchant, await settlements.ListAsync(Organisation.OrganisationId, null, ct)))
            : NotFound();

    [HttpGet("settlements/{no:long}")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> Settlement(long no, CancellationToken ct) => await PageAsync(no, ct) is { } page ? View("Settlement", page) : NotFound();

    [HttpGet("settlements/{no:long}.csv")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> SettlementCsv(long no, CancellationToken ct) =>
        await PageAsync(no, ct) is { } page ? Csv($"{SettlementNames.Of(no)}.csv", page.Redemptions) : NotFound();

    /// <summary>The act that an accountant keeps.</summary>
    [HttpGet("settlements/{no:long}.pdf")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> SettlementPdf(long no, CancellationToken ct) => await PaperAsync(no, ct) is { } paper ? new PaperResult(paper) : NotFound();

    [HttpGet("settlements/{no:long}/print")]
    [Authorize(Policy = PolicyNames.OrgReader)]
    public async Task<IActionResult> SettlementPrint(long no, CancellationToken ct) => await PaperAsync(no, ct) is { } paper ? new PaperResult(paper, asPage: true) : NotFound();

    private async Task<Paper?> PaperAsync(long no, CancellationToken ct) =>
        await PageAsync(no, ct) is { } page
            ? new Paper("SettlementPrint", page, text["Settlement.Title", SettlementNames.Of(no)], SettlementNames.Of(no)) { BackAddress = At($"settlements/{no.ToString(CultureInfo.InvariantCulture)}") }
            : null;

    private async Task<SettlementPage?> PageAsync(long no, CancellationToken ct) =>
        await settlements.FindAsync(no, Organisation.OrganisationId, ct) is { } settlement
            ? new SettlementPage(settlement, await redemptions.ListAsync(Organisation.OrganisationId, new RedemptionFilter(Settlement: no, Limit: 10_000), ct))
            : null;

    private bool IsOffice => Organisation.Has(OrganisationRole.Owner) || Organisation.Has(OrganisationRole.Accountant) || Organisation.Has(OrganisationRole.Viewer);

    private RedemptionFilter Filter() => new(HttpContext.Person().PersonId, OnlyMine: !IsOffice);

    private static CsvFile Csv(string name, IEnumerable<RedemptionRow> rows) => new(
        name,
        ["redemption", "redeemed_at", "shop", "cashier", "fiscal_receipt", "tenge", "voided_at", "returned_at", "settlement"],
        rows.Select(row => new object?[]
        {
            row.RedemptionId, row.RedeemedAt, row.Shop, row.ByName, row.FiscalReceipt, Money.FromTiyn(row.AmountTiyn).Amount, row.VoidedAt, row.ReturnedAt,
            row.Settlement is { } no ? SettlementNames.Of(no) : null,
        }));
}

public sealed record MerchantPage(MerchantRow? Merchant, IReadOnlyList<ShopRow> Shops, IReadOnlyList<Region> Regions, BankForm Bank, ShopForm Shop, string? Said);

public sealed record RedemptionsPage(TillPlace Place, IReadOnlyList<RedemptionRow> Rows, bool HasMore, bool IsOffice, string? Said);

public sealed record SettlementsPage(MerchantRow Merchant, IReadOnlyList<SettlementRow> Rows);

public sealed record SettlementPage(SettlementRow Settlement, IReadOnlyList<RedemptionRow> Redemptions);

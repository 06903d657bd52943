using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Campaigns;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Merchants;
using EwasteEpr.Vouchers.Redeeming;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Vouchers.Demo;

/// <summary>Campaigns, merchants and vouchers of the invented country, made through the same services as everybody's; nothing where there are any.</summary>
public sealed class DemoVouchers(
    Db db, CampaignService campaigns, MerchantService merchants, VoucherIssuing issuing, VoucherHolds holds, VoucherEndings endings, VoucherService vouchers, RedemptionService redemptions, SettlementService settlements)
{
    private const string StartSql = """
        select (select person_id from people where demo_code = 'operator-preparer') as preparer, (select person_id from people where demo_code = 'operator-approver') as approver, app.today() as today,
               exists (select from campaigns) as is_there
        """;

    /// <returns>How many vouchers were made.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var start = await db.QuerySingleAsync<StartRow>(StartSql, null, ct);
        if (start.IsThere || start.Preparer is null || start.Approver is null)
        {
            return 0;
        }

        var (preparer, approver) = (Operator(start.Preparer.Value, "operator_preparer"), Operator(start.Approver.Value, "operator_approver"));
        foreach (var plan in DemoCampaigns.All(start.Today))
        {
            await OpenAsync(plan, start.Today, preparer, approver, ct);
        }

        var tills = await TillsAsync(approver, start.Today, ct);
        return await HandInAsync(tills, preparer, approver, ct);
    }

    private async Task OpenAsync(DemoCampaign plan, DateOnly today, Actor preparer, Actor approver, CancellationToken ct)
    {
        if (await campaigns.ProposeAsync(plan.Draft, preparer, ct) is not ProposeCampaignOutcome.Proposed proposed)
        {
            throw new InvalidOperationException($"The demonstration's campaign {plan.Draft.Name.En} was refused.");
        }

        if (plan.Tenge == 0)
        {
            return; // waits for the second person and its legal basis
        }

        await campaigns.MoveAsync(proposed.CampaignId, CampaignState.Open, approver, ct);
        await campaigns.FundAsync(proposed.CampaignId, new FundingDraft(Money.FromTenge(plan.Tenge), $"ПП-{proposed.CampaignNo}", today.AddDays(-20)), preparer, ct);
        var funding = await db.QuerySingleAsync<Guid>("select campaign_funding_id from campaign_fundings where campaign_id = @CampaignId", new { proposed.CampaignId }, ct);
        await campaigns.PostFundingAsync(proposed.CampaignId, funding, approver, ct);
        if (plan.IsPaused)
        {
            await campaigns.MoveAsync(proposed.CampaignId, CampaignState.Paused, approver, ct);
        }
    }

    private const string ShopsSql = """
        select o.organisation_id, o.demo_code, o.region_kato, o.address, o.name_kk,
               (select p.person_id from memberships m join people p using (person_id) where m.organisation_id = o.organisation_id and 'cashier' = any (m.roles) order by p.demo_code nulls last limit 1) as cashier
          from organisations o
         where o.demo_code is not null and o.activities @> array['merchant']
         order by o.demo_code
         limit 100
        """;

    private async Task<List<DemoTill>> TillsAsync(Actor approver, DateOnly today, CancellationToken ct)
    {
        var tills = new List<DemoTill>();
        foreach (var shop in await db.QueryAsync<ShopPlace>(ShopsSql, null, ct))
        {
            var (organisation, owner) = (new OrganisationId(shop.OrganisationId), new Actor(null, shop.OrganisationId, null, "owner", "demo", null));
            await merchants.JoinAsync(organisation, new MerchantBank("KZ86125KZT5004100100", "KCJBKZKX", "17"), owner, ct);
            if (shop.DemoCode == "merchant-8")
            {
                continue; // its application waits
            }

            await merchants.DecideAsync(organisation, new MerchantDecision("В-" + shop.DemoCode[^1], today.AddDays(-90), Suspend: false), approver, ct);
            var name = shop.NameKk.Split('«', '»')[1];
            var first = await merchants.AddShopAsync(organisation, new NewShop(name, shop.Address, shop.RegionKato), owner, ct);
            if (shop.DemoCode == "merchant-1")
            {
                await merchants.AddShopAsync(organisation, new NewShop(name + " 2", "Алматы, Үлгі көшесі, 140", shop.RegionKato), owner, ct);
            }

            tills.Add(new DemoTill(shop.DemoCode, new Till(organisation, first!.Value, new PersonId(shop.Cashier ?? Guid.CreateVersion7()), null)));
        }

        return tills;
    }

    private async Task<int> HandInAsync(List<DemoTill> tills, Actor preparer, Actor approver, CancellationToken ct)
    {
        var random = new Random(20_26);
        var made = new List<IssueOutcome.Made>();
        foreach (var intake in DemoCampaigns.Intakes(await db.QueryAsync<string>("select kato from regions order by kato limit 100", null, ct), random))
        {
            if (await db.InTransactionAsync(transaction => issuing.IssueAsync(transaction, intake, Actor.System("demo"), ct), ct) is IssueOutcome.Made { Held.Count: 0 } voucher)
            {
                made.Add(voucher);
            }
        }

        await AgeAsync("update vouchers set made_at = made_at - interval '2 days', releases_at = releases_at - interval '2 days' where state = 'Pending' and voucher_no % 10 <> 0", ct);
        await endings.ReleaseSweepAsync(ct);
        var good = new Queue<IssueOutcome.Made>(made);
        foreach (var day in new[] { 5, 1 })
        {
            await SpendAsync(good, tills, day, ct);
            await settlements.SettleAsync(ct);
            if (day > 1)
            {
                await PayAsync(day, preparer, approver, ct);
            }
        }

        await SpendAsync(good, tills, 0, ct);
        await EndAsync(preparer, approver, ct);
        return made.Count;
    }

    private async Task SpendAsync(Queue<IssueOutcome.Made> good, List<DemoTill> tills, int daysAgo, CancellationToken ct)
    {
        foreach (var (till, index) in tills.SelectMany(till => Enumerable.Repeat(till, till.Code == "merchant-1" ? 4 : 2)).Select((till, index) => (till.Till, index)))
        {
            if (!good.TryDequeue(out var voucher))
            {
                return;
            }

            var key = new IdempotentRequest("demo", "demo", voucher.VoucherId.ToString(), [1]);
            var actor = new Actor(till.Cashier!.Value.Value, till.Merchant.Value, null, "cashier", "demo", null);
            await vouchers.RedeemAsync(new RedeemVoucher(voucher.Code, new VoucherProof.Pin(voucher.Pin), till, $"{20_418_853 + daysAgo * 100 + index}", key), actor, ct);
        }

        if (daysAgo > 0)
        {
            // To the evening before the day's own run; the older day moves on once it is settled.
            await AgeAsync("update redemptions set redeemed_at = (app.today() - 1 + time '12:10')::timestamp at time zone 'Asia/Almaty' + random() * interval '8 hours' where settlement_id is null", ct);
        }
    }

    private async Task PayAsync(int daysAgo, Actor preparer, Actor approver, CancellationToken ct)
    {
        await AgeAsync($"update settlements set day = day - {daysAgo - 1}, payable_on = payable_on - {daysAgo - 1}, made_at = made_at - interval '{daysAgo - 1} days'", ct);
        await AgeAsync($"update redemptions set redeemed_at = redeemed_at - interval '{daysAgo - 1} days'", ct);
        var numbers = (await settlements.ListAsync(null, "Payable", ct)).Select(row => row.Number).ToList();
        await settlements.OrderAsync(numbers, preparer, ct);
        foreach (var number in numbers.SkipLast(1))
        {
            await settlements.PayAsync(number, $"ПП-{700 + number}", approver, ct);
        }
    }

    /// <summary>One of each ending: taken back, goods returned, held by hand, proposed for cancelling, cancelled by two, expired.</summary>
    private async Task EndAsync(Actor preparer, Actor approver, CancellationToken ct)
    {
        var today = await db.QueryAsync<LatestRow>("select redemption_id, merchant_id, shop_id, cashier_id from redemptions where settlement_id is null and voided_at is null order by redemption_id limit 2", null, ct);
        foreach (var (row, isVoid) in today.Zip([true, false]))
        {
            var till = new Till(new OrganisationId(row.MerchantId), row.ShopId, new PersonId(row.CashierId!.Value), null);
            var actor = new Actor(row.CashierId, row.MerchantId, null, "cashier", "demo", null);
            await (isVoid ? (Task)redemptions.VoidAsync(row.RedemptionId, till, actor, ct) : redemptions.ReturnAsync(row.RedemptionId, "20419999", till, actor, ct));
        }

        var open = await db.QueryAsync<long>("select voucher_no from vouchers where state = 'Issued' and replaces_id is null order by voucher_no limit 4", null, ct);
        await holds.HoldAsync(open[0], "Өтініш бойынша / по обращению", preparer, ct);
        await holds.ProposeCancelAsync(open[1], "Екі рет қабылданған / принято дважды", preparer, ct);
        await holds.ProposeCancelAsync(open[2], "Қате пункт / ошибка пункта", preparer, ct);
        await holds.DecideCancelAsync(open[2], apply: true, approver, ct);
        await db.ExecuteAsync("update vouchers set expires_on = app.today() - 1, expires_at = app.today()::timestamp at time zone 'Asia/Almaty' where voucher_no = @no", new { no = open[3] }, ct);
        await endings.ExpirySweepAsync(ct);
    }

    private Task<int> AgeAsync(string sql, CancellationToken ct) => db.ExecuteAsync(sql, null, ct);

    private static Actor Operator(Guid person, string role) => new(person, null, null, role, "demo", null);

    private sealed record StartRow(Guid? Preparer, Guid? Approver, DateOnly Today, bool IsThere);

    private sealed record ShopPlace(Guid OrganisationId, string DemoCode, string RegionKato, string Address, string NameKk, Guid? Cashier);

    private sealed record LatestRow(Guid RedemptionId, Guid MerchantId, Guid ShopId, Guid? CashierId);

    private sealed record DemoTill(string Code, Till Till);
}

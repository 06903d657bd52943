using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Ledger;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.Vouchers.Issuing;

/// <summary>Makes the voucher for accepted things, in the transaction that writes the intake.</summary>
/// <remarks>
/// Locks are taken in one order everywhere: reservation or voucher, then the campaign's accounts. What is judged is read after the locks,
/// so no number of counters at once promises more than there is, and a refusal never breaks the caller's transaction.
/// </remarks>
public sealed class VoucherIssuing(VoucherSecrets secrets)
{
    private const string MadeSql = """
        select v.voucher_id, v.code_sealed, v.pin_sealed, v.amount_tiyn, v.expires_on, v.releases_at,
               array(select h.reason from voucher_holds h where h.voucher_id = v.voucher_id and h.outcome is null order by h.reason) as held
          from vouchers v
         where v.intake_id = @intakeId
        """;

    private const string PromiseSql = """
        select reservation_id, campaign_id, case when state in ('Soft', 'Confirmed') then amount_tiyn else 0 end as reserved_tiyn, phone_hash, device_hash
          from reservations
         where drop_off_id = @dropOffId
           for update
        """;

    // A promise is kept also when the campaign was paused or ended meanwhile; without one only open campaigns count.
    private const string CampaignsSql = """
        select c.campaign_id, c.campaign_no, c.name_kk, c.name_ru, c.name_en, c.item_cap_tiyn, c.person_cap_tiyn, c.point_day_cap_tiyn,
               c.walk_in_cap_tiyn, c.staff_pair_cap, c.reserve_percent, c.voucher_days,
               c.budget_account_id, c.reserved_account_id, c.liability_account_id, b.balance as budget_tiyn, r.balance as reserved_tiyn
          from campaigns c
          join ledger.accounts b on b.account_id = c.budget_account_id
          join ledger.accounts r on r.account_id = c.reserved_account_id
         where case when @promised::uuid is not null then c.campaign_id = @promised
                    else c.state = 'Open' and c.valid @> app.today() and (c.regions = '{}' or c.regions @> array[@region]) end
         order by c.regions = '{}', c.campaign_no
         limit 50
        """;

    private const string LockSql = """
        select ledger.lock_accounts(array(
            select unnest(array[c.budget_account_id, c.reserved_account_id]) from campaigns c
             where case when @promised::uuid is not null then c.campaign_id = @promised
                        else c.state = 'Open' and c.valid @> app.today() and (c.regions = '{}' or c.regions @> array[@region]) end))
        """;

    /// <summary>Never throws for a lack of budget: then there is an intake without a voucher, and the giver is told why.</summary>
    public async Task<IssueOutcome> IssueAsync(DbTransaction transaction, IssueVoucher request, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        if (await transaction.QuerySingleOrDefaultAsync<MadeRow>(MadeSql, new { request.IntakeId }, ct) is { } made)
        {
            return made.Outcome(secrets);
        }

        var promise = request.DropOffId is null ? null : await transaction.QuerySingleOrDefaultAsync<PromiseRow>(PromiseSql, new { request.DropOffId }, ct);
        var scope = new { promised = promise?.CampaignId, region = request.Region };
        await transaction.ExecuteAsync(LockSql, scope, ct);
        var campaigns = await transaction.QueryAsync<OpenCampaign>(CampaignsSql, scope, ct);
        var rules = await transaction.QueryAsync<RuleRow>(RewardQuotes.RulesSql, new { campaigns = campaigns.Select(campaign => campaign.CampaignId).ToArray() }, ct);
        var (award, reason) = await AwardAsync(transaction, new Candidates(campaigns, rules, promise), request, ct);
        if (award is not null)
        {
            return await WriteAsync(transaction, request, award, actor, ct);
        }

        if (promise is { ReservedTiyn: > 0 })
        {
            await Reservations.ReleaseAsync(transaction, request.DropOffId!.Value, actor, ct);
        }

        return new IssueOutcome.None(reason);
    }

    private static async Task<(Award? Award, NoReward Reason)> AwardAsync(DbTransaction transaction, Candidates from, IssueVoucher request, CancellationToken ct)
    {
        var reason = from.Campaigns.Count == 0 ? NoReward.NoCampaign : NoReward.NotCovered;
        foreach (var campaign in from.Campaigns)
        {
            var wanted = RewardQuotes.Table(campaign, from.Rules).Exact(request.Accepted).Tiyn;
            if (wanted == 0)
            {
                continue;
            }

            var facts = await VoucherRisks.FactsAsync(transaction, campaign, request, ct);
            var (amount, refused) = Allowed(campaign, facts, from.Promise, wanted);
            if (amount > 0)
            {
                return (new Award(campaign, from.Promise, amount, VoucherRisks.Judge(campaign, facts, amount, request.Suspicions)), default);
            }

            reason = refused;
        }

        return (null, reason);
    }

    /// <summary>What was promised is given; beyond it only what the budget holds, and to a walk-in only up to its caps. Always whole hundreds of tenge.</summary>
    private static (long Tiyn, NoReward Refused) Allowed(OpenCampaign campaign, RiskFactsRow facts, PromiseRow? promise, long wanted)
    {
        const long hundredTenge = 10_000;
        if (promise is null)
        {
            wanted = Math.Min(wanted, campaign.WalkInCapTiyn);
            if (facts.PointTodayTiyn + wanted > campaign.PointDayCapTiyn)
            {
                return (0, NoReward.PointDayFull);
            }

            // A walk-in is given the whole reward or told before handing over that there is none.
            return campaign.BudgetTiyn >= wanted ? (wanted / hundredTenge * hundredTenge, default) : (0, NoReward.BudgetSpent);
        }

        var there = Math.Min(wanted, promise.ReservedTiyn + campaign.BudgetTiyn);
        return there >= hundredTenge ? (there / hundredTenge * hundredTenge, default) : (0, NoReward.BudgetSpent);
    }

    private const string InsertSql = """
        with made as (
            insert into vouchers (voucher_id, campaign_id, liability_account_id, code_hash, code_sealed, pin_hash, pin_sealed, amount_tiyn, state,
                                  releases_at, expires_on, expires_at, intake_id, drop_off_id, reservation_id, point_id, region_kato, staff_id,
                                  device_hash, phone_hash, held_from, held_at)
            select @voucherId, @campaignId, @liability, @codeHash, @codeSealed, @pinHash, @pinSealed, @amount,
                   case when cardinality(@reasons) > 0 then 'Held' else 'Pending' end,
                   app.now() + interval '10 minutes', app.today() + @voucherDays, (app.today() + @voucherDays + 1)::timestamp at time zone 'Asia/Almaty',
                   @intakeId, @dropOffId, @reservationId, @pointId, @region, @staffId, @deviceHash, @phoneHash,
                   case when cardinality(@reasons) > 0 then 'Pending' end, case when cardinality(@reasons) > 0 then app.now() end
            returning voucher_id, expires_on, releases_at
        ), used as (
            update reservations set state = 'Used', ended_at = app.now() where reservation_id = @reservationId
        ), held as (
            insert into voucher_holds (voucher_id, reason, decide_by)
            select m.voucher_id, reason, app.add_working_days(app.today(), 3) from made m, unnest(@reasons) reason
        )
        select m.expires_on, m.releases_at,
               audit.write(@actor::jsonb, 'voucher.made', 'voucher', m.voucher_id::text, jsonb_build_object('campaign', @campaignNo, 'tiyn', @amount, 'held', @reasons))
          from made m
        """;

    private async Task<IssueOutcome> WriteAsync(DbTransaction transaction, IssueVoucher request, Award award, Actor actor, CancellationToken ct)
    {
        var (code, pin, voucherId) = (VoucherCode.New(), VoucherSecrets.NewPin(), Guid.CreateVersion7());
        var reserved = award.Promise is { ReservedTiyn: > 0 } promise ? promise : null;
        var row = await transaction.QuerySingleAsync<InsertedRow>(
            InsertSql,
            new
            {
                voucherId, award.Campaign.CampaignId, award.Campaign.CampaignNo, award.Campaign.VoucherDays, liability = award.Campaign.LiabilityAccountId,
                codeHash = secrets.Code(code), codeSealed = secrets.Seal(code), pinHash = secrets.Pin(code, pin), pinSealed = secrets.SealPin(pin),
                amount = award.Tiyn, reasons = award.Held.Select(reason => reason.ToString()).ToArray(),
                request.IntakeId, request.DropOffId, reservationId = reserved?.ReservationId, request.PointId, request.Region, staffId = request.StaffId?.Value,
                deviceHash = request.DeviceHash ?? award.Promise?.DeviceHash, phoneHash = request.PhoneHash ?? award.Promise?.PhoneHash, actor = actor.ToJson(),
            },
            ct);
        await GeneralLedger.PostAsync(transaction, Postings(voucherId, award, reserved), ct);
        return new IssueOutcome.Made(voucherId, code, pin, Money.FromTiyn(award.Tiyn), row.ExpiresOn, row.ReleasesAt, award.Held);
    }

    /// <summary>First from what was set aside, then from the budget; what was set aside and not needed goes back.</summary>
    private static List<Posting> Postings(Guid voucherId, Award award, PromiseRow? reserved)
    {
        var (budget, liability, held) = (new AccountId(award.Campaign.BudgetAccountId), new AccountId(award.Campaign.LiabilityAccountId), new AccountId(award.Campaign.ReservedAccountId));
        var fromReserved = Math.Min(award.Tiyn, reserved?.ReservedTiyn ?? 0);
        var postings = new List<Posting>();
        void Add(string kind, LedgerSource source, AccountId from, AccountId to, long tiyn)
        {
            if (tiyn > 0)
            {
                postings.Add(Posting.OfMoney(kind, source, new TransferEnds(from, to), Money.FromTiyn(tiyn)));
            }
        }

        Add("voucher_issued", new LedgerSource("voucher", voucherId, 1), held, liability, fromReserved);
        Add("voucher_issued", new LedgerSource("voucher", voucherId, 2), budget, liability, award.Tiyn - fromReserved);
        Add("reward_released", new LedgerSource("reservation", reserved?.ReservationId ?? default), held, budget, (reserved?.ReservedTiyn ?? 0) - fromReserved);
        return postings;
    }

    private sealed record Candidates(IReadOnlyList<OpenCampaign> Campaigns, IReadOnlyList<RuleRow> Rules, PromiseRow? Promise);

    private sealed record Award(OpenCampaign Campaign, PromiseRow? Promise, long Tiyn, IReadOnlyList<HoldReason> Held);

    private sealed record PromiseRow(Guid ReservationId, Guid CampaignId, long ReservedTiyn, byte[]? PhoneHash, byte[] DeviceHash);

    private sealed record InsertedRow(DateOnly ExpiresOn, DateTimeOffset ReleasesAt, Guid Write);

    private sealed record MadeRow(Guid VoucherId, byte[] CodeSealed, byte[] PinSealed, long AmountTiyn, DateOnly ExpiresOn, DateTimeOffset ReleasesAt, string[] Held)
    {
        public IssueOutcome.Made Outcome(VoucherSecrets secrets) => new(
            VoucherId, secrets.OpenCode(CodeSealed), secrets.OpenPin(PinSealed), Money.FromTiyn(AmountTiyn), ExpiresOn, ReleasesAt, [.. Held.Select(Enum.Parse<HoldReason>)]);
    }
}

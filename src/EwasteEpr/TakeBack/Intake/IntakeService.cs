using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Rewards;
using Npgsql;

namespace EwasteEpr.TakeBack.Intake;

/// <summary>The counter's decision about a visit: things into lots, grams into the ledger, one voucher for what was accepted. All of it or nothing.</summary>
public sealed class IntakeService(Db db, ItemIntake items, VoucherIssuing vouchers)
{
    // The visit is locked first: two colleagues with the same code come one after the other.
    private const string VisitSql = """
        select d.drop_off_id, d.origin, d.stream, d.channel, d.owner_hash, case when d.phone_confirmed_at is not null then d.phone_hash end as phone_hash, d.state, d.expires_at > app.now() as is_valid,
               p.region_kato, p.gives_rewards, app.point_is_open(p, app.now()) as is_open, app.today() as today
          from drop_offs d
          cross join collection_points p
         where d.drop_off_id = @DropOffId and p.point_id = @point and p.organisation_id = @organisation
           for update of d
        """;

    private const string OpenItemsSql = "select item_id from drop_off_items where drop_off_id = @DropOffId and state = 'Announced' order by item_no limit 20";

    public async Task<DecideOutcome> DecideAsync(DecideVisit request, Workplace place, Actor actor, CancellationToken ct)
    {
        try
        {
            return await db.InTransactionAsync(transaction => DecideAsync(transaction, request, place, actor, ct), ct);
        }
        catch (DecisionRefusedException refused)
        {
            return refused.Outcome;
        }
        catch (PostgresException problem) when (ProblemOf(problem) is { } known)
        {
            return new DecideOutcome.Problem(null, known);
        }
    }

    /// <summary>Two with the same label at once: the constraint decides who was first.</summary>
    internal static DecideProblem? ProblemOf(PostgresException problem) => problem.ConstraintName switch
    {
        "intake_label_once" => DecideProblem.LabelTaken,
        "intake_bag_once" => DecideProblem.BagTaken,
        "intake_one_live_per_item" or "intakes_pkey" => DecideProblem.AlreadyDecided,
        _ => null,
    };

    /// <exception cref="DecisionRefusedException">Something does not fit; the transaction must not go on.</exception>
    internal async Task<DecideOutcome> DecideAsync(DbTransaction transaction, DecideVisit request, Workplace place, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(actor);
        var visit = await transaction.QuerySingleOrDefaultAsync<VisitRow>(VisitSql, new { request.DropOffId, point = place.Point, organisation = place.Organisation }, ct);
        if (visit is null || !visit.IsValid || visit.State is "Withdrawn" or "Expired")
        {
            throw new DecisionRefusedException(null, DecideProblem.NotFound);
        }

        await CheckOpenAsync(transaction, request, ct);
        foreach (var refused in request.Refused)
        {
            await RefuseAsync(transaction, refused, request, place, ct);
        }

        var reward = request.Accepted.Count == 0 ? null : await AcceptAsync(transaction, request, visit, place, actor, ct);
        await FinishAsync(transaction, request, actor, ct);
        return new DecideOutcome.Decided(request.Accepted.Count == 0 ? null : request.IntakeId, reward);
    }

    private static async Task CheckOpenAsync(DbTransaction transaction, DecideVisit request, CancellationToken ct)
    {
        var named = request.Accepted.Select(item => item.ItemId).Concat(request.Refused.Select(item => item.ItemId)).ToList();
        if (named.Count == 0)
        {
            throw new DecisionRefusedException(null, DecideProblem.Nothing);
        }

        var open = (await transaction.QueryAsync<Guid>(OpenItemsSql, new { request.DropOffId }, ct)).ToHashSet();
        if (named.FirstOrDefault(id => !open.Remove(id)) is var decided && decided != Guid.Empty)
        {
            throw new DecisionRefusedException(decided, DecideProblem.AlreadyDecided);
        }
    }

    private const string RefuseSql = """
        with refused as (
            update drop_off_items set state = 'Refused' where item_id = @ItemId
        )
        insert into refusals (item_id, point_id, organisation_id, reason, note, refused_by, event_id)
        values (@ItemId, @point, @organisation, @reason, @note, @person, @eventId)
        """;

    private static Task<int> RefuseAsync(DbTransaction transaction, RefusedItem refused, DecideVisit request, Workplace place, CancellationToken ct) => transaction.ExecuteAsync(
        RefuseSql,
        new
        {
            refused.ItemId, point = place.Point, organisation = place.Organisation, reason = refused.Reason.ToString(),
            note = string.IsNullOrWhiteSpace(refused.Note) ? refused.Reason == RefusalReason.Other ? "-" : null : refused.Note.Trim(), person = place.Person,
            eventId = request.Accepted.Count == 0 && request.Refused.Count == 1 ? request.EventId : null,
        },
        ct);

    private const string IntakeSql = """
        insert into intakes (intake_id, drop_off_id, point_id, organisation_id, shift_id, event_id, is_walk_in, accepted_by)
        values (@IntakeId, @DropOffId, @point, @organisation, @shift, @EventId, @isWalkIn, @person)
        """;

    private async Task<IssueOutcome> AcceptAsync(DbTransaction transaction, DecideVisit request, VisitRow visit, Workplace place, Actor actor, CancellationToken ct)
    {
        var isWalkIn = visit.Channel == "WalkIn";
        await transaction.ExecuteAsync(
            IntakeSql, new { request.IntakeId, request.DropOffId, point = place.Point, organisation = place.Organisation, shift = place.ShiftId, request.EventId, isWalkIn, person = place.Person }, ct);
        await ItemIntake.LockAsync(transaction, request.Accepted.Select(item => item.ContainerId), ct);
        var taken = new List<TakenItem>();
        foreach (var item in request.Accepted)
        {
            taken.Add(await items.TakeAsync(transaction, request.IntakeId, item, new ItemOrigin(visit.Stream, visit.Channel, visit.Today), place, ct));
        }

        return await RewardAsync(transaction, request, visit, taken, (place, actor), ct);
    }

    private const string RewardedSql = "update intakes set voucher_id = @voucherId, no_reward = @reason where intake_id = @IntakeId";

    private async Task<IssueOutcome> RewardAsync(DbTransaction transaction, DecideVisit request, VisitRow visit, List<TakenItem> taken, (Workplace Place, Actor Actor) by, CancellationToken ct)
    {
        var outcome = visit.Stream != "Household" || !visit.GivesRewards
            ? new IssueOutcome.None(NoReward.NotCovered)
            : await vouchers.IssueAsync(transaction, new IssueVoucher(
                request.IntakeId, request.DropOffId, by.Place.Point.Value, visit.RegionKato, by.Place.Person, [.. taken.Select(item => item.ForReward)], visit.OwnerHash, visit.PhoneHash,
                [.. Suspicions(request, visit, taken)]), by.Actor, ct);
        await transaction.ExecuteAsync(RewardedSql, new { request.IntakeId, voucherId = (outcome as IssueOutcome.Made)?.VoucherId, reason = (outcome as IssueOutcome.None)?.Reason.ToString() }, ct);
        return outcome;
    }

    /// <summary>What only the counter can know; the campaign judges the rest.</summary>
    private IEnumerable<HoldReason> Suspicions(DecideVisit request, VisitRow visit, List<TakenItem> taken) =>
    [
        .. taken.Exists(item => item.SerialFlag is not null) ? [HoldReason.DuplicateSerial] : Array.Empty<HoldReason>(),
        .. request.CounterBrowser is { } browser && visit.OwnerHash is { } owner && items.IsSameBrowser(browser, owner) ? [HoldReason.StaffIsGiver] : Array.Empty<HoldReason>(),
        .. visit.IsOpen || request.EventId is not null ? Array.Empty<HoldReason>() : [HoldReason.OutOfHours],
        .. request.EventId is null ? Array.Empty<HoldReason>() : [HoldReason.AwaitsWeighing],
    ];

    private const string FinishSql = """
        update drop_offs d set state = 'Done'
         where d.drop_off_id = @DropOffId and not exists (select from drop_off_items i where i.drop_off_id = d.drop_off_id and i.state = 'Announced')
        returning not exists (select from drop_off_items i where i.drop_off_id = d.drop_off_id and i.state = 'Accepted') as is_all_refused
        """;

    private static async Task FinishAsync(DbTransaction transaction, DecideVisit request, Actor actor, CancellationToken ct)
    {
        if (await transaction.QuerySingleOrDefaultAsync<bool?>(FinishSql, new { request.DropOffId }, ct) is true)
        {
            await Reservations.ReleaseAsync(transaction, request.DropOffId, actor, ct);
        }

        var entry = new AuditEntry("visit.decided", "drop_off", request.DropOffId.ToString("D"))
            .With(new { intake = request.Accepted.Count == 0 ? (Guid?)null : request.IntakeId, accepted = request.Accepted.Count, refused = request.Refused.Count, offline = request.EventId });
        await AuditTrail.WriteAsync(transaction, entry, actor, ct);
    }

    private sealed record VisitRow(
        Guid DropOffId, string Origin, string Stream, string Channel, byte[]? OwnerHash, byte[]? PhoneHash, string State, bool IsValid, string RegionKato, bool GivesRewards, bool IsOpen, DateOnly Today);
}

/// <summary>Ends a half-made decision: the transaction rolls back, and its outcome is told.</summary>
internal sealed class DecisionRefusedException(Guid? itemId, DecideProblem problem) : Exception(problem.ToString())
{
    public DecideOutcome.Problem Outcome { get; } = new(itemId, problem);
}

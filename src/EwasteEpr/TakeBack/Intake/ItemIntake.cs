using System.Security.Cryptography;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.TakeBack.Intake;

/// <summary>One thing from its holder into a container: checked, weighed, labelled, posted, linked.</summary>
public sealed class ItemIntake(SerialChecks serials, VoucherSecrets givers)
{
    // The share lock lets colleagues fill the container at once and makes the sealing wait for them.
    private const string ContainerSql = """
        select c.container_id, c.kind, c.category, c.for_reuse, c.state, c.capacity_grams,
               coalesce((select sum(a.balance) from stock_lots l join ledger.accounts a on a.account_id = l.account_id where l.container_id = c.container_id), 0)::bigint as held_grams
          from containers c
         where c.container_id = @ContainerId and c.point_id = @point and c.organisation_id = @organisation
           for share of c
        """;

    internal async Task<TakenItem> TakeAsync(DbTransaction transaction, Guid intakeId, AcceptedItem item, ItemOrigin origin, Workplace place, CancellationToken ct)
    {
        var appliance = await Appliances.FindAsync(transaction, item.UnuKey, ct) ?? throw new DecisionRefusedException(item.ItemId, DecideProblem.UnknownAppliance);
        var mass = MassOf(item, appliance);
        var container = await transaction.QuerySingleOrDefaultAsync<ContainerRow>(ContainerSql, new { item.ContainerId, point = place.Point, organisation = place.Organisation }, ct);
        if (ContainerProblem(item, appliance, mass, container) is { } problem)
        {
            throw new DecisionRefusedException(item.ItemId, problem);
        }

        if (item.DataChoice is DataChoice.Wipe or DataChoice.Destroy && string.IsNullOrWhiteSpace(item.BagNo))
        {
            throw new DecisionRefusedException(item.ItemId, DecideProblem.BagMissing);
        }

        if (!SerialNumber.TryRead(item.Serial, out var serial))
        {
            throw new DecisionRefusedException(item.ItemId, DecideProblem.BadImei);
        }

        var flag = serial is { } known ? await serials.FlagAsync(transaction, known, ct) : null;
        var basis = item.Gross is null ? MassBasis.Estimated : place.ScaleNo is not null && place.ScaleVerifiedUntil >= origin.Today ? MassBasis.Verified : MassBasis.Weighed;
        var id = Guid.CreateVersion7();
        await WriteAsync(transaction, new Row(id, intakeId, item, appliance.Category, mass.Grams, basis.ToString(), serial, flag), origin, place, ct);
        if (serial is { } number)
        {
            await serials.RememberAsync(transaction, number, id, ct);
        }

        // An estimate earns by its condition alone: no weight, no weight band.
        return new TakenItem(id, new RewardItem(item.UnuKey, appliance.Category, item.Gross is null ? null : mass, item.Condition), flag);
    }

    internal bool IsSameBrowser(string browser, byte[] ownerHash) => CryptographicOperations.FixedTimeEquals(givers.Device(browser), ownerHash);

    private static Weight MassOf(AcceptedItem item, Appliance appliance)
    {
        var net = item.Gross is { } gross ? gross - (item.Tare ?? Weight.Zero) : appliance.MeanWeight;
        return net > Weight.Zero && net <= Weight.FromTonnes(5) ? net : throw new DecisionRefusedException(item.ItemId, DecideProblem.BadWeight);
    }

    private static DecideProblem? ContainerProblem(AcceptedItem item, Appliance appliance, Weight mass, ContainerRow? container) =>
        container is not { State: "Open" } ? DecideProblem.ContainerNotOpen
        : item.Hazards.Count > 0 && container.Kind != "Hazard" ? DecideProblem.HazardNeedsSafeContainer
        : item.Hazards.Count == 0 && container.Kind == "Hazard" ? DecideProblem.SafeContainerOnly
        : item.ForReuse != container.ForReuse ? DecideProblem.ReuseApart
        : container.Category != "mixed" && container.Category != appliance.Category ? DecideProblem.ContainerOtherCategory
        : container.CapacityGrams is { } capacity && container.HeldGrams + mass.Grams > capacity ? DecideProblem.ContainerFull
        : null;

    // The caller holds the container's lock, so a lot that is not there now is nobody's to make but ours.
    private const string OpenLotSql = """
        with made as (
            insert into stock_lots (lot_id, container_id, category, stream, channel, account_id)
            select @lotId, @ContainerId, @category, @Stream, @Channel, ledger.open_account('mass_stock_lot', @lotId, 'mass:' || @category)
             where not exists (select from stock_lots where container_id = @ContainerId and category = @category and stream = @Stream and channel = @Channel)
            returning lot_id, account_id
        )
        select lot_id, account_id from made
        union all
        select lot_id, account_id from stock_lots where container_id = @ContainerId and category = @category and stream = @Stream and channel = @Channel
        """;

    private const string LockSql = """
        select pg_advisory_xact_lock(h) from (select distinct hashtextextended(c::text, 12) as h from unnest(@containers) c order by 1) locks
        """;

    /// <summary>Containers one after the other, always in one order: so two visits never wait for each other in a circle.</summary>
    internal static Task<int> LockAsync(DbTransaction transaction, IEnumerable<Guid> containers, CancellationToken ct) =>
        transaction.ExecuteAsync(LockSql, new { containers = containers.Distinct().ToArray() }, ct);

    // Post, write, mark and link in one round trip. citizens -> lot; the fact is the accepted thing.
    private const string PostSql = """
        with posted as materialized (
            select ledger.post('intake_accepted', 'intake_item', @id, 1, 'mass:' || @category, ledger.open_account('mass_citizens', null, 'mass:' || @category), @accountId, @grams) as transfer_id
        ), written as (
            insert into intake_items (intake_item_id, intake_id, item_id, lot_id, transfer_id, unu_key, category, condition, grams, basis, scale_no,
                                      serial_kind, serial_hash, serial_tail, serial_flag, tamper_label, bag_no, data_choice, hazards, for_reuse)
            select @id, @intakeId, @ItemId, @lotId, p.transfer_id, @UnuKey, @category, @condition, @grams, @basis, @scaleNo,
                   @serialKind, @serialHash, @serialTail, @flag, @label, @bag, @dataChoice, @hazards, @ForReuse
              from posted p
        ), marked as (
            update drop_off_items set state = 'Accepted' where item_id = @ItemId
        ), linked as (
            insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id)
            select 'drop_off_item', @ItemId, 'stock_lot', @lotId, @category, @grams, p.transfer_id from posted p
        )
        select transfer_id from posted
        """;

    private async Task WriteAsync(DbTransaction transaction, Row row, ItemOrigin origin, Workplace place, CancellationToken ct)
    {
        var item = row.Item;
        var lot = await transaction.QuerySingleAsync<LotRow>(OpenLotSql, new { lotId = Guid.CreateVersion7(), item.ContainerId, category = row.Category, origin.Stream, origin.Channel }, ct);
        await transaction.QuerySingleAsync<Guid>(PostSql, new
        {
            id = row.Id, intakeId = row.IntakeId, item.ItemId, lotId = lot.LotId, accountId = lot.AccountId, item.UnuKey, category = row.Category, condition = item.Condition.ToString(), grams = row.Grams,
            basis = row.Basis, scaleNo = item.Gross is null ? null : place.ScaleNo, serialKind = row.Serial is { } serial ? serial.IsImei ? "Imei" : "Serial" : null,
            serialHash = row.Serial is { } hashed ? serials.Hash(hashed) : null, serialTail = row.Serial?.Tail, flag = row.Flag, label = Text(item.TamperLabel), bag = Text(item.BagNo),
            dataChoice = item.DataChoice.ToString(), hazards = item.Hazards.Select(hazard => hazard.ToString()).ToArray(), item.ForReuse,
        }, ct);
    }

    private static string? Text(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim().ToUpperInvariant();

    private sealed record Row(Guid Id, Guid IntakeId, AcceptedItem Item, string Category, long Grams, string Basis, SerialNumber? Serial, string? Flag);

    private sealed record ContainerRow(Guid ContainerId, string Kind, string Category, bool ForReuse, string State, long? CapacityGrams, long HeldGrams);

    private sealed record LotRow(Guid LotId, Guid AccountId);
}

/// <summary>What each gram keeps: whose waste it was and how it came.</summary>
internal sealed record ItemOrigin(string Stream, string Channel, DateOnly Today);

internal sealed record TakenItem(Guid IntakeItemId, RewardItem ForReward, string? SerialFlag);

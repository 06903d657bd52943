using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Vouchers.Issuing;

namespace EwasteEpr.TakeBack.Intake;

/// <summary>Ten minutes to take a decision back: voucher, grams and links go in one transaction, and the things are announced again.</summary>
public sealed class IntakeUndo(Db db)
{
    private const string ClaimSql = """
        select a.intake_id, a.drop_off_id, a.undo_until > app.now() as is_in_time
          from intakes a
          join drop_offs d on d.drop_off_id = a.drop_off_id
         where a.intake_id = @intakeId and a.organisation_id = @organisation and a.point_id = @point and a.undone_at is null
           for update of d, a
        """;

    private const string ContainersSql = """
        select distinct l.container_id from intake_items i join stock_lots l using (lot_id) where i.intake_id = @intakeId
        """;

    // Sealing takes the container's row: whoever seals and whoever undoes come one after the other.
    private const string OpenSql = "select container_id from containers where container_id = any (@containers) and state = 'Open' order by container_id for share";

    private const string LockLotsSql = """
        select ledger.lock_accounts(array(select l.account_id from intake_items i join stock_lots l using (lot_id) where i.intake_id = @intakeId))
        """;

    public Task<UndoIntakeOutcome> UndoAsync(Guid intakeId, Workplace place, Actor actor, CancellationToken ct) =>
        db.InTransactionAsync(transaction => UndoAsync(transaction, intakeId, place, actor, ct), ct);

    internal static async Task<UndoIntakeOutcome> UndoAsync(DbTransaction transaction, Guid intakeId, Workplace place, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(place);
        if (await transaction.QuerySingleOrDefaultAsync<ClaimRow>(ClaimSql, new { intakeId, organisation = place.Organisation, point = place.Point }, ct) is not { } intake)
        {
            return UndoIntakeOutcome.NotFound;
        }

        if (!intake.IsInTime)
        {
            return UndoIntakeOutcome.TooLate;
        }

        // The same order as in an acceptance: containers, lots, voucher, campaign.
        var containers = await transaction.QueryAsync<Guid>(ContainersSql, new { intakeId }, ct);
        await ItemIntake.LockAsync(transaction, containers, ct);
        if ((await transaction.QueryAsync<Guid>(OpenSql, new { containers = containers.ToArray() }, ct)).Count < containers.Count)
        {
            return UndoIntakeOutcome.Sealed;
        }

        await transaction.ExecuteAsync(LockLotsSql, new { intakeId }, ct);
        // The voucher decides: once it is spent or released nothing is taken back. Nothing has been written until here.
        if (await VoucherEndings.CancelPendingAsync(transaction, intakeId, actor, ct) == UndoOutcome.TooLate)
        {
            return UndoIntakeOutcome.TooLate;
        }

        await transaction.QueryAsync<Guid>(ReverseSql, new { intakeId }, ct);
        await transaction.ExecuteAsync(UndoSql, new { intakeId, person = place.Person }, ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("intake.undone", "intake", intakeId.ToString("D")).With(new { drop_off = intake.DropOffId }), actor, ct);
        return UndoIntakeOutcome.Undone;
    }

    private const string ReverseSql = """
        select ledger.reverse(i.transfer_id, 'intake_item_undo', i.intake_item_id) from intake_items i where i.intake_id = @intakeId order by i.intake_item_id
        """;

    private const string UndoSql = """
        with undone as (
            update intakes set undone_at = app.now(), undone_by = @person where intake_id = @intakeId returning drop_off_id
        ), things as (
            update intake_items set undone_at = app.now() where intake_id = @intakeId returning intake_item_id, item_id, transfer_id
        ), links as (
            update trace_links t set ended_at = app.now() from things where t.transfer_id = things.transfer_id
        ), serials as (
            delete from appliance_serials s using things where s.intake_item_id = things.intake_item_id
        ), items as (
            update drop_off_items i set state = 'Announced' from things where i.item_id = things.item_id
        )
        update drop_offs d set state = 'Reserved' from undone where d.drop_off_id = undone.drop_off_id
        """;

    private sealed record ClaimRow(Guid IntakeId, Guid DropOffId, bool IsInTime);
}

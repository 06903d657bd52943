using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.TakeBack.Intake;

/// <summary>A shift binds a person to a point and a scale: what is done meanwhile is done there.</summary>
public sealed class ShiftService(Db db)
{
    private const string OpenSql = """
        insert into shifts (point_id, organisation_id, person_id, device_id, scale_no, scale_verified_until)
        select p.point_id, p.organisation_id, @person, @DeviceId, @ScaleNo, @ScaleVerifiedUntil
          from collection_points p
         where p.point_id = @Point and p.organisation_id = @organisation
        returning shift_id
        """;

    public async Task<OpenShiftOutcome> OpenAsync(OpenShift request, OrganisationId organisation, PersonId person, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return await db.InTransactionAsync(async transaction =>
            {
                var parameters = new { person, request.DeviceId, request.ScaleNo, request.ScaleVerifiedUntil, request.Point, organisation };
                if (await transaction.QuerySingleOrDefaultAsync<Guid?>(OpenSql, parameters, ct) is not { } shift)
                {
                    return OpenShiftOutcome.NotFound;
                }

                await AuditTrail.WriteAsync(transaction, new AuditEntry("shift.opened", "shift", shift.ToString("D")).With(new { point = request.Point.Value, request.ScaleNo }), actor, ct);
                return OpenShiftOutcome.Opened;
            }, ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "shift_one_open_per_person")
        {
            return OpenShiftOutcome.AlreadyOpen;
        }
    }

    private const string CurrentSql = """
        select s.shift_id, s.point_id, s.organisation_id, s.person_id, s.device_id, s.scale_no, s.scale_verified_until, s.opened_at, p.slug, p.name_kk, p.name_ru, p.name_en, p.address_kk, p.address_ru, p.address_en,
               coalesce(s.scale_verified_until >= app.today(), false) as is_verified
          from shifts s
          join collection_points p on p.point_id = s.point_id
         where s.person_id = @person and s.organisation_id = @organisation and s.closed_at is null
        """;

    public Task<ShiftRow?> CurrentAsync(OrganisationId organisation, PersonId person, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<ShiftRow>(CurrentSql, new { organisation, person }, ct);

    private const string CloseSql = """
        update shifts set closed_at = app.now(), note = @note where person_id = @person and organisation_id = @organisation and closed_at is null returning shift_id
        """;

    public Task<bool> CloseAsync(OrganisationId organisation, PersonId person, string? note, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(CloseSql, new { organisation, person, note = string.IsNullOrWhiteSpace(note) ? null : note.Trim() }, ct) is not { } shift)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("shift.closed", "shift", shift.ToString("D")), actor, ct);
            return true;
        }, ct);

    private const string SumSql = """
        select count(distinct a.intake_id) as visits, count(i.intake_item_id) as items, coalesce(sum(i.grams), 0)::bigint as grams,
               count(i.intake_item_id) filter (where i.basis = 'Estimated') as estimated,
               (select count(*) from refusals r where r.refused_by = s.person_id and r.point_id = s.point_id and r.refused_at >= s.opened_at and r.refused_at <= coalesce(s.closed_at, app.now())) as refused
          from shifts s
          left join intakes a on a.shift_id = s.shift_id and a.undone_at is null
          left join intake_items i on i.intake_id = a.intake_id
         where s.shift_id = @shift
         group by s.shift_id
        """;

    /// <summary>What the shift did so far: shown when it is closed.</summary>
    public Task<ShiftSum> SumAsync(Guid shift, CancellationToken ct) => db.QuerySingleAsync<ShiftSum>(SumSql, new { shift }, ct);
}

public sealed record OpenShift(PointId Point, Guid? DeviceId, string? ScaleNo, DateOnly? ScaleVerifiedUntil);

public enum OpenShiftOutcome
{
    Opened,

    /// <summary>Not a point of this organisation.</summary>
    NotFound,
    AlreadyOpen,
}

/// <param name="IsVerified">The scale's verification has not run out.</param>
public sealed record ShiftRow(
    Guid ShiftId, PointId PointId, OrganisationId OrganisationId, PersonId PersonId, Guid? DeviceId, string? ScaleNo, DateOnly? ScaleVerifiedUntil, DateTimeOffset OpenedAt,
    string Slug, string NameKk, string NameRu, string? NameEn, string AddressKk, string AddressRu, string? AddressEn, bool IsVerified)
{
    public Workplace Place(Guid? device = null) => new(OrganisationId, PointId, PersonId, ShiftId, device ?? DeviceId, ScaleNo, ScaleVerifiedUntil);

    public string Name(string language) => language switch { "ru" => NameRu, "en" => NameEn ?? NameKk, _ => NameKk };

    public string Address(string language) => language switch { "ru" => AddressRu, "en" => AddressEn ?? AddressKk, _ => AddressKk };
}

public sealed record ShiftSum(long Visits, long Items, long Grams, long Estimated, long Refused);

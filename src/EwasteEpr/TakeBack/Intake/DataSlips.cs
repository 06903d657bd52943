using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.TakeBack.Intake;

/// <summary>Bags of data bearers that wait, and the slip that says their data are gone: its number stands in the passport.</summary>
public sealed class DataSlips(Db db)
{
    private const string WaitingSql = """
        select i.intake_item_id, i.bag_no, i.data_choice, n.name_kk, n.name_ru, n.name_en, a.accepted_at, c.number as container
          from intake_items i
          join intakes a on a.intake_id = i.intake_id
          join thing_names n on n.unu_key = i.unu_key
          join stock_lots l on l.lot_id = i.lot_id
          join containers c on c.container_id = l.container_id
         where a.organisation_id = @organisation and a.point_id = @point and i.undone_at is null and i.data_choice in ('Wipe', 'Destroy')
           and c.state in ('Open', 'Sealed') -- what has left is ended where it arrives
           and not exists (select from data_slips s where s.intake_item_id = i.intake_item_id)
         order by a.accepted_at, i.intake_item_id
         limit 200
        """;

    public Task<IReadOnlyList<WaitingBag>> WaitingAsync(OrganisationId organisation, PointId point, CancellationToken ct) =>
        db.QueryAsync<WaitingBag>(WaitingSql, new { organisation, point }, ct);

    private const string WriteSql = """
        insert into data_slips (number, intake_item_id, kind, method, done_by)
        select format('W-%s-%s', extract(year from app.today()), lpad(nextval('data_slip_numbers')::text, 4, '0')), i.intake_item_id,
               case i.data_choice when 'Destroy' then 'Destroyed' else 'Wiped' end, @method, @person
          from intake_items i
          join intakes a on a.intake_id = i.intake_id
         where i.intake_item_id = @item and a.organisation_id = @organisation and i.undone_at is null and i.data_choice in ('Wipe', 'Destroy')
        returning number
        """;

    /// <returns>The slip's number; null when there is nothing to be wiped here, or it was done.</returns>
    public async Task<string?> WriteAsync(Guid item, string method, Workplace place, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(place);
        try
        {
            return await db.InTransactionAsync(async transaction =>
            {
                var number = await transaction.QuerySingleOrDefaultAsync<string>(WriteSql, new { item, method, person = place.Person, organisation = place.Organisation }, ct);
                if (number is not null)
                {
                    await AuditTrail.WriteAsync(transaction, new AuditEntry("data.ended", "data_slip", number).With(new { item, method }), actor, ct);
                }

                return number;
            }, ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "data_slip_once_per_item")
        {
            return null;
        }
    }
}

public sealed record WaitingBag(Guid IntakeItemId, string BagNo, string DataChoice, string NameKk, string NameRu, string NameEn, DateTimeOffset AcceptedAt, string Container)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}

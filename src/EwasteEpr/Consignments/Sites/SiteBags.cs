using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Consignments.Sites;

/// <summary>Data bearers that travelled in their bags: destroyed or wiped at the site, with a slip whose number stands in the passport.</summary>
public sealed class SiteBags(Db db)
{
    public static IReadOnlyList<string> Methods { get; } = ["Shred", "Degauss", "Reset"];

    private const string Arrived = """
          from intake_items i
          join intakes a on a.intake_id = i.intake_id
          join stock_lots l on l.lot_id = i.lot_id
          join containers c on c.container_id = l.container_id
          join consignment_containers x on x.container_id = c.container_id and x.released_at is null and x.weighed_at is not null and not x.is_missing
          join consignments t on t.consignment_id = x.consignment_id and t.to_organisation_id = @organisation
          join thing_names n on n.unu_key = i.unu_key
         where i.undone_at is null and i.data_choice in ('Wipe', 'Destroy')
        """;

    private const string WaitingSql = "select i.intake_item_id, i.bag_no, i.data_choice, n.name_kk, n.name_ru, n.name_en, a.accepted_at, c.number as container, t.number as consignment\n" + Arrived + "\n" + """
           and not exists (select from data_slips s where s.intake_item_id = i.intake_item_id)
         order by a.accepted_at, i.intake_item_id
         limit 200
        """;

    /// <summary>Bags of containers that were weighed in at the organisation's sites.</summary>
    public Task<IReadOnlyList<SiteBag>> WaitingAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<SiteBag>(WaitingSql, new { organisation }, ct);

    private const string DoneSql = """
        select s.number, s.kind, s.method, s.done_at, i.bag_no, c.number as container, t.number as consignment
          from data_slips s
          join intake_items i on i.intake_item_id = s.intake_item_id
          join stock_lots l on l.lot_id = i.lot_id
          join containers c on c.container_id = l.container_id
          join consignment_containers x on x.container_id = c.container_id and x.released_at is null and x.weighed_at is not null and x.weighed_at <= s.done_at
          join consignments t on t.consignment_id = x.consignment_id and t.to_organisation_id = @organisation
         order by s.done_at desc, s.data_slip_id
         limit 100
        """;

    /// <summary>Slips that were written here, the last one first.</summary>
    public Task<IReadOnlyList<SiteSlip>> DoneAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<SiteSlip>(DoneSql, new { organisation }, ct);

    private const string WriteSql = """
        insert into data_slips (number, intake_item_id, kind, method, done_by)
        select format('W-%s-%s', extract(year from app.today()), lpad(nextval('data_slip_numbers')::text, 4, '0')), i.intake_item_id, case i.data_choice when 'Destroy' then 'Destroyed' else 'Wiped' end, @method, @person
        """ + "\n" + Arrived + " and i.intake_item_id = @item returning number";

    /// <returns>The slip's number; null where there is nothing to be ended here, or it was done.</returns>
    public async Task<string?> WriteAsync(Guid item, string method, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!Methods.Contains(method, StringComparer.Ordinal))
        {
            return null;
        }

        try
        {
            return await db.InTransactionAsync(async transaction =>
            {
                var number = await transaction.QuerySingleOrDefaultAsync<string>(WriteSql, new { item, method, organisation, person = actor.UserId }, ct);
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

public sealed record SiteBag(Guid IntakeItemId, string BagNo, string DataChoice, string NameKk, string NameRu, string NameEn, DateTimeOffset AcceptedAt, string Container, string Consignment)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}

public sealed record SiteSlip(string Number, string Kind, string Method, DateTimeOffset DoneAt, string BagNo, string Container, string Consignment);

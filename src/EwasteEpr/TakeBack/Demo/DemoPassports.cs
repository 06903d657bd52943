using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.DropOffs;

namespace EwasteEpr.TakeBack.Demo;

/// <summary>Codes and passports of the demonstration, so that a visitor can play both sides; never outside Demo mode.</summary>
public sealed class DemoPassports(Db db, Secrets secrets)
{
    private const string ListSql = """
        select d.code_sealed, d.passport_sealed, d.state, p.address_kk, p.address_ru, p.address_en, n.name_kk, n.name_ru, n.name_en,
               exists (select from intake_items t join stock_lots l using (lot_id) join containers c using (container_id) where t.item_id = i.item_id and t.undone_at is null and c.sealed_at is not null) as is_sealed
          from drop_offs d
          join collection_points p on p.point_id = d.point_id
          join drop_off_items i on i.drop_off_id = d.drop_off_id and i.item_no = 1
          join thing_names n on n.unu_key = i.unu_key
         where p.region_kato = '750000000'
         order by d.created_at desc, d.drop_off_id desc
         limit 30
        """;

    public async Task<IReadOnlyList<DemoDropOff>> ListAsync(CancellationToken ct) =>
    [
        .. (await db.QueryAsync<Row>(ListSql, null, ct)).Select(row => new DemoDropOff(
            secrets.OpenText(DropOffService.CodePurpose, row.CodeSealed), secrets.OpenText(DropOffService.PassportPurpose, row.PassportSealed), row.State, row.IsSealed,
            new LocalText(row.AddressKk, row.AddressRu, row.AddressEn ?? row.AddressKk), new LocalText(row.NameKk, row.NameRu, row.NameEn))),
    ];

    private sealed record Row(byte[] CodeSealed, byte[] PassportSealed, string State, string AddressKk, string AddressRu, string? AddressEn, string NameKk, string NameRu, string NameEn, bool IsSealed);
}

public sealed record DemoDropOff(string Code, string Passport, string State, bool IsSealed, LocalText Address, LocalText Thing);

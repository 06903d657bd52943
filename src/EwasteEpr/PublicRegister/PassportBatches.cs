using EwasteEpr.Kernel;

namespace EwasteEpr.PublicRegister;

/// <summary>Where a thing handed in went on to: its batch, the plant, and what the batch became. Names nobody, and no other thing.</summary>
public sealed class PassportBatches(Db db)
{
    private const string BatchesSql = """
        select distinct x1.from_id as item_id, b.batch_id, b.number, b.state, b.started_on, b.closed_on, b.input_grams, s.name_kk as site_kk, s.name_ru as site_ru, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en
          from trace_links x1
          join trace_links x2 on x2.from_type = 'stock_lot' and x2.from_id = x1.to_id and x2.to_type = 'site_lot' and x2.ended_at is null
          join trace_links x3 on x3.from_type = 'site_lot' and x3.from_id = x2.to_id and x3.to_type = 'batch' and x3.ended_at is null
          join batches b on b.batch_id = x3.to_id and b.state in ('Open', 'Closed')
          join sites s on s.site_id = b.site_id
          join regions r on r.kato = s.region_kato
         where x1.from_type = 'drop_off_item' and x1.from_id = any (@items) and x1.to_type = 'stock_lot' and x1.ended_at is null
         order by b.started_on, b.number
         limit 100
        """;

    private const string FractionsSql = """
        select o.batch_id, k.name_kk, k.name_ru, k.name_en, k.material, o.result, sum(o.grams)::bigint as grams, sum(o.confirmed_grams)::bigint as confirmed_grams
          from batch_outputs o join batches b using (batch_id) join fraction_kinds k on k.fraction = o.fraction
         where o.batch_id = any (@batches) and b.state = 'Closed' and o.state <> 'Cancelled'
         group by o.batch_id, k.name_kk, k.name_ru, k.name_en, k.material, o.result
         order by grams desc
         limit 1000
        """;

    public async Task<IReadOnlyList<PassportBatch>> OfAsync(IReadOnlyList<Guid> items, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(items);
        var batches = await db.QueryAsync<PassportBatchRow>(BatchesSql, new { items = items.ToArray() }, ct);
        if (batches.Count == 0)
        {
            return [];
        }

        var fractions = await db.QueryAsync<PassportFraction>(FractionsSql, new { batches = batches.Select(batch => batch.BatchId).Distinct().ToArray() }, ct);
        return [.. batches.Select(batch => new PassportBatch(batch, [.. fractions.Where(one => one.BatchId == batch.BatchId)]))];
    }
}

public sealed record PassportBatch(PassportBatchRow Batch, IReadOnlyList<PassportFraction> Fractions)
{
    /// <summary>What of the batch is reused or recycled, by the word of those who received it.</summary>
    public decimal ConfirmedShare => Batch.InputGrams == 0 ? 0 : (decimal)Fractions.Where(one => one.Result is "Recycled" or "Reused").Sum(one => one.ConfirmedGrams) / Batch.InputGrams;
}

public sealed record PassportBatchRow(
    Guid ItemId, Guid BatchId, string Number, string State, DateOnly StartedOn, DateOnly? ClosedOn, long InputGrams, string SiteKk, string SiteRu, string RegionKk, string RegionRu, string RegionEn)
{
    public string Site(string language) => language == "kk" ? SiteKk : SiteRu;

    public string Region(string language) => language switch { "kk" => RegionKk, "ru" => RegionRu, _ => RegionEn };
}

public sealed record PassportFraction(Guid BatchId, string NameKk, string NameRu, string NameEn, string Material, string Result, long Grams, long ConfirmedGrams)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };
}

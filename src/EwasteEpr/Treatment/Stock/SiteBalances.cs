using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Stock;

/// <summary>The mass balance of sites over a period: what was there, what came, what became of it, what is there. It adds up to the gram, or says by how much not.</summary>
public sealed class SiteBalances(Db db)
{
    // By the days of the records: weighed in, batch begun, batch closed, confirmed by the buyer. Lots that were sent on or came back count by the day of their transfer.
    private const string Sql = """
        with chosen as (
            select s.site_id, s.number, s.name_kk, s.name_ru from sites s
             where (@organisation::uuid is null or s.organisation_id = @organisation) and (@site::text is null or s.number = @site)
        ), moves as (
            select l.site_id, l.category, l.weighed_in_on as day, 'Received' as what, l.received_grams as grams from site_lots l join chosen using (site_id)
            union all
            select l.site_id, l.category, (t.posted_at at time zone 'Asia/Almaty')::date, 'Sent', case when t.debit_account_id = l.account_id then t.amount else -t.amount end
              from site_lots l join chosen using (site_id)
              join ledger.transfers t on t.debit_account_id = l.account_id or (t.credit_account_id = l.account_id and t.kind = 'reversal')
              left join ledger.transfers r on r.transfer_id = t.reverses_id
             where coalesce(r.kind, t.kind) <> 'batch_charged' and not (t.kind = 'reversal' and r.credit_account_id = l.account_id)
            union all
            select b.site_id, b.category, b.started_on, 'Charged', b.input_grams from batches b join chosen using (site_id) where b.state in ('Open', 'Closed')
            union all
            select b.site_id, b.category, b.closed_on, 'Closed', b.input_grams from batches b join chosen using (site_id) where b.state = 'Closed'
            union all
            select b.site_id, b.category, b.closed_on, 'Lost', b.loss_grams from batches b join chosen using (site_id) where b.state = 'Closed'
            union all
            select b.site_id, b.category, b.closed_on, 'Differed', b.difference_grams from batches b join chosen using (site_id) where b.state = 'Closed'
            union all
            select b.site_id, b.category, b.closed_on, 'Given', o.grams from batch_outputs o join batches b using (batch_id) join chosen using (site_id) where b.state = 'Closed' and o.state <> 'Cancelled'
            union all
            select b.site_id, b.category, b.closed_on, o.result, o.grams from batch_outputs o join batches b using (batch_id) join chosen using (site_id) where b.state = 'Closed' and o.is_final and o.state <> 'Cancelled'
            union all
            select s.site_id, b.category, s.confirmed_on, o.result, s.confirmed_grams
              from fraction_shipments s join chosen using (site_id) join batch_outputs o using (output_id) join batches b using (batch_id) where s.state = 'Confirmed'
        ), summed as (
            select site_id, category,
                   coalesce(sum(grams) filter (where what = 'Received' and day < @from), 0) - coalesce(sum(grams) filter (where what in ('Charged', 'Sent') and day < @from), 0) as untreated_before,
                   coalesce(sum(grams) filter (where what = 'Charged' and day < @from), 0) - coalesce(sum(grams) filter (where what = 'Closed' and day < @from), 0) as in_batch_before,
                   coalesce(sum(grams) filter (where what = 'Given' and day < @from), 0) - coalesce(sum(grams) filter (where what in ('Reused', 'Recycled', 'Recovered', 'Disposed') and day < @from), 0) as unconfirmed_before,
                   coalesce(sum(grams) filter (where what = 'Received' and day >= @from and day < @until), 0) as received,
                   coalesce(sum(grams) filter (where what = 'Sent' and day >= @from and day < @until), 0) as sent,
                   coalesce(sum(grams) filter (where what = 'Reused' and day >= @from and day < @until), 0) as reused,
                   coalesce(sum(grams) filter (where what = 'Recycled' and day >= @from and day < @until), 0) as recycled,
                   coalesce(sum(grams) filter (where what = 'Recovered' and day >= @from and day < @until), 0) as recovered,
                   coalesce(sum(grams) filter (where what = 'Disposed' and day >= @from and day < @until), 0) as disposed,
                   coalesce(sum(grams) filter (where what = 'Lost' and day >= @from and day < @until), 0) as lost,
                   coalesce(sum(grams) filter (where what = 'Differed' and day >= @from and day < @until), 0) as differed,
                   coalesce(sum(grams) filter (where what = 'Received' and day < @until), 0) - coalesce(sum(grams) filter (where what in ('Charged', 'Sent') and day < @until), 0) as untreated_after,
                   coalesce(sum(grams) filter (where what = 'Charged' and day < @until), 0) - coalesce(sum(grams) filter (where what = 'Closed' and day < @until), 0) as in_batch_after,
                   coalesce(sum(grams) filter (where what = 'Given' and day < @until), 0) - coalesce(sum(grams) filter (where what in ('Reused', 'Recycled', 'Recovered', 'Disposed') and day < @until), 0) as unconfirmed_after
              from moves group by site_id, category
        )
        select c.number as site, c.name_kk as site_kk, c.name_ru as site_ru, s.category, untreated_before::bigint, in_batch_before::bigint, unconfirmed_before::bigint, received::bigint, sent::bigint, reused::bigint, recycled::bigint,
               recovered::bigint, disposed::bigint, lost::bigint, differed::bigint, untreated_after::bigint, in_batch_after::bigint, unconfirmed_after::bigint, k.recycling_target_pct, k.recovery_target_pct
          from summed s join chosen c using (site_id) join equipment_categories k on k.code = s.category
         order by c.number, s.category
         limit 1000
        """;

    /// <param name="organisation">None: every site, for who may read them all.</param>
    public Task<IReadOnlyList<SiteBalance>> ListAsync(OrganisationId? organisation, string? site, DateRange period, CancellationToken ct) =>
        db.QueryAsync<SiteBalance>(Sql, new { organisation = organisation?.Value, site, from = period.From, until = period.Until }, ct);
}

/// <summary>A line of the balance: a site and a category over a period, in grams.</summary>
public sealed record SiteBalance(
    string Site, string SiteKk, string SiteRu, string Category, long UntreatedBefore, long InBatchBefore, long UnconfirmedBefore, long Received, long Sent, long Reused, long Recycled, long Recovered, long Disposed, long Lost,
    long Differed, long UntreatedAfter, long InBatchAfter, long UnconfirmedAfter, decimal? RecyclingTargetPct, decimal? RecoveryTargetPct)
{
    public string SiteName(string language) => language == "kk" ? SiteKk : SiteRu;

    public long Before => UntreatedBefore + InBatchBefore + UnconfirmedBefore;

    public long After => UntreatedAfter + InBatchAfter + UnconfirmedAfter;

    /// <summary>Delivered to treatment less the growth of untreated and unconfirmed stock: the denominator of the rates.</summary>
    public long Denominator => Received - Sent - (After - Before);

    /// <summary>Zero where every gram is told.</summary>
    public long Missing => Before + Received - Sent - Reused - Recycled - Recovered - Disposed - Lost - Differed - After;

    /// <summary>Preparing for reuse and recycling; none where nothing ended. More than one is possible: older stock ended in the period.</summary>
    public decimal? RecyclingRate => Denominator > 0 ? (decimal)(Reused + Recycled) / Denominator : null;

    public decimal? RecoveryRate => Denominator > 0 ? (decimal)(Reused + Recycled + Recovered) / Denominator : null;
}

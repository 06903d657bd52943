using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Batches;

/// <summary>Batches to look at: an organisation's own, or for the operator everybody's.</summary>
public sealed class BatchQueries(Db db)
{
    private const string Columns = """
        select b.batch_id, b.number, b.state, b.category, b.technology, b.started_on, b.closed_on, b.closed_at, b.input_grams, b.output_grams, b.loss_grams, b.loss_reason, b.difference_grams, b.difference_note, b.version,
               b.correction_reason, c.number as corrects, n.number as corrected_by, s.number as site, s.name_kk as site_kk, s.name_ru as site_ru, s.site_id, b.organisation_id, o.name_kk as organisation_kk, o.name_ru as organisation_ru,
               o.slug, p.name as closed_by,
               coalesce((select sum(x.grams - x.confirmed_grams) from batch_outputs x where x.batch_id = b.batch_id and x.state <> 'Cancelled' and b.state = 'Closed'), 0)::bigint as unconfirmed_grams
          from batches b
          join sites s on s.site_id = b.site_id
          join organisations o on o.organisation_id = b.organisation_id
          left join batches c on c.batch_id = b.corrects_batch_id
          left join batches n on n.corrects_batch_id = b.batch_id
          left join people p on p.person_id = b.closed_by
        """;

    private const string ListSql = Columns + """

         where (@organisation::uuid is null or b.organisation_id = @organisation)
           and (@State::text is null or b.state = @State) and (@Category::text is null or b.category = @Category) and (@Site::text is null or s.number = @Site)
           and (@After::uuid is null or b.batch_id < @After)
         order by b.batch_id desc
         limit @Limit
        """;

    /// <param name="organisation">None: everybody's, for who may read them all.</param>
    public Task<IReadOnlyList<BatchRow>> ListAsync(OrganisationId? organisation, BatchFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QueryAsync<BatchRow>(ListSql, new { organisation = organisation?.Value, filter.State, filter.Category, filter.Site, filter.After, filter.Limit }, ct);
    }

    private const string OneSql = Columns + " where b.number = @number and (@organisation::uuid is null or b.organisation_id = @organisation)";

    private const string InputsSql = """
        select i.batch_input_id, i.site_lot_id, i.grams, l.weighed_in_on, l.channel, l.stream, l.payer, l.basis, l.received_grams, c.number as container, t.number as consignment,
               q.sent_grams, q.net_grams
          from batch_inputs i
          join site_lots l using (site_lot_id)
          left join containers c on c.container_id = l.container_id
          left join consignments t on t.consignment_id = l.consignment_id
          left join consignment_containers q on q.consignment_id = l.consignment_id and q.container_id = l.container_id
         where i.batch_id = @batch and (i.ended_at is null or @isOver)
         order by l.weighed_in_on, i.batch_input_id
         limit 5000
        """;

    private const string OutputsSql = """
        select o.output_id, o.output_no, o.kind, o.fraction, k.name_kk, k.name_ru, k.name_en, k.material, o.waste_code, o.hazardous, o.operation, o.result, o.grams, o.destination_name, o.destination_country, o.is_final, o.state,
               o.shipped_grams, o.confirmed_grams, o.confirmed_on
          from batch_outputs o join fraction_kinds k on k.fraction = o.fraction
         where o.batch_id = @batch and (o.state <> 'Cancelled' or (@isOver and o.transfer_id is not null))
         order by o.output_no
         limit 500
        """;

    public async Task<BatchDetails?> FindAsync(string number, OrganisationId? organisation, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<BatchRow>(OneSql, new { number, organisation = organisation?.Value }, ct) is not { } batch)
        {
            return null;
        }

        var of = new { batch = batch.BatchId, isOver = batch.State == "Corrected" };
        return new BatchDetails(batch, await db.QueryAsync<BatchInputRow>(InputsSql, of, ct), await db.QueryAsync<BatchOutputRow>(OutputsSql, of, ct));
    }

    private const string DiscrepanciesSql = """
        select d.kind, d.grams, d.input_grams, d.limit_permille, d.note, d.category, d.quarter_from, b.number as batch, d.made_at
          from treatment_discrepancies d left join batches b on b.batch_id = d.batch_id
         where d.ended_at is null and (@organisation::uuid is null or d.organisation_id = @organisation) and (@batch::text is null or b.number = @batch)
         order by d.made_at desc, d.discrepancy_id desc
         limit 100
        """;

    /// <summary>What the limits objected to.</summary>
    public Task<IReadOnlyList<DiscrepancyRow>> DiscrepanciesAsync(OrganisationId? organisation, string? batch, CancellationToken ct) =>
        db.QueryAsync<DiscrepancyRow>(DiscrepanciesSql, new { organisation = organisation?.Value, batch }, ct);
}

/// <param name="After">The last batch of the page before.</param>
public sealed record BatchFilter(string? State = null, string? Category = null, string? Site = null, Guid? After = null, int Limit = 51);

public sealed record BatchRow(
    Guid BatchId, string Number, string State, string Category, string? Technology, DateOnly StartedOn, DateOnly? ClosedOn, DateTimeOffset? ClosedAt, long InputGrams, long OutputGrams, long LossGrams, string? LossReason,
    long DifferenceGrams, string? DifferenceNote, short Version, string? CorrectionReason, string? Corrects, string? CorrectedBy, string Site, string SiteKk, string SiteRu, Guid SiteId, Guid OrganisationId, string OrganisationKk,
    string OrganisationRu, string Slug, string? ClosedBy, long UnconfirmedGrams)
{
    public string SiteName(string language) => language == "kk" ? SiteKk : SiteRu;

    public string Organisation(string language) => language == "kk" ? OrganisationKk : OrganisationRu;

    public bool IsOpen => State == "Open";

    /// <summary>What is missing until input = outputs + loss + difference; a draft has no difference yet.</summary>
    public long MissingGrams => InputGrams - OutputGrams - LossGrams - DifferenceGrams;
}

public sealed record BatchInputRow(
    Guid BatchInputId, Guid SiteLotId, long Grams, DateOnly WeighedInOn, string Channel, string Stream, string Payer, string Basis, long ReceivedGrams, string? Container, string? Consignment, long? SentGrams, long? NetGrams);

public sealed record BatchOutputRow(
    Guid OutputId, short OutputNo, string Kind, string Fraction, string NameKk, string NameRu, string NameEn, string Material, string? WasteCode, bool Hazardous, string Operation, string Result, long Grams, string? DestinationName,
    string? DestinationCountry, bool IsFinal, string State, long ShippedGrams, long ConfirmedGrams, DateOnly? ConfirmedOn)
{
    public string Name(string language) => language switch { "kk" => NameKk, "ru" => NameRu, _ => NameEn };

    /// <summary>Neither on its way nor confirmed.</summary>
    public long LeftGrams => Grams - ShippedGrams - ConfirmedGrams;

    public long UnconfirmedGrams => Grams - ConfirmedGrams;
}

public sealed record BatchDetails(BatchRow Batch, IReadOnlyList<BatchInputRow> Inputs, IReadOnlyList<BatchOutputRow> Outputs);

public sealed record DiscrepancyRow(string Kind, long Grams, long InputGrams, int LimitPermille, string? Note, string Category, DateOnly? QuarterFrom, string? Batch, DateTimeOffset MadeAt);

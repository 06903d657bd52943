using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Treatment.Fractions;

/// <summary>The buyer of a fraction confirms that it entered the process: without an account, through the token of the paper, once.</summary>
public sealed class FractionConfirmation(Db db, Secrets secrets)
{
    private const string FindSql = """
        select s.number, s.state, s.grams, o.fraction, k.name_kk, k.name_ru, k.name_en, o.waste_code, o.operation, p.name_kk as operation_kk, p.name_ru as operation_ru, p.name_en as operation_en,
               g.name_kk as sender_kk, g.name_ru as sender_ru, t.name_kk as site_kk, t.name_ru as site_ru, b.number as batch, s.buyer_name, s.country, s.shipped_on, s.confirmed_grams, s.confirmed_on, s.confirmed_by_name, s.less_reason,
               s.confirmed_at
          from fraction_shipments s
          join batch_outputs o using (output_id)
          join batches b using (batch_id)
          join fraction_kinds k on k.fraction = o.fraction
          join treatment_operations p on p.operation = o.operation
          join organisations g on g.organisation_id = s.organisation_id
          join sites t on t.site_id = s.site_id
         where s.token_hash = @hash and s.state <> 'Cancelled'
        """;

    /// <returns>None for a token that is none, or of a load that was called off.</returns>
    public Task<ConfirmationView?> FindAsync(string token, CancellationToken ct) => db.QuerySingleOrDefaultAsync<ConfirmationView>(FindSql, new { hash = secrets.Hash(FractionShipping.TokenPurpose, Normalise(token)) }, ct);

    // Lock, claim, post, count and audit in one statement: of two who confirm at once the second finds nothing to claim.
    private const string ConfirmSql = """
        with locked as materialized (
            select shipment_id from fraction_shipments
             where token_hash = @hash and state = 'Shipped' and @grams between 1 and grams and (@grams = grams or @reason <> '') and @EnteredOn between shipped_on and app.today()
               for update
        ), posted as materialized (
            select s.shipment_id, b.category, ledger.post('fraction_confirmed', 'fraction_shipment', s.shipment_id, 1, 'mass:' || b.category, o.account_id,
                   ledger.open_account('mass_' || lower(o.result), s.site_id, 'mass:' || b.category), @grams) as transfer_id
              from locked l join fraction_shipments s using (shipment_id) join batch_outputs o using (output_id) join batches b using (batch_id)
        ), claimed as (
            update fraction_shipments s
               set state = 'Confirmed', confirmed_grams = @grams, confirmed_on = @EnteredOn, confirmed_by_name = @name, less_reason = nullif(@reason, ''), confirmed_at = app.now(), transfer_id = p.transfer_id
              from posted p where s.shipment_id = p.shipment_id
            returning s.shipment_id, s.number, s.output_id, s.grams, p.category, s.transfer_id
        ), counted as (
            update batch_outputs o
               set shipped_grams = o.shipped_grams - c.grams, confirmed_grams = o.confirmed_grams + @grams,
                   state = case when o.confirmed_grams + @grams = o.grams then 'Confirmed' when o.confirmed_grams + @grams + o.shipped_grams - c.grams = o.grams then 'Shipped' else 'InStock' end,
                   confirmed_on = case when o.confirmed_grams + @grams = o.grams then @EnteredOn::date end
              from claimed c where o.output_id = c.output_id
        ), linked as (
            insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id)
            select 'batch_output', output_id, 'fraction_shipment', shipment_id, category, @grams, transfer_id from claimed
        )
        select c.number, audit.write(@actor::jsonb, 'fraction.confirmed', 'fraction_shipment', c.number, @details::jsonb) as audited from claimed c
        """;

    private const string WhySql = "select state, grams, shipped_on, app.today() as today from fraction_shipments where token_hash = @hash and state <> 'Cancelled'";

    public async Task<ConfirmOutcome> ConfirmAsync(string token, BuyerWord word, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(actor);
        if (string.IsNullOrWhiteSpace(word.Name))
        {
            return ConfirmOutcome.NoName;
        }

        var hash = secrets.Hash(FractionShipping.TokenPurpose, Normalise(token));
        var details = new AuditEntry("", "", "").With(new { grams = word.Mass.Grams, on = word.EnteredOn }).DetailsJson;
        var done = await db.QuerySingleOrDefaultAsync<DoneRow>(
            ConfirmSql, new { hash, grams = word.Mass.Grams, word.EnteredOn, name = word.Name.Trim(), reason = word.LessReason?.Trim() ?? "", actor = actor.ToJson(), details }, ct);
        if (done is not null)
        {
            return ConfirmOutcome.Confirmed;
        }

        var row = await db.QuerySingleOrDefaultAsync<WhyRow>(WhySql, new { hash }, ct);
        return row is null ? ConfirmOutcome.NotFound
            : row.State == "Confirmed" ? ConfirmOutcome.Already
            : word.Mass.Grams < 1 || word.Mass.Grams > row.Grams ? ConfirmOutcome.MoreThanSent
            : word.EnteredOn < row.ShippedOn || word.EnteredOn > row.Today ? ConfirmOutcome.DayOutOfReach
            : ConfirmOutcome.NoReason;
    }

    private static string Normalise(string token) => token is { Length: <= 100 } ? Crockford.Normalise(token) ?? "" : "";

    private sealed record DoneRow(string Number, Guid Audited);

    private sealed record WhyRow(string State, long Grams, DateOnly ShippedOn, DateOnly Today);
}

using EwasteEpr.Kernel;

namespace EwasteEpr.Evidence.Demo;

/// <summary>Where nobody has made sites for the demonstration: one certified site, one lot that was brought to it, and one closed batch of it.</summary>
public sealed class DemoBatch(Db db)
{
    private const string Grams = "1850000";

    private const string SiteSql = """
        with site as (
            insert into sites (number, organisation_id, kind, name_kk, name_ru, name_en, region_kato, address, latitude, longitude, demo_code)
            select 'S-' || lpad(nextval('site_numbers')::text, 4, '0'), o.organisation_id, 'Recycler', 'Қарағанды алаңы', 'Площадка Караганда', 'Karaganda site', '350000000', 'Қарағанды, Үлгі көшесі, 42', 49.8, 73.1, 'evidence-site'
              from organisations o where o.organisation_id = @recycler and not exists (select from sites)
            returning site_id, organisation_id
        ), certified as (
            insert into certifications (number, organisation_id, kind, valid_from, expires_on)
            select 'R-2026-' || lpad(nextval('certification_numbers')::text, 4, '0'), organisation_id, 'Recycler', app.today() - 300, app.today() + 430 from site
            returning certification_id
        ), scoped as (
            insert into certified_scopes (certification_id, site_id, category, operations, annual_grams)
            select c.certification_id, s.site_id, x.category, array['R4', 'R12', 'R13'], 400000000 from certified c, site s, unnest(array['5', '6']) as x(category)
        )
        select site_id from site
        """;

    private const string LotSql = $"""
        with ids as (
            select uuidv7() as lot, uuidv7() as batch, uuidv7() as input, uuidv7() as output
        ), accounts as materialized (
            select i.*, ledger.open_account('mass_site_lot', i.lot, 'mass:6') as lot_account, ledger.open_account('mass_in_batch', i.batch, 'mass:6') as batch_account,
                   ledger.open_account('mass_fraction', i.output, 'mass:6') as output_account, ledger.open_account('mass_citizens', null, 'mass:6') as citizens from ids i
        ), brought as materialized (
            select a.*, ledger.post('direct_weighed_in', 'site_lot', a.lot, 1, 'mass:6', a.citizens, a.lot_account, {Grams}) as brought_id from accounts a
        ), charged as materialized (
            select b.*, ledger.post('batch_charged', 'batch_input', b.input, 1, 'mass:6', b.lot_account, b.batch_account, {Grams}) as charged_id from brought b
        ), moved as materialized (
            select c.*, ledger.post('batch_output', 'batch_output', c.output, 1, 'mass:6', c.batch_account, c.output_account, {Grams}) as moved_id from charged c
        ), lotted as (
            insert into site_lots (site_lot_id, site_id, organisation_id, category, stream, channel, payer, basis, weighed_in_on, received_grams, account_id)
            select lot, @site, @recycler, '6', 'Household', 'Direct', 'FeeFund', 'Verified', app.today() - 45, {Grams}, lot_account from moved
        ), batched as (
            insert into batches (batch_id, number, site_id, organisation_id, category, state, started_on, input_grams, output_grams, closed_at)
            select batch, 'B-2026-' || lpad(nextval('batch_numbers')::text, 4, '0'), @site, @recycler, '6', 'Closed', app.today() - 40, {Grams}, {Grams}, app.now() - interval '35 days' from moved
        ), fed as (
            insert into batch_inputs (batch_input_id, batch_id, site_lot_id, grams, transfer_id) select input, batch, lot, {Grams}, charged_id from moved
        ), given as (
            insert into batch_outputs (output_id, batch_id, output_no, kind, fraction, operation, result, grams, account_id) select output, batch, 1, 'Fraction', 'boards', 'R4', 'Recycled', {Grams}, output_account from moved
        ), linked as (
            insert into trace_links (from_type, from_id, to_type, to_id, category, grams, transfer_id)
            select 'site_lot', lot, 'batch', batch, '6', {Grams}, charged_id from moved union all select 'batch', batch, 'fraction', output, '6', {Grams}, moved_id from moved
        )
        select batch from moved
        """;

    public async Task MakeAsync(Guid recycler, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<Guid?>(SiteSql, new { recycler }, ct) is { } site)
        {
            await db.QuerySingleAsync<Guid>(LotSql, new { recycler, site }, ct);
        }
    }
}

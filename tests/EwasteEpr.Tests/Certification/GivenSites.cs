using EwasteEpr.Kernel;
using EwasteEpr.Tests.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Certification;

/// <summary>Certified sites and stock that stands in them, for whatever comes after the weigh-in.</summary>
internal sealed class GivenSites(TestDatabase database)
{
    public GivenPeople People { get; } = new(database);

    /// <summary>Which of the example numbers the next organisation has.</summary>
    public int Number { get; set; }

    private const string SiteSql = """
        insert into sites (number, organisation_id, kind, name_kk, name_ru, region_kato, address, latitude, longitude)
        values ('S-' || lpad(nextval('site_numbers')::text, 4, '0'), @organisation, 'Recycler', 'Үлгі алаңы', 'Площадка «Улги»', '350000000', 'Үлгі көшесі, 5', 49.8, 73.1)
        returning site_id
        """;

    private const string CertificationSql = """
        with certified as (
            insert into certifications (number, organisation_id, kind, valid_from, expires_on)
            values ('R-2020-' || lpad(nextval('certification_numbers')::text, 4, '0'), @organisation, 'Recycler', app.today() - 400, app.today() + 800)
            returning certification_id
        )
        insert into certified_scopes (certification_id, site_id, category, operations, annual_grams)
        select certification_id, @site, category, array['R4', 'R12', 'R13'], @annual from certified, unnest(@categories) as category
        returning certification_id
        """;

    /// <summary>A recycler with one site, certified since 400 days for these categories.</summary>
    public async Task<CertifiedSite> CertifiedAsync(long annualGrams = 1_000_000_000, params string[] categories)
    {
        var (organisation, slug, owner) = await People.OrganisationAsync(Number);
        await database.ExecuteAsOwnerAsync($"update organisations set activities = array['recycler'] where organisation_id = '{organisation}'");
        var site = await database.Db.QuerySingleAsync<Guid>(SiteSql, new { organisation }, CancellationToken.None);
        var certifications = await database.Db.QueryAsync<Guid>(
            CertificationSql, new { organisation, site, annual = annualGrams, categories = categories.Length == 0 ? ["6"] : categories }, CancellationToken.None);
        return new CertifiedSite(organisation, slug, owner, site, certifications[0]);
    }

    private const string StockSql = """
        with lot as (
            select uuidv7() as id
        ), account as materialized (
            select id, ledger.open_account('mass_site_lot', id, 'mass:' || @category) as account_id from lot
        ), posted as materialized (
            select id, account_id, ledger.post('direct_weighed_in', 'site_lot', id, 1, 'mass:' || @category, ledger.open_account('mass_citizens', null, 'mass:' || @category), account_id, @grams) as transfer_id
              from account
        )
        insert into site_lots (site_lot_id, site_id, organisation_id, category, stream, channel, payer, own_system_id, basis, weighed_in_on, received_grams, account_id)
        select id, @site, @organisation, @category, 'Household', 'Direct', @payer, @ownSystem, @basis, @day, @grams, account_id from posted
        returning site_lot_id
        """;

    /// <summary>A lot that a last holder brought to the site directly.</summary>
    public Task<Guid> StockAsync(CertifiedSite site, StockGiven given)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(given);
        return database.Db.QuerySingleAsync<Guid>(
            StockSql,
            new { site = site.Site, organisation = site.Organisation, category = given.Category, grams = given.Grams, payer = given.Payer, ownSystem = given.OwnSystem, basis = given.Basis, day = given.Day ?? new DateOnly(2026, 3, 1) },
            CancellationToken.None);
    }
}

internal sealed record CertifiedSite(OrganisationId Organisation, string Slug, PersonId Owner, Guid Site, Guid Certification);

internal sealed record StockGiven(long Grams, string Category = "6", string Payer = "FeeFund", string Basis = "Verified", OrganisationId? OwnSystem = null, DateOnly? Day = null);

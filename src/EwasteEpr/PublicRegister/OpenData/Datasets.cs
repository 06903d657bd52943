namespace EwasteEpr.PublicRegister.OpenData;

/// <summary>Every open dataset: fixed in advance, so that no question can be put together to find one person or one firm.</summary>
public static class Datasets
{
    private const string RegisterSql = """
        select role, name_kk, name_ru, bin, region_kato as region, since, until, state from public_register order by role, lower(name_kk), entry_id
        """;

    private const string PointsSql = """
        select p.slug, p.kind, p.name_kk, p.name_ru, p.name_en, p.region_kato as region, p.settlement_kk, p.settlement_ru, p.address_kk, p.address_ru, p.latitude, p.longitude,
               array_to_string(p.categories, ' ') as categories, p.is_step_free as step_free, p.gives_rewards as rewards, app.point_state_at(p, app.now()) as state
          from collection_points p
         where p.valid_from <= app.today() and (p.valid_until is null or p.valid_until > app.today())
         order by p.region_kato, p.slug
        """;

    private const string ScopesSql = """
        select c.number as certification, o.name_kk as organisation_kk, o.name_ru as organisation_ru, o.bin, s.number as site, s.region_kato as region, s.latitude, s.longitude, p.category,
               array_to_string(p.operations, ' ') as operations, round(p.annual_grams / 1000000.0, 3) as tonnes_a_year, c.valid_from, c.expires_on,
               case when c.state = 'Valid' and c.expires_on <= app.today() then 'Expired' else c.state end as state
          from certifications c
          join organisations o using (organisation_id)
          join certified_scopes p using (certification_id)
          join sites s using (site_id)
         order by c.number, s.number, p.category
        """;

    // Only what the edition of the day let through: suppressed cells keep their place and have no amount.
    private const string ReconciliationSql = """
        select year, region_kato as region, category, measure, grams / 1000.0 as mass_kg, basis, is_suppressed as suppressed
          from reconciliation.public_cells
         where @year::int is null or year = @year
         order by year, region_kato, category, measure
        """;

    private const string AuditRootsSql = "select day, seal_no, encode(hash, 'hex') as sha256, published_at from audit.daily_roots order by day";

    private const string FeeMoneySql = """
        select year, side, flow, round(sum(amount_tiyn) / 100.0, 2) as amount_kzt from public_fee_money
         where @year::int is null or year = @year
         group by year, side, flow order by year, side, flow
        """;

    private const string NationalSql = "select country, year, indicator, value, unit, source_url, confidence from reconciliation.national_figures order by country, year, indicator, row_no";

    private const string TargetsSql = "select aim, category, from_year, until_year, percent, programme, act, source, version from reconciliation.targets_now order by aim, category, from_year, programme";

    private const string ExampleSql = """
        select d.country, f.flow, f.stream, f.year, f.part, f.category, f.category_name, f.measure, f.grams / 1000.0 as mass_kg, d.source, d.licence
          from published_figures f join published_datasets d using (dataset_id)
         where d.code = 'united-kingdom' and (@year::int is null or f.year = @year)
         order by f.row_no
        """;

    private const string KeysSql = """
        select k.unu_key, k.category, c.name_kk as category_kk, c.name_ru as category_ru from unu_keys k join equipment_categories c on c.code = k.category order by k.unu_key
        """;

    private const string FactorsSql = "select topic, item, substance, value, unit, source, confidence from impact_factors order by position";

    public static IReadOnlyList<Dataset> All { get; } =
    [
        new("register", RegisterSql, ["role", "name_kk", "name_ru", "bin", "region", "since", "until", "state"], Page: "register"),
        new("points", PointsSql, ["slug", "kind", "name_kk", "name_ru", "name_en", "region", "settlement_kk", "settlement_ru", "address_kk", "address_ru", "latitude", "longitude", "categories", "step_free", "rewards", "state"], Page: "points"),
        new("certified-recyclers", ScopesSql, ["certification", "organisation_kk", "organisation_ru", "bin", "site", "region", "latitude", "longitude", "category", "operations", "tonnes_a_year", "valid_from", "expires_on", "state"], Page: "register/recyclers"),
        new("reconciliation", ReconciliationSql, ["year", "region", "category", "measure", "mass_kg", "basis", "suppressed"], HasYear: true, Page: "data/reconciliation"),
        new("fee-money", FeeMoneySql, ["year", "side", "flow", "amount_kzt"], HasYear: true, Page: "data/fee-money"),
        new("audit-roots", AuditRootsSql, ["day", "seal_no", "sha256", "published_at"], Page: "data/audit-roots"),
        new("national-figures", NationalSql, ["country", "year", "indicator", "value", "unit", "source_url", "confidence"]),
        new("targets", TargetsSql, ["aim", "category", "from_year", "until_year", "percent", "programme", "act", "source", "version"]),
        new("example-united-kingdom", ExampleSql, ["country", "flow", "stream", "year", "part", "category", "category_name", "measure", "mass_kg", "source", "licence"], HasYear: true, Page: "data/examples/united-kingdom"),
        new("impact-factors", FactorsSql, ["topic", "item", "substance", "value", "unit", "source", "confidence"], Page: "data/impact"),
        new("equipment-keys", KeysSql, ["unu_key", "category", "category_kk", "category_ru"]),
    ];

    public static Dataset? Find(string code) => All.FirstOrDefault(one => one.Code == code);
}

using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Certification;

/// <summary>The places where a recycler or refurbisher works: kept by the organisation itself, closed and never deleted.</summary>
public sealed class SiteService(Db db)
{
    private const string Columns = """
        select s.site_id, s.number, s.kind, s.name_kk, s.name_ru, s.name_en, s.region_kato, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en, s.kato, s.address, s.latitude, s.longitude,
               s.opened_on, s.closed_on, coalesce((select array_agg(n.category order by n.category) from certified_now n where n.site_id = s.site_id), '{}') as certified
          from sites s join regions r on r.kato = s.region_kato
        """;

    private const string ListSql = Columns + " where s.organisation_id = @organisation order by s.closed_on is not null, s.number limit 200";

    public Task<IReadOnlyList<SiteRow>> ListAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<SiteRow>(ListSql, new { organisation }, ct);

    private const string OneSql = Columns + " where s.organisation_id = @organisation and s.number = @number";

    private const string PermitsSql = """
        select p.permit_id, p.number, p.issuer, p.issued_on, p.expires_on, p.file_id, f.name as file_name
          from site_permits p left join certification_files f using (file_id)
         where p.site_id = @siteId and p.ended_at is null
         order by p.issued_on, p.permit_id
         limit 100
        """;

    private const string EquipmentSql = "select equipment_id, name, units, kg_per_hour from site_equipment where site_id = @siteId and ended_at is null order by equipment_id limit 200";

    public async Task<SiteDetails?> FindAsync(string number, OrganisationId organisation, CancellationToken ct) =>
        await db.QuerySingleOrDefaultAsync<SiteRow>(OneSql, new { number, organisation }, ct) is { } site ? await DetailsAsync(site, ct) : null;

    private const string OfScopesSql = Columns + " where s.site_id = any(@sites) order by s.number limit 200";

    /// <summary>For whoever has found these ids in an application or a certification that it may read.</summary>
    public async Task<IReadOnlyList<SiteDetails>> DetailsAsync(IEnumerable<Guid> sites, CancellationToken ct)
    {
        var found = new List<SiteDetails>();
        foreach (var site in await db.QueryAsync<SiteRow>(OfScopesSql, new { sites = sites.Distinct().ToArray() }, ct))
        {
            found.Add(await DetailsAsync(site, ct));
        }

        return found;
    }

    private async Task<SiteDetails> DetailsAsync(SiteRow site, CancellationToken ct) =>
        new(site, await db.QueryAsync<PermitRow>(PermitsSql, new { site.SiteId }, ct), await db.QueryAsync<EquipmentRow>(EquipmentSql, new { site.SiteId }, ct));

    private const string AddSql = """
        insert into sites (site_id, number, organisation_id, kind, name_kk, name_ru, name_en, region_kato, kato, address, latitude, longitude)
        select @id, 'S-' || lpad(nextval('site_numbers')::text, 4, '0'), @organisation, @kind, @NameKk, @NameRu, @NameEn, r.kato, @Kato, @Address, @Latitude, @Longitude
          from regions r where r.kato = @Region
        on conflict (site_id) do nothing
        returning number
        """;

    private const string NumberSql = "select number from sites where site_id = @id and organisation_id = @organisation";

    /// <param name="id">Made with the page: sent twice, it is one site.</param>
    /// <returns>The number; none where the region is not known.</returns>
    public Task<string?> AddAsync(Guid id, OrganisationId organisation, SiteKind kind, SiteData site, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(site);
        return db.InTransactionAsync(async transaction =>
        {
            var values = new { id, organisation, kind = kind.ToString(), site.NameKk, site.NameRu, site.NameEn, site.Region, site.Kato, site.Address, site.Latitude, site.Longitude };
            if (await transaction.QuerySingleOrDefaultAsync<string>(AddSql, values, ct) is not { } number)
            {
                return await transaction.QuerySingleOrDefaultAsync<string>(NumberSql, new { id, organisation }, ct);
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("site.added", "site", number).With(site), actor, ct);
            return number;
        }, ct);
    }

    private const string ChangeSql = """
        update sites
           set name_kk = @NameKk, name_ru = @NameRu, name_en = @NameEn, region_kato = @Region, kato = @Kato, address = @Address, latitude = @Latitude, longitude = @Longitude, revised_at = app.now()
         where number = @number and organisation_id = @organisation and closed_on is null and exists (select from regions where kato = @Region)
        """;

    public Task<bool> ChangeAsync(string number, OrganisationId organisation, SiteData site, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(site);
        return DoAsync(ChangeSql, new { number, organisation, site.NameKk, site.NameRu, site.NameEn, site.Region, site.Kato, site.Address, site.Latitude, site.Longitude }, new AuditEntry("site.changed", "site", number).With(site), actor, ct);
    }

    private const string CloseSql = "update sites set closed_on = app.today() where number = @number and organisation_id = @organisation and closed_on is null";

    /// <summary>What was certified there ends with it, at once.</summary>
    public Task<bool> CloseAsync(string number, OrganisationId organisation, Actor actor, CancellationToken ct) =>
        DoAsync(CloseSql, new { number, organisation }, new AuditEntry("site.closed", "site", number), actor, ct);

    private const string AddFileSql = "insert into certification_files (organisation_id, name, content_type, bytes) values (@organisation, @Name, @ContentType, @Bytes) returning file_id";

    internal static async Task<Guid?> KeepAsync(DbTransaction transaction, OrganisationId organisation, ProofFile? file, CancellationToken ct) =>
        file is null ? null : await transaction.QuerySingleAsync<Guid>(AddFileSql, new { organisation, file.Name, file.ContentType, file.Bytes }, ct);

    private const string AddPermitSql = """
        insert into site_permits (site_id, number, issuer, issued_on, expires_on, file_id)
        select site_id, @PermitNumber, @Issuer, @IssuedOn, @ExpiresOn, @file from sites where number = @number and organisation_id = @organisation and closed_on is null
        """;

    /// <returns>WrongState: the site has a permit of this number.</returns>
    public async Task<CertificationOutcome> AddPermitAsync(string number, OrganisationId organisation, NewPermit permit, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(permit);
        try
        {
            return await db.InTransactionAsync(async transaction =>
            {
                var file = await KeepAsync(transaction, organisation, permit.File, ct);
                if (await transaction.ExecuteAsync(AddPermitSql, new { number, organisation, permit.PermitNumber, permit.Issuer, permit.IssuedOn, permit.ExpiresOn, file }, ct) == 0)
                {
                    return CertificationOutcome.NotFound;
                }

                await AuditTrail.WriteAsync(transaction, new AuditEntry("site.permit_added", "site", number).With(new { permit.PermitNumber, permit.Issuer }), actor, ct);
                return CertificationOutcome.Done;
            }, ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "permit_once")
        {
            return CertificationOutcome.WrongState;
        }
    }

    private const string EndPermitSql = """
        update site_permits p set ended_at = app.now() from sites s
         where p.permit_id = @id and p.site_id = s.site_id and s.number = @number and s.organisation_id = @organisation and p.ended_at is null
        """;

    public Task<bool> EndPermitAsync(string number, OrganisationId organisation, Guid id, Actor actor, CancellationToken ct) =>
        DoAsync(EndPermitSql, new { number, organisation, id }, new AuditEntry("site.permit_ended", "site", number), actor, ct);

    private const string AddEquipmentSql = """
        insert into site_equipment (equipment_id, site_id, name, units, kg_per_hour)
        select @id, site_id, @name, @units, @kgPerHour from sites where number = @number and organisation_id = @organisation and closed_on is null
        on conflict (equipment_id) do nothing
        """;

    public Task<bool> AddEquipmentAsync(string number, OrganisationId organisation, EquipmentRow equipment, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(equipment);
        return DoAsync(
            AddEquipmentSql, new { number, organisation, id = equipment.EquipmentId, name = equipment.Name, units = equipment.Units, kgPerHour = equipment.KgPerHour },
            new AuditEntry("site.equipment_added", "site", number).With(new { equipment.Name, equipment.Units }), actor, ct);
    }

    private const string EndEquipmentSql = """
        update site_equipment e set ended_at = app.now() from sites s
         where e.equipment_id = @id and e.site_id = s.site_id and s.number = @number and s.organisation_id = @organisation and e.ended_at is null
        """;

    public Task<bool> EndEquipmentAsync(string number, OrganisationId organisation, Guid id, Actor actor, CancellationToken ct) =>
        DoAsync(EndEquipmentSql, new { number, organisation, id }, new AuditEntry("site.equipment_ended", "site", number), actor, ct);

    // Its own organisation, the operator (no organisation given), or the auditor to whom an audit of it is assigned.
    private const string FileSql = """
        select f.name, f.content_type, f.bytes from certification_files f
         where f.file_id = @file and (@reader::uuid is null or f.organisation_id = @reader
               or exists (select from audit_assignments a join audits u using (audit_id) where a.auditor_organisation_id = @reader and a.organisation_id = f.organisation_id and a.declined_at is null and u.state <> 'Cancelled'))
        """;

    /// <param name="reader">None: the operator.</param>
    public Task<ProofFile?> FileAsync(Guid file, OrganisationId? reader, CancellationToken ct) => db.QuerySingleOrDefaultAsync<ProofFile>(FileSql, new { file, reader }, ct);

    private Task<bool> DoAsync(string sql, object values, AuditEntry entry, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.ExecuteAsync(sql, values, ct) == 0)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, entry, actor, ct);
            return true;
        }, ct);
}

/// <summary>What the organisation says of a site; whole settlements have nine-digit codes, where known.</summary>
public sealed record SiteData(string NameKk, string NameRu, string? NameEn, string Region, string? Kato, string Address, double Latitude, double Longitude);

public sealed record NewPermit(string PermitNumber, string Issuer, DateOnly IssuedOn, DateOnly? ExpiresOn, ProofFile? File);

public sealed record SiteRow(
    Guid SiteId, string Number, SiteKind Kind, string NameKk, string NameRu, string? NameEn, string RegionKato, string RegionKk, string RegionRu, string RegionEn, string? Kato, string Address, double Latitude, double Longitude,
    DateOnly OpenedOn, DateOnly? ClosedOn, string[] Certified)
{
    public string Name(string language) => language switch { "ru" => NameRu, "en" => NameEn ?? NameRu, _ => NameKk };

    public string Region(string language) => language switch { "ru" => RegionRu, "en" => RegionEn, _ => RegionKk };
}

public sealed record PermitRow(Guid PermitId, string Number, string Issuer, DateOnly IssuedOn, DateOnly? ExpiresOn, Guid? FileId, string? FileName);

public sealed record EquipmentRow(Guid EquipmentId, string Name, int Units, int? KgPerHour);

public sealed record SiteDetails(SiteRow Site, IReadOnlyList<PermitRow> Permits, IReadOnlyList<EquipmentRow> Equipment);

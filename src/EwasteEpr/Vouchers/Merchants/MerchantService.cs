using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Vouchers.Merchants;

/// <summary>An organisation becomes a merchant: its bank details and shops; the operator admits it with a contract.</summary>
public sealed class MerchantService(Db db)
{
    private const string JoinSql = """
        insert into merchants (organisation_id, payable_account_id, iban, bic, kbe, joined_by)
        select o.organisation_id, ledger.open_account('merchant_payable', o.organisation_id, 'KZT'), @Iban, @Bic, @Kbe, @person
          from organisations o where o.organisation_id = @organisation and o.activities @> array['merchant']
        on conflict (organisation_id) do nothing
        returning organisation_id
        """;

    /// <summary>The owner asks to take vouchers. False: the organisation is not a shop, or has asked before.</summary>
    public Task<bool> JoinAsync(OrganisationId organisation, MerchantBank bank, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            ArgumentNullException.ThrowIfNull(bank);
            ArgumentNullException.ThrowIfNull(actor);
            return await transaction.QuerySingleOrDefaultAsync<Guid?>(JoinSql, new { organisation, bank.Iban, bank.Bic, bank.Kbe, person = actor.UserId }, ct) is not null
                && await AuditTrail.WriteAsync(transaction, new AuditEntry("merchant.joined", "merchant", organisation.ToString()), actor, ct) != Guid.Empty;
        },
        ct);

    private const string AdmitSql = """
        update merchants
           set state = @to, contract_no = coalesce(@contractNo, contract_no), contract_on = coalesce(@contractOn, contract_on), decided_by = @person, decided_at = app.now()
         where organisation_id = @organisation and state = any (@from) and joined_by is distinct from @person
        returning organisation_id
        """;

    /// <summary>The operator admits a merchant by a contract, suspends it, or lets it go on.</summary>
    public Task<bool> DecideAsync(OrganisationId organisation, MerchantDecision decision, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            ArgumentNullException.ThrowIfNull(decision);
            ArgumentNullException.ThrowIfNull(actor);
            string[] from = decision.Suspend ? ["Active"] : decision.ContractNo is null ? ["Suspended"] : ["Proposed"];
            var parameters = new { organisation, to = decision.Suspend ? "Suspended" : "Active", decision.ContractNo, decision.ContractOn, from, person = actor.UserId };
            return await transaction.QuerySingleOrDefaultAsync<Guid?>(AdmitSql, parameters, ct) is not null
                && await AuditTrail.WriteAsync(transaction, new AuditEntry(decision.Suspend ? "merchant.suspended" : "merchant.admitted", "merchant", organisation.ToString()).With(decision), actor, ct) != Guid.Empty;
        },
        ct);

    private const string AddShopSql = """
        insert into merchant_shops (merchant_id, name, address, region_kato)
        select organisation_id, @Name, @Address, @Region from merchants where organisation_id = @organisation
        returning shop_id
        """;

    /// <summary>None: not a merchant, or no such region.</summary>
    public async Task<Guid?> AddShopAsync(OrganisationId organisation, NewShop shop, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(shop);
        try
        {
            return await db.InTransactionAsync(
                async transaction =>
                {
                    var id = await transaction.QuerySingleOrDefaultAsync<Guid?>(AddShopSql, new { organisation, shop.Name, shop.Address, shop.Region }, ct);
                    if (id is { } added)
                    {
                        await AuditTrail.WriteAsync(transaction, new AuditEntry("shop.opened", "merchant_shop", added.ToString("D")), actor, ct);
                    }

                    return id;
                },
                ct);
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return null;
        }
    }

    private const string CloseShopSql = "update merchant_shops set closed_at = app.now() where shop_id = @shopId and merchant_id = @organisation and closed_at is null returning shop_id";

    public Task<bool> CloseShopAsync(OrganisationId organisation, Guid shopId, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction => await transaction.QuerySingleOrDefaultAsync<Guid?>(CloseShopSql, new { organisation, shopId }, ct) is not null
            && await AuditTrail.WriteAsync(transaction, new AuditEntry("shop.closed", "merchant_shop", shopId.ToString("D")), actor, ct) != Guid.Empty,
        ct);

    private const string FindSql = """
        select m.organisation_id, o.slug, o.name_kk, o.name_ru, m.state, m.contract_no, m.contract_on, m.iban, m.bic, m.kbe, m.joined_at,
               (select count(*) from merchant_shops s where s.merchant_id = m.organisation_id and s.closed_at is null) as shops,
               ledger.balance(m.payable_account_id) as payable_tiyn
          from merchants m join organisations o on o.organisation_id = m.organisation_id
         where @organisation::uuid is null or m.organisation_id = @organisation
         order by array_position(array['Proposed', 'Active', 'Suspended'], m.state), o.name_ru, m.organisation_id
         limit 500
        """;

    public async Task<MerchantRow?> FindAsync(OrganisationId organisation, CancellationToken ct) =>
        (await db.QueryAsync<MerchantRow>(FindSql, new { organisation = (Guid?)organisation.Value }, ct)) is [var row] ? row : null;

    /// <summary>For the operator, those that wait first.</summary>
    public Task<IReadOnlyList<MerchantRow>> ListAsync(CancellationToken ct) => db.QueryAsync<MerchantRow>(FindSql, new { organisation = (Guid?)null }, ct);

    private const string ShopsSql = """
        select s.shop_id, s.name, s.address, s.region_kato, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en
          from merchant_shops s join regions r on r.kato = s.region_kato
         where s.merchant_id = @organisation and s.closed_at is null
         order by s.name, s.shop_id
         limit 500
        """;

    public Task<IReadOnlyList<ShopRow>> ShopsAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<ShopRow>(ShopsSql, new { organisation }, ct);

    private const string PlacesSql = """
        select s.shop_id, s.name, s.address, s.region_kato, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en
          from merchant_shops s
          join merchants m on m.organisation_id = s.merchant_id and m.state = 'Active'
          join regions r on r.kato = s.region_kato
         where s.closed_at is null and (@region::text is null or s.region_kato = @region)
         order by r.name_ru, s.name, s.shop_id
         limit 500
        """;

    /// <summary>Where vouchers are taken, for everybody.</summary>
    public Task<IReadOnlyList<ShopRow>> PlacesAsync(string? region, CancellationToken ct) => db.QueryAsync<ShopRow>(PlacesSql, new { region }, ct);
}

/// <param name="Iban">Twenty characters that begin with KZ.</param>
/// <param name="Kbe">Code of the recipient's sort, two digits.</param>
public sealed record MerchantBank(string Iban, string Bic, string Kbe);

public sealed record MerchantDecision(string? ContractNo, DateOnly? ContractOn, bool Suspend);

public sealed record NewShop(string Name, string Address, string Region);

public sealed record MerchantRow(
    Guid OrganisationId, string Slug, string NameKk, string NameRu, string State, string? ContractNo, DateOnly? ContractOn, string Iban, string Bic, string Kbe, DateTimeOffset JoinedAt, long Shops, long PayableTiyn)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

public sealed record ShopRow(Guid ShopId, string Name, string Address, string RegionKato, string RegionKk, string RegionRu, string RegionEn)
{
    public string Region(string language) => language switch { "kk" => RegionKk, "ru" => RegionRu, _ => RegionEn };
}

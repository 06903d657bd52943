using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.TakeBack.Collectors;

/// <summary>Who collects: registered once in the country, with sources that have names, within limits.</summary>
public sealed class CollectorService(Db db, Secrets secrets)
{
    private const string PhonePurpose = "collector-phone";

    private const string RegisterSql = """
        insert into collectors (code, organisation_id, name, phone_hash, phone_sealed, region_kato, day_limit_grams, month_limit_grams, registered_by)
        select 'K-' || lpad(nextval('collector_codes')::text, 5, '0'), @organisation, @Name, @hash, @box, @RegionKato, @day, @month, @person
          from regions where kato = @RegionKato
        returning code
        """;

    /// <returns>The code; none where the phone belongs to a registered collector, here or elsewhere.</returns>
    public async Task<string?> RegisterAsync(OrganisationId organisation, NewCollector collector, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(collector);
        ArgumentNullException.ThrowIfNull(actor);
        var digits = Digits(collector.Phone) ?? throw new ArgumentException("Not a telephone number.", nameof(collector));
        try
        {
            return await db.InTransactionAsync(async transaction =>
            {
                var code = await transaction.QuerySingleAsync<string>(
                    RegisterSql,
                    new
                    {
                        organisation, collector.Name, collector.RegionKato, hash = secrets.Hash(PhonePurpose, digits), box = secrets.Seal(PhonePurpose, digits),
                        day = collector.DayLimit.Grams, month = collector.MonthLimit.Grams, person = actor.UserId,
                    },
                    ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("collector.registered", "collector", code), actor, ct);
                return code;
            }, ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "collector_registered_once")
        {
            return null;
        }
    }

    /// <summary>A Kazakhstani number as 7 and ten digits; none for anything else.</summary>
    public static string? Digits(string? typed)
    {
        var digits = string.Concat((typed ?? "").Where(char.IsAsciiDigit));
        return digits.Length == 11 && digits[0] is '7' or '8' ? "7" + digits[1..] : digits.Length == 10 ? "7" + digits : null;
    }

    private const string SourceSql = """
        insert into collector_sources (collector_id, kind, name, address)
        select collector_id, @kind, @name, @address from collectors where code = @code and organisation_id = @organisation and state = 'Active'
        on conflict on constraint collector_source_once do nothing
        returning source_id
        """;

    /// <returns>False for a collector that is not here, or a source that is named already.</returns>
    public Task<bool> AddSourceAsync(string code, OrganisationId organisation, SourceKind kind, string name, string address, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(SourceSql, new { code, organisation, kind = kind.ToString(), name, address }, ct) is null)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("collector.source_named", "collector", code).With(new { kind = kind.ToString(), name }), actor, ct);
            return true;
        }, ct);

    private const string StateSql = """
        update collectors set state = @state, state_reason = @reason
         where code = @code and (@organisation::uuid is null or organisation_id = @organisation) and state <> 'Ended' and state <> @state
        returning collector_id
        """;

    /// <param name="organisation">Who registered them; none is the operator.</param>
    public Task<bool> SetStateAsync(string code, OrganisationId? organisation, CollectorState state, string? reason, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(StateSql, new { code, organisation, state = state.ToString(), reason }, ct) is null)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("collector.state_changed", "collector", code).With(new { state = state.ToString() }), actor, ct);
            return true;
        }, ct);

    private const string Columns = """
        select c.collector_id, c.code, c.organisation_id, o.name_kk as organisation_kk, o.name_ru as organisation_ru, c.name, r.name_kk as region_kk, r.name_ru as region_ru, r.name_en as region_en,
               c.day_limit_grams, c.month_limit_grams, c.state, c.state_reason, coalesce(l.day_grams, 0)::bigint as day_grams, coalesce(l.month_grams, 0)::bigint as month_grams, coalesce(l.all_grams, 0)::bigint as all_grams,
               coalesce((select ledger.balance(a.account_id) from ledger.accounts a where a.purpose = 'collector_payable' and a.owner_id = c.collector_id and a.unit = 'KZT'), 0)::bigint as due_tiyn, c.registered_at
          from collectors c
          join organisations o on o.organisation_id = c.organisation_id
          join regions r on r.kato = c.region_kato
          left join lateral (
               select sum(x.grams) filter (where (x.taken_at at time zone 'Asia/Almaty')::date = app.today()) as day_grams,
                      sum(x.grams) filter (where date_trunc('month', x.taken_at at time zone 'Asia/Almaty') = date_trunc('month', app.now() at time zone 'Asia/Almaty')) as month_grams,
                      sum(x.grams) as all_grams
                 from collector_loads x where x.collector_id = c.collector_id) l on true
        """;

    private const string ListSql = Columns + """

         where @organisation::uuid is null or c.organisation_id = @organisation
         order by c.state <> 'Active', c.collector_id desc
         limit 500
        """;

    public Task<IReadOnlyList<CollectorRow>> ListAsync(OrganisationId? organisation, CancellationToken ct) => db.QueryAsync<CollectorRow>(ListSql, new { organisation }, ct);

    private const string OneSql = Columns + " where c.code = @code and c.organisation_id = @organisation";

    private const string PhoneSql = "select phone_sealed from collectors where collector_id = @id";

    private const string SourcesSql = """
        select s.source_id, s.kind, s.name, s.address, coalesce((select sum(l.grams) from collector_loads l where l.source_id = s.source_id), 0)::bigint as grams
          from collector_sources s where s.collector_id = @id order by s.added_at, s.source_id limit 200
        """;

    private const string LoadsSql = """
        select l.number, s.name as source_name, l.category, l.grams, l.basis, l.scale_no, c.number as container, l.mci_per_tonne, l.mci_kzt, l.amount_tiyn, l.taken_at, p.name as taken_by
          from collector_loads l
          join collector_sources s on s.source_id = l.source_id
          join stock_lots t on t.lot_id = l.lot_id
          join containers c on c.container_id = t.container_id
          join people p on p.person_id = l.taken_by
         where l.collector_id = @id
         order by l.taken_at desc, l.load_id desc
         limit 200
        """;

    public async Task<CollectorDetails?> FindAsync(string code, OrganisationId organisation, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<CollectorRow>(OneSql, new { code, organisation }, ct) is not { } collector)
        {
            return null;
        }

        var id = collector.CollectorId;
        var phone = secrets.OpenText(PhonePurpose, await db.QuerySingleAsync<byte[]>(PhoneSql, new { id }, ct));
        return new CollectorDetails(collector, "+" + phone, await db.QueryAsync<SourceRow>(SourcesSql, new { id }, ct), await db.QueryAsync<LoadRow>(LoadsSql, new { id }, ct));
    }
}

using EwasteEpr.Audit;
using EwasteEpr.Consignments.Custody;
using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.Sites;

/// <summary>Stock that comes without a consignment: from a last holder to the gate, or counted when a site joins.</summary>
public sealed class SiteEntries(Db db)
{
    private const string SiteSql = "select s.site_id, k.scale_no, coalesce(k.verified_until >= app.today(), false) as is_verified from sites s left join site_scales k on k.site_id = s.site_id and k.scale_no = @scaleNo where s.site_id = @site and s.organisation_id = @organisation and s.closed_on is null";

    private const string MadeSql = "select number from site_entries where entry_id = @Id and organisation_id = @organisation";

    private const string WriteSql = """
        with account as materialized (
            select ledger.open_account('mass_site_lot', @lot, 'mass:' || @Category) as account_id, ledger.open_account(@purpose, @owner::uuid, 'mass:' || @Category) as source_id
        ), posted as materialized (
            select account_id, ledger.post(@kind, 'site_entry', @Id, 1, 'mass:' || @Category, source_id, account_id, @net) as transfer_id from account
        ), made as (
            insert into site_lots (site_lot_id, site_id, organisation_id, category, stream, channel, payer, basis, weighed_in_on, received_grams, account_id, is_hazardous)
            select @lot, @site, @organisation, @Category, @stream, @channel, @payer, @basis, app.today(), @net, account_id, @Category in ('1', '2', '3') from posted
            returning site_lot_id
        )
        insert into site_entries (entry_id, number, kind, site_id, organisation_id, holder_name, holder_number, stream, category, gross_grams, tare_grams, packaging_grams, net_grams, basis, scale_no, document_no, counted_on, site_lot_id, made_by)
        select @Id, 'E-' || to_char(app.today(), 'YYYY') || '-' || lpad(nextval('site_entry_numbers')::text, 4, '0'), @channel, @site, @organisation, @holder, @holderNumber, @stream, @Category, @gross, @tare, @packaging, @net, @basis, @scale,
               @document, @CountedOn, m.site_lot_id, @person
          from made m
        returning number
        """;

    /// <summary>Asked twice with one id, it is one entry.</summary>
    public Task<EntryOutcome> WriteAsync(NewEntry request, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync<EntryOutcome>(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<string>(MadeSql, new { request.Id, organisation }, ct) is { } made)
            {
                return new EntryOutcome.Written(made);
            }

            var net = request.Gross.Grams - request.Tare.Grams - request.Packaging.Grams;
            if (net <= 0)
            {
                return new EntryOutcome.BadWeight();
            }

            if (await transaction.QuerySingleOrDefaultAsync<SiteRow>(SiteSql, new { site = request.Site, organisation, scaleNo = request.ScaleNo }, ct) is not { } site)
            {
                return new EntryOutcome.NotFound();
            }

            if (await CertifiedCategories.FirstMissingAsync(transaction, request.Site, [request.Category], ct) is { } missing)
            {
                return new EntryOutcome.NotCertified(missing);
            }

            var number = await transaction.QuerySingleAsync<string>(WriteSql, Parameters(request, site, organisation, net, actor), ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry(request.IsOpening ? "opening_stock.entered" : "direct_delivery.weighed_in", "site_entry", number).With(new { request.Category, net }), actor, ct);
            return new EntryOutcome.Written(number);
        }, ct);
    }

    private static object Parameters(NewEntry request, SiteRow site, OrganisationId organisation, long net, Actor actor) => new
    {
        request.Id, request.Category, request.CountedOn, site = request.Site, organisation, lot = Guid.CreateVersion7(), net,
        purpose = request.IsOpening ? "mass_opening_stock" : "mass_citizens", owner = request.IsOpening ? request.Site : (Guid?)null,
        kind = request.IsOpening ? "opening_stock_entered" : "direct_weighed_in", channel = request.IsOpening ? "Opening" : "Direct", stream = request.IsHousehold ? "Household" : "Organisation",
        payer = request.Payer.ToString(), basis = request.IsEstimated ? "Estimated" : site.IsVerified ? "Verified" : "Weighed", scale = site.ScaleNo,
        gross = request.Gross.Grams, tare = request.Tare.Grams, packaging = request.Packaging.Grams, holder = Text(request.HolderName), holderNumber = request.HolderNumber?.Digits, document = Text(request.DocumentNo), person = actor.UserId,
    };

    private static string? Text(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();

    private const string DecideSql = """
        with decided as (
            update site_entries set earns = @earns, decision = @decision, decided_by = @person, decided_at = app.now()
             where number = @number and kind = 'Opening' and decided_at is null
            returning number
        )
        select audit.write(@actor::jsonb, 'opening_stock.decided', 'site_entry', number, jsonb_build_object('earns', @earns::boolean)) from decided
        """;

    /// <summary>The operator's word on opening stock: whether evidence and payment may stand on it.</summary>
    public async Task<bool> DecideAsync(string number, bool earns, string decision, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.QuerySingleOrDefaultAsync<Guid?>(DecideSql, new { number, earns, decision, person = actor.UserId, actor = actor.ToJson() }, ct) is not null;
    }

    private const string ListSql = """
        select e.number, e.kind, s.number as site, s.name_kk as site_kk, s.name_ru as site_ru, o.name_kk as organisation_kk, o.name_ru as organisation_ru, e.holder_name, e.stream, e.category, e.net_grams, e.basis, e.scale_no, e.document_no, e.counted_on,
               e.made_at, e.earns, e.decision, e.decided_at
          from site_entries e
          join sites s on s.site_id = e.site_id
          join organisations o on o.organisation_id = e.organisation_id
        """;

    private const string OfOrganisationSql = ListSql + " where e.organisation_id = @organisation order by e.made_at desc, e.entry_id desc limit 200";

    public Task<IReadOnlyList<EntryRow>> ListAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<EntryRow>(OfOrganisationSql, new { organisation }, ct);

    private const string UndecidedSql = ListSql + " where e.kind = 'Opening' and e.decided_at is null order by e.made_at, e.entry_id limit 200";

    /// <summary>Opening stock that waits for the operator.</summary>
    public Task<IReadOnlyList<EntryRow>> UndecidedAsync(CancellationToken ct) => db.QueryAsync<EntryRow>(UndecidedSql, null, ct);

    private sealed record SiteRow(Guid SiteId, string? ScaleNo, bool IsVerified);
}

/// <param name="IsOpening">Stock from before the system; else a last holder's delivery.</param>
/// <param name="IsEstimated">Nobody weighed it: such grams never become evidence.</param>
/// <param name="HolderNumber">Of a company; a person's number is never asked.</param>
public sealed record NewEntry(
    Guid Id, bool IsOpening, Guid Site, string Category, bool IsHousehold, Weight Gross, Weight Tare, Weight Packaging, string? ScaleNo, bool IsEstimated, string? HolderName, Bin? HolderNumber, string? DocumentNo, DateOnly CountedOn)
{
    public Payer Payer { get; init; } = Payer.FeeFund;
}

public abstract record EntryOutcome
{
    private EntryOutcome()
    {
    }

    public sealed record Written(string Number) : EntryOutcome;

    public sealed record NotFound : EntryOutcome;

    public sealed record BadWeight : EntryOutcome;

    public sealed record NotCertified(string Category) : EntryOutcome;
}

public sealed record EntryRow(
    string Number, string Kind, string Site, string SiteKk, string SiteRu, string OrganisationKk, string OrganisationRu, string? HolderName, string Stream, string Category, long NetGrams, string Basis, string? ScaleNo, string? DocumentNo,
    DateOnly CountedOn, DateTimeOffset MadeAt, bool? Earns, string? Decision, DateTimeOffset? DecidedAt)
{
    public string SiteName(string language) => language == "kk" ? SiteKk : SiteRu;

    public string Organisation(string language) => language == "kk" ? OrganisationKk : OrganisationRu;
}

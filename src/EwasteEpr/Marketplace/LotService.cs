using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Marketplace;

/// <summary>The operator makes a lot of sealed containers; another person opens it; it may be cancelled while nobody holds an award.</summary>
public sealed class LotService(Db db, Secrets secrets)
{
    public const int MostPhotos = 6;
    public const int MostPhotoBytes = 2 * 1024 * 1024;

    private const string ContainersSql = """
        select c.container_id, c.category, c.point_id, c.for_reuse, c.net_grams
          from containers c
         where c.container_id = any (@containers) and c.state = 'Sealed' and c.net_grams is not null
           and not exists (select from market_lot_containers l where l.container_id = c.container_id and l.is_live)
           and not exists (select from consignment_containers x where x.container_id = c.container_id and x.released_at is null)
         order by c.container_id
           for update of c
        """;

    private const string InsertSql = """
        with made as (
            insert into market_lots (number, kind, category, for_reuse, point_id, declared_grams, reserve_tiyn_per_tonne, step_tiyn, deposit_tiyn, keeps_deposit, deposit_basis,
                                     owner_name, procedure_basis, note, closes_at, created_by)
            select format('L-%s-%s', extract(year from app.today()), lpad(nextval('market_lot_numbers')::text, 4, '0')), @kind, @category, @reuse, @point, @grams, @reserve, @step, @deposit, @keeps, @depositBasis,
                   @owner, @basis, @note, @closesAt, @person
             where @closesAt > app.now()
            returning market_lot_id, number
        ), filled as (
            insert into market_lot_containers (market_lot_id, container_id, declared_grams)
            select m.market_lot_id, c.container_id, c.net_grams from made m, containers c where c.container_id = any (@containers)
        )
        select number from made
        """;

    public async Task<CreateLotOutcome> CreateAsync(LotDraft draft, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            return await db.InTransactionAsync(transaction => CreateAsync(transaction, draft, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "container_in_one_living_lot")
        {
            return new CreateLotOutcome.ContainersNotFree();
        }
    }

    private static async Task<CreateLotOutcome> CreateAsync(DbTransaction transaction, LotDraft draft, Actor actor, CancellationToken ct)
    {
        var chosen = draft.Containers.Distinct().ToArray();
        var containers = await transaction.QueryAsync<ContainerRow>(ContainersSql, new { containers = chosen }, ct);
        if (chosen.Length == 0 || containers.Count != chosen.Length)
        {
            return new CreateLotOutcome.ContainersNotFree();
        }

        var first = containers[0];
        if (first.Category == "mixed" || containers.Any(one => one.Category != first.Category || one.PointId != first.PointId || one.ForReuse != first.ForReuse))
        {
            return new CreateLotOutcome.ContainersDiffer();
        }

        var number = await transaction.QuerySingleOrDefaultAsync<string>(InsertSql, new
        {
            kind = draft.Kind.ToString(), category = first.Category, reuse = first.ForReuse, point = first.PointId, grams = containers.Sum(one => one.NetGrams), reserve = draft.ReserveTiynPerTonne,
            step = draft.Kind == LotKind.Open ? draft.StepTiyn : null, deposit = draft.Deposit.Tiyn, keeps = draft.Deposit.Keeps, depositBasis = draft.Deposit.Basis, owner = draft.OwnerName,
            basis = draft.ProcedureBasis, note = draft.Note, closesAt = draft.ClosesAt.ToUniversalTime(), person = actor.UserId, containers = chosen,
        }, ct);
        if (number is null)
        {
            return new CreateLotOutcome.ClosesTooSoon();
        }

        await AuditTrail.WriteAsync(transaction, new AuditEntry("market_lot.made", "market_lot", number).With(new { kind = draft.Kind.ToString(), draft.ReserveTiynPerTonne, containers = chosen.Length }), actor, ct);
        return new CreateLotOutcome.Created(number);
    }

    private const string LockSql = "select market_lot_id, kind, state, created_by, closes_at > market_clock() as has_time from market_lots where number = @number for update";

    private const string OpenSql = "update market_lots set state = 'Open', opened_at = app.now(), opened_by = @person, key_sealed = @key where market_lot_id = @id";

    private const string TellSql = """
        insert into market_notices (market_lot_id, organisation_id, event)
        select distinct e.market_lot_id, e.organisation_id, 'Offered' from market_eligible e where e.market_lot_id = @id
        on conflict do nothing
        """;

    /// <summary>The lot gets its key, and who is certified for it and has room is told by letter.</summary>
    public Task<OpenLotOutcome> OpenAsync(string number, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(
            async transaction =>
            {
                var lot = await transaction.QuerySingleOrDefaultAsync<LotLock>(LockSql, new { number }, ct);
                var refused = lot is null ? OpenLotOutcome.NotFound
                    : lot.State != LotState.Draft ? OpenLotOutcome.NotDraft
                    : lot.CreatedBy == actor.UserId ? OpenLotOutcome.SamePerson
                    : lot.HasTime ? OpenLotOutcome.Opened : OpenLotOutcome.ClosesTooSoon;
                if (lot is null || refused != OpenLotOutcome.Opened)
                {
                    return refused;
                }

                var key = lot.Kind == LotKind.Sealed ? LotKey.New(secrets, lot.MarketLotId).Sealed : null;
                await transaction.ExecuteAsync(OpenSql, new { id = lot.MarketLotId, person = actor.UserId, key }, ct);
                var told = await transaction.ExecuteAsync(TellSql, new { id = lot.MarketLotId }, ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("market_lot.opened", "market_lot", number).With(new { told }), actor, ct);
                return OpenLotOutcome.Opened;
            },
            ct);
    }

    private const string CancelSql = """
        with ended as (
            update market_lots l set state = 'Cancelled', end_reason = @reason
             where l.number = @number and l.state in ('Draft', 'Open', 'Closed', 'Defaulted')
               and not exists (select from market_awards a where a.market_lot_id = l.market_lot_id and a.state in ('Awarded', 'Contracted', 'HandedOver', 'Settled'))
            returning l.market_lot_id, l.number
        ), freed as (
            update market_lot_containers c set is_live = false from ended e where c.market_lot_id = e.market_lot_id
        ), fallen as (
            update market_awards a set state = 'Cancelled', ended_at = app.now(), end_reason = @reason from ended e where a.market_lot_id = e.market_lot_id and a.state = 'Proposed'
        )
        select audit.write(@actor::jsonb, 'market_lot.cancelled', 'market_lot', e.number, jsonb_build_object('reason', @reason::text)) is not null from ended e
        """;

    private const string ExistsSql = "select exists (select from market_lots where number = @number)";

    public async Task<CancelLotOutcome> CancelAsync(string number, string reason, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.QuerySingleOrDefaultAsync<bool>(CancelSql, new { number, reason, actor = actor.ToJson() }, ct) ? CancelLotOutcome.Cancelled
            : await db.QuerySingleAsync<bool>(ExistsSql, new { number }, ct) ? CancelLotOutcome.TooLate : CancelLotOutcome.NotFound;
    }

    private const string PhotoSql = """
        with lot as (
            select l.market_lot_id, l.number from market_lots l
             where l.number = @number and l.state in ('Draft', 'Open') and (select count(*) from market_lot_photos p where p.market_lot_id = l.market_lot_id) < @most
        ), added as (
            insert into market_lot_photos (market_lot_id, media_type, content) select market_lot_id, @mediaType, @content from lot returning market_lot_id
        )
        select audit.write(@actor::jsonb, 'market_lot.photo_added', 'market_lot', lot.number) is not null from added join lot using (market_lot_id)
        """;

    /// <param name="content">Looked at by its first bytes: a JPEG or a PNG, nothing else.</param>
    public async Task<bool> AddPhotoAsync(string number, byte[] content, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(actor);
        var mediaType = content switch { [0xFF, 0xD8, 0xFF, ..] => "image/jpeg", [0x89, 0x50, 0x4E, 0x47, ..] => "image/png", _ => null };
        return mediaType is not null && content.Length <= MostPhotoBytes
            && await db.QuerySingleOrDefaultAsync<bool>(PhotoSql, new { number, mediaType, content, most = MostPhotos, actor = actor.ToJson() }, ct);
    }

    private sealed record ContainerRow(Guid ContainerId, string Category, Guid PointId, bool ForReuse, long NetGrams);

    private sealed record LotLock(Guid MarketLotId, LotKind Kind, LotState State, Guid CreatedBy, bool HasTime);
}

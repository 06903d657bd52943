using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Marketplace;

/// <summary>Deposits: held in an account of their own, returned, or kept when the winner defaults.</summary>
public sealed class Deposits(Db db)
{
    private const string HoldSql = """
        with made as (
            insert into market_deposits (market_lot_id, organisation_id, tiyn, document, received_on, held_by)
            select l.market_lot_id, o.organisation_id, l.deposit_tiyn, @document, @day, @person
              from market_lots l join market_offers o using (market_lot_id)
             where l.number = @number and l.deposit_tiyn > 0 and l.state in ('Open', 'Closed', 'Defaulted') and o.offer_id = @offer and o.replaced_at is null
            on conflict on constraint deposit_once do nothing
            returning deposit_id, tiyn
        )
        select ledger.post('market_deposit_held', 'market_deposit', m.deposit_id, 1, 'KZT', ledger.open_account('market_money', null, 'KZT'), ledger.open_account('market_deposit', m.deposit_id, 'KZT'), m.tiyn) as transfer_id,
               audit.write(@actor::jsonb, 'market_deposit.held', 'market_lot', @number, jsonb_build_object('deposit', m.deposit_id, 'document', @document::text)) as entry_id
          from made m
        """;

    /// <param name="offer">Whose deposit it is.</param>
    public async Task<bool> HoldAsync(string number, Guid offer, MoneyDocument document, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(actor);
        return await db.QuerySingleOrDefaultAsync<Posted>(HoldSql, new { number, offer, document = document.Number, day = document.On, person = actor.UserId, actor = actor.ToJson() }, ct) is not null;
    }

    // Not while its bidder's award binds and nothing was handed over yet; and not while offers are still taken.
    private const string ReturnSql = """
        with ended as (
            update market_deposits d set state = 'Returned', ended_document = @document, ended_by = @person, ended_at = app.now()
              from market_lots l
             where l.market_lot_id = d.market_lot_id and l.number = @number and d.deposit_id = @deposit and d.state = 'Held' and l.state <> 'Open' and d.held_by <> @person
               and not exists (select from market_awards a where a.market_lot_id = d.market_lot_id and a.organisation_id = d.organisation_id and a.state in ('Proposed', 'Awarded', 'Contracted'))
            returning d.deposit_id, d.tiyn
        )
        select ledger.post('market_deposit_returned', 'market_deposit', e.deposit_id, 1, 'KZT', ledger.open_account('market_deposit', e.deposit_id, 'KZT'), ledger.open_account('market_money', null, 'KZT'), e.tiyn) as transfer_id,
               audit.write(@actor::jsonb, 'market_deposit.returned', 'market_lot', @number, jsonb_build_object('deposit', e.deposit_id, 'document', @document::text)) as entry_id
          from ended e
        """;

    /// <summary>By another person than the one who entered it.</summary>
    public async Task<bool> ReturnAsync(string number, Guid deposit, string document, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.QuerySingleOrDefaultAsync<Posted>(ReturnSql, new { number, deposit, document, person = actor.UserId, actor = actor.ToJson() }, ct) is not null;
    }

    private const string KeepSql = """
        with ended as (
            update market_deposits set state = 'Kept', ended_by = @person, ended_at = app.now()
             where market_lot_id = @lot and organisation_id = @organisation and state = 'Held'
            returning deposit_id, tiyn
        )
        select ledger.post('market_deposit_kept', 'market_deposit', e.deposit_id, 1, 'KZT', ledger.open_account('market_deposit', e.deposit_id, 'KZT'), ledger.open_account('market_received', null, 'KZT'), e.tiyn) as transfer_id,
               null::uuid as entry_id
          from ended e
        """;

    internal static async Task<bool> KeepAsync(DbTransaction transaction, Guid lot, Guid organisation, Actor actor, CancellationToken ct) =>
        await transaction.QuerySingleOrDefaultAsync<Posted>(KeepSql, new { lot, organisation, person = actor.UserId }, ct) is not null;

    private sealed record Posted(Guid TransferId, Guid? EntryId);
}

/// <param name="Number">Of the bank's document.</param>
public sealed record MoneyDocument(string Number, DateOnly On);

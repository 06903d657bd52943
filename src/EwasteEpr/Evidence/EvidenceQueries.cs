using EwasteEpr.Kernel;

namespace EwasteEpr.Evidence;

/// <summary>Balances and notes as their pages show them: of one recycler, of one holder, or of all for the operator.</summary>
public sealed class EvidenceQueries(Db db)
{
    private const string BalancesSql = """
        select f.balance_id, f.site_id, s.number as site_number, s.name_kk as site_kk, s.name_ru as site_ru, f.category, f.year, f.payer, o.slug as own_system_slug, o.name_kk as own_system_kk, o.name_ru as own_system_ru,
               coalesce((select sum(g.credited_grams) from evidence_grams g where g.balance_id = f.balance_id), 0)::bigint as credited_grams, f.total_grams, f.available_grams,
               exists (select from certified_now c where c.site_id = f.site_id and c.category = f.category) as certified
          from waste_balance_figures f
          join sites s on s.site_id = f.site_id
          left join organisations o on o.organisation_id = f.own_system_id
         where (@organisation::uuid is null or f.organisation_id = @organisation) and (@balance::uuid is null or f.balance_id = @balance) and (@payer::text is null or f.payer = @payer)
         order by f.year desc, f.category, s.number, f.payer, f.balance_id
         limit 1000
        """;

    public Task<IReadOnlyList<WasteBalance>> BalancesAsync(OrganisationId? organisation, CancellationToken ct) =>
        db.QueryAsync<WasteBalance>(BalancesSql, new { organisation = organisation?.Value, balance = (Guid?)null, payer = (string?)null }, ct);

    /// <summary>Of the fund, for the operator who writes a reimbursement.</summary>
    public Task<IReadOnlyList<WasteBalance>> FundBalancesAsync(CancellationToken ct) =>
        db.QueryAsync<WasteBalance>(BalancesSql, new { organisation = (Guid?)null, balance = (Guid?)null, payer = nameof(GramPayer.FeeFund) }, ct);

    public async Task<WasteBalance?> BalanceAsync(Guid balance, OrganisationId organisation, CancellationToken ct) =>
        await db.QueryAsync<WasteBalance>(BalancesSql, new { organisation = (Guid?)organisation.Value, balance = (Guid?)balance, payer = (string?)null }, ct) is [var row] ? row : null;

    private const string NotesSql = """
        select n.note_id, n.number, n.state, n.balance_id, o.slug, o.name_kk as recycler_kk, o.name_ru as recycler_ru, o.bin, s.number as site_number, s.name_kk as site_kk, s.name_ru as site_ru, b.category, b.year,
               b.payer, w.name_kk as own_system_kk, w.name_ru as own_system_ru, n.recipient_id, r.name_kk as recipient_kk, r.name_ru as recipient_ru, n.grams, n.prepared_at, n.prepared_by, p.name as preparer,
               n.submitted_by, q.name as submitter, n.submitted_at, a.name as approver, n.approved_at, n.reason, n.code
          from evidence_notes n
          join waste_balances b using (balance_id)
          join sites s on s.site_id = b.site_id
          join organisations o on o.organisation_id = n.organisation_id
          left join organisations w on w.organisation_id = b.own_system_id
          left join organisations r on r.organisation_id = n.recipient_id
          left join people p on p.person_id = n.prepared_by
          left join people q on q.person_id = n.submitted_by
          left join people a on a.person_id = n.approved_by
         where (@organisation::uuid is null or n.organisation_id = @organisation)
           and (@holder::uuid is null or (n.state in ('Approved', 'Void') and exists (select from evidence_holdings h where h.note_id = n.note_id and h.holder_id = @holder)))
           and (@number::text is null or n.number = @number)
           and (@state::text is null or n.state = @state)
           and (@after::uuid is null or n.note_id < @after)
         order by n.note_id desc
         limit @limit
        """;

    /// <summary>A recycler's own notes; with neither organisation nor holder all, for the operator. Newest first, keyset by id.</summary>
    public Task<IReadOnlyList<NoteRow>> ListAsync(NoteFilter filter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return db.QueryAsync<NoteRow>(
            NotesSql,
            new { organisation = filter.Recycler?.Value, holder = filter.Holder?.Value, number = filter.Number, state = filter.State?.ToString(), after = filter.After, limit = filter.Limit },
            ct);
    }

    private const string StepsSql = """
        select h.step_no::int as step_no, h.from_state, h.to_state, p.name as person, h.reason, h.at from evidence_history h left join people p using (person_id) where h.note_id = @note order by h.step_no limit 20
        """;

    // A batch's outputs say how much of it was confirmed; a confirmation by parts stands in confirmed_grams where treatment keeps it.
    private const string PartsSql = """
        select b.number as batch, b.batch_id, l.channel as lot_channel, c.number as container, l.weighed_in_on, p.grams, b.input_grams as batch_grams,
               coalesce(x.reused, 0)::bigint as reused_grams, coalesce(x.recycled, 0)::bigint as recycled_grams, coalesce(x.recovered, 0)::bigint as recovered_grams, coalesce(x.disposed, 0)::bigint as disposed_grams,
               p.ended_at is null as is_live
          from evidence_parts p
          join batch_inputs i using (batch_input_id)
          join site_lots l using (site_lot_id)
          join batches b on b.batch_id = p.batch_id
          left join containers c on c.container_id = l.container_id
          left join lateral (
               select sum(o.grams) filter (where o.result = 'Reused') as reused, sum(o.grams) filter (where o.result = 'Recycled') as recycled,
                      sum(o.grams) filter (where o.result = 'Recovered') as recovered, sum(o.grams) filter (where o.result = 'Disposed') as disposed
                 from (select result, coalesce((to_jsonb(t) ->> 'confirmed_grams')::bigint, case when t.state = 'Confirmed' then t.grams else 0 end) as grams
                         from batch_outputs t where t.batch_id = b.batch_id and t.state <> 'Cancelled') o) x on true
         where p.note_id = @note
         order by b.number, p.batch_input_id
         limit 2000
        """;

    private const string TransfersSql = """
        select t.transfer_no, t.evidence_transfer_id, t.note_id, n.number, b.category, b.year, b.payer, t.from_id, f.name_kk as from_kk, f.name_ru as from_ru, t.to_id, o.name_kk as to_kk, o.name_ru as to_ru, t.grams, t.state, t.note,
               t.offered_at, t.answered_at
          from evidence_transfers t
          join evidence_notes n using (note_id)
          join waste_balances b using (balance_id)
          left join organisations f on f.organisation_id = t.from_id
          left join organisations o on o.organisation_id = t.to_id
         where (@note::uuid is null or t.note_id = @note) and (@holder::uuid is null or t.from_id = @holder or t.to_id = @holder)
         order by t.transfer_no desc
         limit 500
        """;

    private const string HoldingsSql = """
        select h.holder_id, o.name_kk as holder_kk, o.name_ru as holder_ru, a.balance as grams
          from evidence_holdings h join ledger.accounts a using (account_id) left join organisations o on o.organisation_id = h.holder_id
         where h.note_id = @note order by h.holding_id limit 500
        """;

    /// <summary>None: no such note, or not this organisation's to see.</summary>
    public async Task<NoteDetails?> FindAsync(NoteFilter filter, CancellationToken ct)
    {
        if (await ListAsync(filter with { Limit = 1 }, ct) is not [var note])
        {
            return null;
        }

        var parameters = new { note = note.NoteId, holder = filter.Holder?.Value };
        return new NoteDetails(
            note, await db.QueryAsync<NoteStep>(StepsSql, parameters, ct), await db.QueryAsync<NotePart>(PartsSql, parameters, ct), await db.QueryAsync<NoteTransfer>(TransfersSql, parameters, ct),
            await db.QueryAsync<NoteHolding>(HoldingsSql, parameters, ct));
    }

    public Task<IReadOnlyList<NoteTransfer>> TransfersAsync(OrganisationId holder, CancellationToken ct) => db.QueryAsync<NoteTransfer>(TransfersSql, new { note = (Guid?)null, holder = (Guid?)holder.Value }, ct);

    private const string HeldSql = """
        select e.number, e.category, e.year, e.payer, e.discharges, e.grams from evidence_held_now e
         where e.holder_id is not distinct from @holder order by e.year desc, e.category, e.number limit 2000
        """;

    public Task<IReadOnlyList<HeldRow>> HeldAsync(OrganisationId? holder, CancellationToken ct) => db.QueryAsync<HeldRow>(HeldSql, new { holder = holder?.Value }, ct);

    // From a note back to the counter: its batches' lots, the lots of containers they came in, and what was handed in there.
    private const string SourcesSql = """
        with lots as (
            select distinct i.site_lot_id from evidence_parts p join batch_inputs i using (batch_input_id) where p.note_id = @note
        ), stock as (
            select distinct x.from_id as lot_id from lots l join trace_links x on x.to_type = 'site_lot' and x.to_id = l.site_lot_id and x.from_type = 'stock_lot' and x.ended_at is null
        )
        select case d.channel when 'WalkIn' then 'WalkIn' else 'DropOff' end as kind, c.number, (a.accepted_at at time zone 'Asia/Almaty')::date as day, o.name_kk as point_kk, o.name_ru as point_ru, t.unu_key, x.grams
          from stock s
          join trace_links x on x.to_type = 'stock_lot' and x.to_id = s.lot_id and x.ended_at is null
          join intake_items i on i.item_id = x.from_id and i.lot_id = s.lot_id and i.undone_at is null
          join intakes a using (intake_id)
          join drop_off_items t on t.item_id = i.item_id
          join drop_offs d on d.drop_off_id = t.drop_off_id
          join collection_points o on o.point_id = d.point_id
          join stock_lots l on l.lot_id = s.lot_id
          join containers c on c.container_id = l.container_id
         order by a.accepted_at, x.trace_link_id
         limit 1000
        """;

    /// <summary>What was handed in at counters and went into the lots behind a note; nobody is named.</summary>
    public Task<IReadOnlyList<NoteSource>> SourcesAsync(Guid note, CancellationToken ct) => db.QueryAsync<NoteSource>(SourcesSql, new { note }, ct);

    private const string SystemsSql = """
        select slug, name_kk, name_ru from organisations where activities && array['importer', 'producer'] order by name_ru, organisation_id limit 2000
        """;

    /// <summary>Who may hold evidence beside the operator.</summary>
    public Task<IReadOnlyList<HolderChoice>> HoldersAsync(CancellationToken ct) => db.QueryAsync<HolderChoice>(SystemsSql, null, ct);
}

/// <param name="Recycler">Only this recycler's notes.</param>
/// <param name="Holder">Only approved or void notes that this organisation holds or held.</param>
public sealed record NoteFilter(OrganisationId? Recycler = null, OrganisationId? Holder = null, string? Number = null, EvidenceState? State = null, Guid? After = null, int Limit = 51);

/// <param name="Discharges">It counts for an obligation of the holder's own.</param>
public sealed record HeldRow(string Number, string Category, int Year, string Payer, bool Discharges, long Grams);

public sealed record HolderChoice(string Slug, string NameKk, string NameRu)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

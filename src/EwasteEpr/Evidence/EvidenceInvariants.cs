using EwasteEpr.Kernel;

namespace EwasteEpr.Evidence;

/// <summary>What always holds between treated grams, balances, notes, holders and payers.</summary>
public static class EvidenceInvariants
{
    private const string TreatedSql = """
        select count(*) as rows_checked,
               (select format('input %s of batch %s has %s g and %s g of it may be evidenced', g.batch_input_id, b.number, i.grams, g.credited)
                  from (select batch_input_id, batch_id, sum(credited_grams) as credited from evidence_grams group by batch_input_id, batch_id) g
                  join batch_inputs i using (batch_input_id) join batches b on b.batch_id = g.batch_id join site_lots l using (site_lot_id)
                 where (b.state = 'Closed' and g.credited <> i.grams) or (b.state <> 'Closed' and g.credited not in (0, i.grams)) or i.batch_id <> g.batch_id
                    or (g.credited > 0 and (l.basis <> 'Verified' or l.channel = 'Opening'))
                 order by g.batch_input_id limit 1) as first_broken
          from evidence_grams
        """;

    private const string ClaimedSql = """
        select count(*) as rows_checked,
               (select format('input %s has %s g of %s claimed, live notes stand on %s', g.batch_input_id, g.claimed_grams, g.credited_grams, coalesce(p.grams, 0))
                  from evidence_grams g
                  left join lateral (select sum(p.grams) as grams from evidence_parts p where p.batch_input_id = g.batch_input_id and p.balance_id = g.balance_id and p.ended_at is null) p on true
                 where g.claimed_grams <> coalesce(p.grams, 0) or g.claimed_grams > g.credited_grams
                 order by g.batch_input_id limit 1) as first_broken
          from evidence_grams
        """;

    private const string FiguresSql = """
        with compared as (
            select f.balance_id, f.total_grams, f.available_grams, coalesce(g.grams, 0) as credited, coalesce(n.live, 0) as live, coalesce(n.approved, 0) as approved
              from waste_balance_figures f
              left join (select balance_id, sum(credited_grams) as grams from evidence_grams group by balance_id) g using (balance_id)
              left join (select balance_id, sum(grams) filter (where state in ('Submitted', 'Approved')) as live, sum(grams) filter (where state = 'Approved') as approved from evidence_notes group by balance_id) n using (balance_id)
        )
        select count(*) as rows_checked,
               (select format('balance %s shows %s total and %s available; %s credited, %s in live notes, %s approved', balance_id, total_grams, available_grams, credited, live, approved)
                  from compared where total_grams <> credited - approved or available_grams <> credited - live or available_grams > total_grams
                 order by balance_id limit 1) as first_broken
          from compared
        """;

    private const string PartsSql = """
        select count(*) as rows_checked,
               (select format('note %s of %s g is %s and stands on %s g of batches, its links say %s', n.number, n.grams, n.state, coalesce(p.grams, 0), coalesce(x.grams, 0))
                  from evidence_notes n
                  left join lateral (select sum(grams) as grams from evidence_parts where note_id = n.note_id and ended_at is null) p on true
                  left join lateral (select sum(grams) as grams from trace_links where to_type = 'evidence' and to_id = n.note_id and from_type = 'batch' and ended_at is null) x on true
                 where (coalesce(p.grams, 0), coalesce(x.grams, 0)) is distinct from (case when n.state in ('Submitted', 'Approved') then n.grams else 0 end, case when n.state in ('Submitted', 'Approved') then n.grams else 0 end)
                 order by n.number limit 1) as first_broken
          from evidence_notes
        """;

    private const string HistorySql = """
        select count(*) as rows_checked,
               (select format('note %s is %s and its history ends with %s', n.number, n.state, coalesce(h.to_state, 'nothing'))
                  from evidence_notes n
                  left join lateral (select to_state from evidence_history where note_id = n.note_id order by step_no desc limit 1) h on true
                 where h.to_state is distinct from n.state
                    or exists (select from (select from_state, lag(to_state, 1, '') over (order by step_no) as before from evidence_history where note_id = n.note_id) s where s.from_state <> s.before)
                 order by n.number limit 1) as first_broken
          from evidence_notes
        """;

    private const string PeopleSql = """
        select count(*) as rows_checked,
               (select format('note %s was approved by who prepared or submitted it', number) from evidence_notes where approved_by is not null and (approved_by is not distinct from prepared_by or approved_by is not distinct from submitted_by)
                 order by number limit 1) as first_broken
          from evidence_notes where approved_by is not null
        """;

    private const string CodesSql = """
        select count(*) as rows_checked,
               (select format('code %s leads to note %s, which says code %s', coalesce(v.code, '-'), coalesce(n.number, '-'), coalesce(n.code, '-'))
                  from (select * from evidence_notes where state in ('Approved', 'Void')) n
                  full join (select code, document_id from verification_codes where kind = 'Evidence') v on v.document_id = n.note_id
                 where v.code is distinct from n.code order by coalesce(n.number, v.code) limit 1) as first_broken
          from evidence_notes where code is not null
        """;

    private const string HeldSql = """
        select count(*) as rows_checked,
               (select format('note %s of %s g is %s; its holders have %s g and %s g are on the way', n.number, n.grams, n.state, coalesce(h.grams, 0), coalesce(t.grams, 0))
                  from evidence_notes n
                  left join lateral (select sum(a.balance) as grams from evidence_holdings h join ledger.accounts a using (account_id) where h.note_id = n.note_id) h on true
                  left join lateral (select sum(grams) as grams from evidence_transfers where note_id = n.note_id and state = 'Offered') t on true
                 where coalesce(h.grams, 0) + coalesce(t.grams, 0) <> case when n.state = 'Approved' then n.grams else 0 end
                 order by n.number limit 1) as first_broken
          from evidence_notes
        """;

    private const string PayerSql = """
        select count(*) as rows_checked,
               (select format('note %s of grams paid by %s went to %s', n.number, b.payer, coalesce(n.recipient_id::text, 'the fund'))
                  from evidence_notes n join waste_balances b using (balance_id)
                 where n.payer <> b.payer or (b.payer = 'FeeFund' and (n.recipient_id is not null or exists (select from evidence_holdings h where h.note_id = n.note_id and h.holder_id is not null)))
                    or (b.payer = 'OwnSystem' and n.recipient_id is distinct from b.own_system_id)
                 order by n.number limit 1) as first_broken
          from evidence_notes
        """;

    private const string OneGramSql = """
        with sites as (
            select category, sum(received_grams) as grams from site_lots group by category
        ), payers as (
            select category, sum(grams) as grams, min(grams) as least from gram_payers group by category
        ), parts as (
            select c.number, c.grams, coalesce(sum(p.grams), 0) as parts from payer_changes c left join payer_change_parts p using (payer_change_id) where c.state = 'Approved' group by c.payer_change_id
        )
        select (select count(*) from site_lots) as rows_checked,
               coalesce((select format('category %s: %s g received, payers add up to %s g, the least of them %s g', s.category, s.grams, coalesce(p.grams, 0), p.least)
                           from sites s left join payers p using (category) where s.grams <> coalesce(p.grams, 0) or p.least < 0 order by s.category limit 1),
                        (select format('reimbursement %s is for %s g and moved %s g', number, grams, parts) from parts where grams <> parts order by number limit 1)) as first_broken
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("Evidence may be claimed for exactly the verified input of closed batches", TreatedSql),
        new("Each gram is claimed once", ClaimedSql),
        new("Each waste balance equals what was credited less its notes, and no more is available than there is", FiguresSql),
        new("Each live note stands on batches, to the gram", PartsSql),
        new("Each note is what its history says", HistorySql),
        new("Two people stand behind each approved note", PeopleSql),
        new("Each code of evidence leads to its note", CodesSql),
        new("Each approved note is in somebody's hands, once", HeldSql),
        new("Evidence goes to who paid for its grams", PayerSql),
        new("One gram, one payer", OneGramSql),
    ];
}

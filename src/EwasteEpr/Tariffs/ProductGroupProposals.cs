using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>The national list of products: one person enters rows, another publishes them. Lines that were priced keep their prices.</summary>
public sealed class ProductGroupProposals(Db db)
{
    private const string ListSql = """
        select p.group_code, p.hs_prefix, lower(p.valid) as valid_from, upper(p.valid) as valid_until, g.name_kk, g.name_ru, g.name_en, g.act
          from product_group_prefixes p join product_groups g using (group_code)
         order by p.group_code, p.hs_prefix, lower(p.valid) limit 20000
        """;

    public Task<IReadOnlyList<ProductGroupListed>> ListAsync(CancellationToken ct) => db.QueryAsync<ProductGroupListed>(ListSql, null, ct);

    private const string WaitingSql = """
        select product_group_proposal_id, proposed_by, name as proposer, proposed_at
          from product_group_proposals left join people on person_id = proposed_by where state = 'Proposed'
         order by proposed_at, product_group_proposal_id limit 100
        """;

    // What each row would do is told before it is done.
    private const string WaitingRowsSql = """
        select r.product_group_proposal_id, r.row_no, r.group_code, r.hs_prefix, lower(r.valid) as valid_from, upper(r.valid) as valid_until, r.name_kk, r.name_ru, r.name_en, r.act,
               (select string_agg(o.group_code, ', ' order by lower(o.valid)) from product_group_prefixes o where o.hs_prefix = r.hs_prefix and o.valid && r.valid) as replaces
          from product_group_proposals p join product_group_proposal_rows r using (product_group_proposal_id)
         where p.state = 'Proposed' order by r.product_group_proposal_id, r.row_no limit 20000
        """;

    public async Task<IReadOnlyList<ProductGroupProposal>> WaitingAsync(CancellationToken ct)
    {
        var rows = (await db.QueryAsync<ProductGroupWaiting>(WaitingRowsSql, null, ct)).ToLookup(row => row.ProductGroupProposalId);
        return [.. (await db.QueryAsync<ProposalHead>(WaitingSql, null, ct)).Select(head => new ProductGroupProposal(head.ProductGroupProposalId, head.ProposedBy, head.Proposer, head.ProposedAt, [.. rows[head.ProductGroupProposalId]]))];
    }

    private const string ProposeSql = """
        with proposal as (
            insert into product_group_proposals (product_group_proposal_id, proposed_by) values (@id, @person) returning product_group_proposal_id
        )
        insert into product_group_proposal_rows (product_group_proposal_id, row_no, group_code, name_kk, name_ru, name_en, act, hs_prefix, valid)
        select product_group_proposal_id, row_no, code, kk, ru, en, act, prefix, daterange(valid_from, valid_until)
          from proposal, unnest(@codes, @kk, @ru, @en, @acts, @prefixes, @from::date[], @until::date[]) with ordinality as given (code, kk, ru, en, act, prefix, valid_from, valid_until, row_no)
        """;

    /// <param name="rows">Read by <see cref="ProductGroupFile"/>: no two of one prefix on the same day.</param>
    public async Task<Guid> ProposeAsync(IReadOnlyList<ProductGroupDraftRow> rows, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var id = Guid.CreateVersion7();
        var parameters = new
        {
            id,
            person = TwoPeople.Person(actor),
            codes = rows.Select(row => row.GroupCode).ToArray(),
            kk = rows.Select(row => row.Name.Kk).ToArray(),
            ru = rows.Select(row => row.Name.Ru).ToArray(),
            en = rows.Select(row => row.Name.En).ToArray(),
            acts = rows.Select(row => row.Act).ToArray(),
            prefixes = rows.Select(row => row.Prefix.ToString()).ToArray(),
            from = rows.Select(row => row.Valid.From).ToArray(),
            until = rows.Select(row => row.Valid.Until).ToArray(),
        };
        await Decision.ProposeAsync(db, new(ProposeSql, parameters), new AuditEntry("product_groups.proposed", "product_groups", id.ToString()).With(new { rows = rows.Count }), actor, ct);
        return id;
    }

    // The claim is the first statement: what follows sees its mark, and a second publisher finds nothing to claim.
    private const string PublishSql = """
        update product_group_proposals set state = 'Published', decided_by = @person, decided_at = app.now()
         where product_group_proposal_id = @id and state = 'Proposed' and proposed_by <> @person;
        insert into product_groups (group_code, name_kk, name_ru, name_en, act)
        select distinct on (r.group_code) r.group_code, r.name_kk, r.name_ru, r.name_en, r.act
          from product_group_proposals p join product_group_proposal_rows r using (product_group_proposal_id)
         where p.product_group_proposal_id = @id and p.decided_by = @person and p.decided_at = app.now()
         order by r.group_code, r.row_no desc
            on conflict (group_code) do update set name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en, act = excluded.act;
        delete from product_group_prefixes o
         using product_group_proposals p join product_group_proposal_rows r using (product_group_proposal_id)
         where p.product_group_proposal_id = @id and p.decided_by = @person and p.decided_at = app.now()
           and o.hs_prefix = r.hs_prefix and o.valid && r.valid and lower(o.valid) >= lower(r.valid);
        update product_group_prefixes o set valid = daterange(lower(o.valid), (
                   select min(lower(r.valid)) from product_group_proposal_rows r where r.product_group_proposal_id = @id and r.hs_prefix = o.hs_prefix and r.valid && o.valid))
          from product_group_proposals p
         where p.product_group_proposal_id = @id and p.decided_by = @person and p.decided_at = app.now()
           and exists (select from product_group_proposal_rows r where r.product_group_proposal_id = @id and r.hs_prefix = o.hs_prefix and r.valid && o.valid);
        insert into product_group_prefixes (group_code, hs_prefix, valid)
        select r.group_code, r.hs_prefix, r.valid
          from product_group_proposals p join product_group_proposal_rows r using (product_group_proposal_id)
         where p.product_group_proposal_id = @id and p.decided_by = @person and p.decided_at = app.now();
        update product_group_proposals set decided_at = decided_at
         where product_group_proposal_id = @id and state = 'Published' and decided_by = @person and decided_at = app.now()
        returning product_group_proposal_id;
        """;

    public Task<DecideOutcome> PublishAsync(Guid id, Actor actor, CancellationToken ct) =>
        Decision.TakeAsync(db, new(PublishSql, WhySql, id), new AuditEntry("product_groups.published", "product_groups", id.ToString()), actor, ct);

    private const string WithdrawSql = """
        update product_group_proposals set state = 'Withdrawn', decided_by = @person, decided_at = app.now()
         where product_group_proposal_id = @id and state = 'Proposed' returning product_group_proposal_id
        """;

    public Task<DecideOutcome> WithdrawAsync(Guid id, Actor actor, CancellationToken ct) =>
        Decision.TakeAsync(db, new(WithdrawSql, WhySql, id), new AuditEntry("product_groups.withdrawn", "product_groups", id.ToString()), actor, ct);

    private const string WhySql = "select state from product_group_proposals where product_group_proposal_id = @id";

    private sealed record ProposalHead(Guid ProductGroupProposalId, Guid ProposedBy, string? Proposer, DateTimeOffset ProposedAt);
}

public sealed record ProductGroupDraftRow(string GroupCode, HsCode Prefix, DateRange Valid, LocalText Name, string Act);

public sealed record ProductGroupListed(string GroupCode, string HsPrefix, DateOnly ValidFrom, DateOnly? ValidUntil, string NameKk, string NameRu, string NameEn, string Act)
{
    public DateOnly? LastDay => ValidUntil?.AddDays(-1);

    public LocalText Name => new(NameKk, NameRu, NameEn);
}

/// <param name="Replaces">Groups whose ranges of this prefix end or go; none: the prefix is new on these days.</param>
public sealed record ProductGroupWaiting(
    Guid ProductGroupProposalId, int RowNo, string GroupCode, string HsPrefix, DateOnly ValidFrom, DateOnly? ValidUntil, string NameKk, string NameRu, string NameEn, string Act, string? Replaces)
{
    public DateOnly? LastDay => ValidUntil?.AddDays(-1);

    public LocalText Name => new(NameKk, NameRu, NameEn);
}

public sealed record ProductGroupProposal(Guid Id, Guid ProposedBy, string? Proposer, DateTimeOffset ProposedAt, IReadOnlyList<ProductGroupWaiting> Rows);

using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Statements;

/// <summary>Statements of account (акт сверки): what an organisation and the fund owed each other over some days, from the ledger alone.</summary>
public sealed class StatementService(Db db)
{
    // All accounts of the organisation are one side. A transfer between two of them changes nothing between it and the fund.
    private const string MovesCte = """
        with mine as (
            select account_id, purpose from ledger.accounts
             where owner_id = @organisation and unit = 'KZT' and purpose in ('receivable', 'unallocated_receipts', 'credit', 'refunds_payable', 'disputed')
        ), moves as (
            select t.source_id, t.kind, t.transfer_id, t.amount as tiyn from ledger.transfers t
             where t.credit_account_id in (select account_id from mine) and t.debit_account_id not in (select account_id from mine)
            union all
            select t.source_id, t.kind, t.transfer_id, -t.amount from ledger.transfers t
             where t.debit_account_id in (select account_id from mine) and t.credit_account_id not in (select account_id from mine)
        ), dated as (
            select m.kind, m.transfer_id, m.tiyn, f.business_on, f.document, f.recorded_at from moves m join payment_facts f on f.fact_id = m.source_id
        )
        """;

    private const string BalancesSql = MovesCte + """

        select coalesce(sum(tiyn) filter (where business_on < @from), 0)::bigint as opening_tiyn,
               coalesce(sum(-tiyn) filter (where tiyn < 0 and business_on >= @from and business_on < @until), 0)::bigint as debit_tiyn,
               coalesce(sum(tiyn) filter (where tiyn > 0 and business_on >= @from and business_on < @until), 0)::bigint as credit_tiyn
          from dated
        """;

    private const string EntriesSql = MovesCte + """

        select business_on, kind, document, tiyn, recorded_at
          from dated
         where business_on >= @from and business_on < @until
         order by business_on, transfer_id
         limit 100000
        """;

    /// <param name="days">Half-open; without an end, up to now.</param>
    public async Task<Statement> GetAsync(OrganisationId organisation, DateRange days, CancellationToken ct)
    {
        var parameters = new { organisation, from = days.From, until = days.Until ?? DateOnly.MaxValue };
        var sums = await db.QuerySingleAsync<SumRow>(BalancesSql, parameters, ct);
        return new Statement(organisation, days, sums.OpeningTiyn, await db.QueryAsync<StatementEntry>(EntriesSql, parameters, ct), sums.DebitTiyn, sums.CreditTiyn);
    }

    private const string TotalSql = """
        select purpose, sum(balance)::bigint as tiyn
          from ledger.balances
         where owner_id = @organisation and purpose in ('receivable', 'unallocated_receipts', 'credit', 'refunds_payable', 'disputed')
         group by purpose
        having sum(balance) <> 0
         order by purpose
         limit 10
        """;

    /// <summary>What the ledger says today, by what it is; a statement up to now closes with the sum.</summary>
    public Task<IReadOnlyList<PositionPart>> PositionAsync(OrganisationId organisation, CancellationToken ct) =>
        db.QueryAsync<PositionPart>(TotalSql, new { organisation }, ct);

    private const string AllSql = """
        with accounts as (
            select account_id, owner_id from ledger.accounts
             where owner_id is not null and unit = 'KZT' and purpose in ('receivable', 'unallocated_receipts', 'credit', 'refunds_payable', 'disputed')
        ), moves as (
            select c.owner_id, t.source_id, t.amount as tiyn from ledger.transfers t join accounts c on c.account_id = t.credit_account_id
              left join accounts d on d.account_id = t.debit_account_id where d.owner_id is distinct from c.owner_id
            union all
            select d.owner_id, t.source_id, -t.amount from ledger.transfers t join accounts d on d.account_id = t.debit_account_id
              left join accounts c on c.account_id = t.credit_account_id where c.owner_id is distinct from d.owner_id
        )
        select m.owner_id as organisation_id, o.slug, o.name_kk, o.name_ru, o.bin,
               coalesce(sum(m.tiyn) filter (where f.business_on < @from), 0)::bigint as opening_tiyn,
               coalesce(sum(-m.tiyn) filter (where m.tiyn < 0 and f.business_on >= @from and f.business_on < @until), 0)::bigint as debit_tiyn,
               coalesce(sum(m.tiyn) filter (where m.tiyn > 0 and f.business_on >= @from and f.business_on < @until), 0)::bigint as credit_tiyn
          from moves m
          join payment_facts f on f.fact_id = m.source_id
          join organisations o on o.organisation_id = m.owner_id
         where f.business_on < @until
         group by m.owner_id, o.slug, o.name_kk, o.name_ru, o.bin
         order by m.owner_id
         limit 1000000
        """;

    /// <summary>Opening, turnover and closing of every organisation, in one pass over the ledger.</summary>
    public Task<IReadOnlyList<OrganisationTurnover>> AllAsync(DateRange days, CancellationToken ct) =>
        db.QueryAsync<OrganisationTurnover>(AllSql, new { from = days.From, until = days.Until ?? DateOnly.MaxValue }, ct);

    private sealed record SumRow(long OpeningTiyn, long DebitTiyn, long CreditTiyn);
}

/// <summary>Positive balances are owed by the fund, negative ones by the organisation.</summary>
public sealed record Statement(OrganisationId OrganisationId, DateRange Days, long OpeningTiyn, IReadOnlyList<StatementEntry> Entries, long DebitTiyn, long CreditTiyn)
{
    public long ClosingTiyn => OpeningTiyn - DebitTiyn + CreditTiyn;
}

/// <param name="Kind">A row of <c>ledger.kinds</c>.</param>
/// <param name="Tiyn">Negative: the organisation owes more (debit); positive: less (credit).</param>
public sealed record StatementEntry(DateOnly BusinessOn, string Kind, string Document, long Tiyn, DateTimeOffset RecordedAt);

public sealed record PositionPart(string Purpose, long Tiyn);

public sealed record OrganisationTurnover(Guid OrganisationId, string Slug, string NameKk, string NameRu, string? Bin, long OpeningTiyn, long DebitTiyn, long CreditTiyn)
{
    public long ClosingTiyn => OpeningTiyn - DebitTiyn + CreditTiyn;
}

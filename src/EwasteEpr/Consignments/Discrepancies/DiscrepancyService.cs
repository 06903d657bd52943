using EwasteEpr.Audit;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.Discrepancies;

/// <summary>Both sides say what happened; the operator decides.</summary>
public sealed class DiscrepancyService(Db db)
{
    private const string ExplainSql = """
        update consignment_discrepancies d
           set sender_words = case when c.from_organisation_id = @organisation then @words else d.sender_words end,
               sender_by = case when c.from_organisation_id = @organisation then @person else d.sender_by end,
               sender_at = case when c.from_organisation_id = @organisation then app.now() else d.sender_at end,
               receiver_words = case when c.to_organisation_id = @organisation then @words else d.receiver_words end,
               receiver_by = case when c.to_organisation_id = @organisation then @person else d.receiver_by end,
               receiver_at = case when c.to_organisation_id = @organisation then app.now() else d.receiver_at end
          from consignments c
         where d.number = @number and d.state = 'Open' and c.consignment_id = d.consignment_id and @organisation in (c.from_organisation_id, c.to_organisation_id)
        returning d.number
        """;

    /// <returns>False where it is not theirs, or decided.</returns>
    public Task<bool> ExplainAsync(string number, OrganisationId organisation, string words, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<string>(ExplainSql, new { number, organisation, words, person = actor.UserId }, ct) is null)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("discrepancy.explained", "discrepancy", number), actor, ct);
            return true;
        }, ct);
    }

    // The consignment first, as the scale does.
    private const string LockSql = "select c.consignment_id from consignments c where c.consignment_id = (select d.consignment_id from consignment_discrepancies d where d.number = @number) for update of c";

    private const string DecideSql = """
        update consignment_discrepancies set state = 'Resolved', decision = @decision, pays = @pays, decided_by = @person, decided_at = app.now()
         where number = @number and state = 'Open'
        returning kind
        """;

    /// <param name="pays">The operator lets payment through.</param>
    public Task<bool> DecideAsync(string number, string decision, bool pays, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(LockSql, new { number }, ct) is not { } consignment
                || await transaction.QuerySingleOrDefaultAsync<string>(DecideSql, new { number, decision, pays, person = actor.UserId }, ct) is null)
            {
                return false;
            }

            await CustodyEnd.SettleAsync(transaction, consignment, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("discrepancy.decided", "discrepancy", number).With(new { pays }), actor, ct);
            return true;
        }, ct);
    }

    private const string ListSql = """
        select d.number, d.kind, c.number as consignment, b.number as container, s.name_kk as from_kk, s.name_ru as from_ru, r.name_kk as to_kk, r.name_ru as to_ru, c.from_organisation_id, c.to_organisation_id,
               d.sent_grams, d.weighed_grams, d.gap_grams, d.allowed_grams, d.expected_items, d.counted_items, d.blocks_payment, d.state, d.sender_words, d.sender_at, d.receiver_words, d.receiver_at, d.decision, d.pays, d.decided_at, d.opened_at
          from consignment_discrepancies d
          join consignments c on c.consignment_id = d.consignment_id
          join organisations s on s.organisation_id = c.from_organisation_id
          join organisations r on r.organisation_id = c.to_organisation_id
          left join containers b on b.container_id = d.container_id
        """;

    private const string OpenSql = ListSql + " where (@state::text is null or d.state = @state) and (@before::text is null or d.number < @before) order by d.number desc limit @limit";

    /// <summary>Of everybody, for the operator.</summary>
    public Task<IReadOnlyList<DiscrepancyRow>> ListAsync(string? state, string? before, int limit, CancellationToken ct) => db.QueryAsync<DiscrepancyRow>(OpenSql, new { state, before, limit }, ct);

    private const string OneSql = ListSql + " where d.number = @number";

    public Task<DiscrepancyRow?> FindAsync(string number, CancellationToken ct) => db.QuerySingleOrDefaultAsync<DiscrepancyRow>(OneSql, new { number }, ct);

    private const string OfConsignmentSql = ListSql + " where c.consignment_id = @id order by d.opened_at, d.discrepancy_id limit 200";

    public Task<IReadOnlyList<DiscrepancyRow>> OfConsignmentAsync(Guid id, CancellationToken ct) => db.QueryAsync<DiscrepancyRow>(OfConsignmentSql, new { id }, ct);
}

public sealed record DiscrepancyRow(
    string Number, string Kind, string Consignment, string? Container, string FromKk, string FromRu, string ToKk, string ToRu, Guid FromOrganisationId, Guid ToOrganisationId,
    long SentGrams, long WeighedGrams, long GapGrams, long AllowedGrams, int? ExpectedItems, int? CountedItems, bool BlocksPayment, string State,
    string? SenderWords, DateTimeOffset? SenderAt, string? ReceiverWords, DateTimeOffset? ReceiverAt, string? Decision, bool? Pays, DateTimeOffset? DecidedAt, DateTimeOffset OpenedAt)
{
    public string From(string language) => language == "kk" ? FromKk : FromRu;

    public string To(string language) => language == "kk" ? ToKk : ToRu;
}

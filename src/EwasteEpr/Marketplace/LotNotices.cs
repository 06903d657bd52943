using EwasteEpr.Kernel;
using EwasteEpr.Messages;

namespace EwasteEpr.Marketplace;

/// <summary>Who is to be told of a lot: the row is the queue, the web writes the sentences.</summary>
public sealed class LotNotices(Db db, Outbox outbox)
{
    private const string ClaimSql = """
        with next as (
            select market_lot_id, organisation_id, event from market_notices where told_at is null order by made_at, market_lot_id, organisation_id limit 1 for update skip locked
        ), told as (
            update market_notices n set told_at = app.now() from next x where (n.market_lot_id, n.organisation_id, n.event) = (x.market_lot_id, x.organisation_id, x.event)
            returning n.market_lot_id, n.organisation_id, n.event
        )
        select t.event, t.organisation_id, o.slug, o.name_kk, o.name_ru, o.contact_email, l.number, l.category, l.declared_grams, p.settlement_kk || ', ' || p.name_kk as place_kk, p.settlement_ru || ', ' || p.name_ru as place_ru,
               l.closes_at, a.protest_until
          from told t join market_lots l using (market_lot_id) join organisations o using (organisation_id) join collection_points p on p.point_id = l.point_id
          left join market_awards a on a.market_lot_id = l.market_lot_id and a.state not in ('Proposed', 'Defaulted', 'Cancelled')
        """;

    private const string ReadersSql = """
        select p.email, p.language
          from memberships m join people p using (person_id)
         where m.organisation_id = @organisation and m.roles && array['signatory', 'preparer', 'owner']
         order by p.email
         limit 50
        """;

    /// <returns>How many organisations were told.</returns>
    public async Task<int> SendAsync(Func<LotNotice, NoticeReader, Letter> write, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(write);
        var told = 0;
        while (await SendNextAsync(write, ct))
        {
            told++;
        }

        return told;
    }

    private Task<bool> SendNextAsync(Func<LotNotice, NoticeReader, Letter> write, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<LotNotice>(ClaimSql, null, ct) is not { } notice)
            {
                return false;
            }

            var readers = await transaction.QueryAsync<NoticeReader>(ReadersSql, new { organisation = notice.OrganisationId }, ct);
            foreach (var reader in readers.Count > 0 ? readers : [new NoticeReader(notice.ContactEmail, "kk")])
            {
                await outbox.WriteAsync(transaction, write(notice, reader), ct);
            }

            return true;
        },
        ct);
}

/// <param name="Event">Offered, Awarded, NotAwarded, Explain, Settled.</param>
public sealed record LotNotice(
    string Event, Guid OrganisationId, string Slug, string NameKk, string NameRu, string ContactEmail, string Number, string Category, long DeclaredGrams, string PlaceKk, string PlaceRu, DateTimeOffset ClosesAt,
    DateTimeOffset? ProtestUntil);

public sealed record NoticeReader(string Email, string Language);

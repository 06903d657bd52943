using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;

namespace EwasteEpr.Deadlines;

/// <summary>Addresses of calendar feeds: made, shown once, replaced, closed. An address opens only while its person is a member.</summary>
public sealed class FeedService(Db db)
{
    private const string FindSql = """
        select created_at, last_read_at from deadline_feeds where person_id = @person and organisation_id = @organisation and revoked_at is null
        """;

    public Task<FeedState?> FindAsync(PersonId person, OrganisationId organisation, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<FeedState>(FindSql, new { person, organisation }, ct);

    private const string CloseSql = "update deadline_feeds set revoked_at = app.now() where person_id = @person and organisation_id = @organisation and revoked_at is null";

    private const string OpenSql = "insert into deadline_feeds (person_id, organisation_id, token_hash) values (@person, @organisation, @hash) on conflict do nothing";

    /// <summary>A new address; the one before it stops at once.</summary>
    /// <returns>The secret part, which nobody can be shown again; none when another tab was quicker.</returns>
    public Task<string?> OpenAsync(PersonId person, OrganisationId organisation, Actor actor, CancellationToken ct)
    {
        var token = SecretToken.New();
        return db.InTransactionAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(CloseSql, new { person, organisation }, ct);
                if (await transaction.ExecuteAsync(OpenSql, new { person, organisation, hash = SecretToken.Hash(token) }, ct) == 0)
                {
                    return null;
                }

                await AuditTrail.WriteAsync(transaction, new AuditEntry("deadline_feed.opened", "organisation", organisation.ToString()), actor, ct);
                return (string?)token;
            },
            ct);
    }

    /// <returns>False when there was none.</returns>
    public Task<bool> CloseAsync(PersonId person, OrganisationId organisation, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var isClosed = await transaction.ExecuteAsync(CloseSql, new { person, organisation }, ct) > 0;
            if (isClosed)
            {
                await AuditTrail.WriteAsync(transaction, new AuditEntry("deadline_feed.closed", "organisation", organisation.ToString()), actor, ct);
            }

            return isClosed;
        },
        ct);

    // Calendars fetch every few hours: the time of the last fetch is written once an hour at most.
    private const string ReadSql = """
        with feed as (
            select f.deadline_feed_id, f.organisation_id, o.name_kk, o.name_ru, f.last_read_at
              from deadline_feeds f
              join memberships m using (person_id, organisation_id)
              join organisations o using (organisation_id)
             where f.token_hash = @hash and f.revoked_at is null
               and m.roles && array['owner', 'preparer', 'signatory', 'accountant', 'viewer', 'developer']
        ), touched as (
            update deadline_feeds t set last_read_at = app.now() from feed
             where t.deadline_feed_id = feed.deadline_feed_id and (feed.last_read_at is null or feed.last_read_at < app.now() - interval '1 hour')
        )
        select organisation_id, name_kk, name_ru from feed
        """;

    public Task<FeedOwner?> ReadAsync(string token, CancellationToken ct) => db.QuerySingleOrDefaultAsync<FeedOwner>(ReadSql, new { hash = SecretToken.Hash(token) }, ct);
}

public sealed record FeedState(DateTimeOffset CreatedAt, DateTimeOffset? LastReadAt);

public sealed record FeedOwner(OrganisationId OrganisationId, string NameKk, string NameRu)
{
    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

using EwasteEpr.Kernel;
using EwasteEpr.Messages;

namespace EwasteEpr.Integrations;

/// <summary>Who keeps an organisation's programs hears once when we stop sending to one of them.</summary>
public sealed class FailureNotices(Db db, Outbox outbox)
{
    private const string ClaimSql = """
        with claimed as (
            update integrations.endpoints set is_notice_due = false
             where endpoint_id = (select endpoint_id from integrations.endpoints where is_notice_due order by endpoint_id limit 1 for update skip locked)
            returning endpoint_id, organisation_id, url, failing_since
        )
        select c.endpoint_id, c.organisation_id, c.url, coalesce(c.failing_since, app.now()) as failing_since, o.slug, o.name_kk, o.name_ru, o.contact_email
          from claimed c join organisations o using (organisation_id)
        """;

    private const string ReadersSql = """
        select p.email, p.language
          from memberships m join people p using (person_id)
         where m.organisation_id = @OrganisationId and m.roles && array['developer', 'owner']
         order by p.email
         limit 50
        """;

    /// <param name="write">The sentences, in the reader's language.</param>
    public async Task<int> SendAsync(Func<FailedEndpoint, NoticeReader, Letter> write, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(write);
        var told = 0;
        while (await SendNextAsync(write, ct))
        {
            told++;
        }

        return told;
    }

    private Task<bool> SendNextAsync(Func<FailedEndpoint, NoticeReader, Letter> write, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<FailedEndpoint>(ClaimSql, null, ct) is not { } failed)
            {
                return false;
            }

            var readers = await transaction.QueryAsync<NoticeReader>(ReadersSql, failed, ct);
            foreach (var reader in readers.Count > 0 ? readers : [new NoticeReader(failed.ContactEmail, "kk")])
            {
                await outbox.WriteAsync(transaction, write(failed, reader), ct);
            }

            return true;
        },
        ct);
}

public sealed record FailedEndpoint(Guid EndpointId, Guid OrganisationId, string Url, DateTimeOffset FailingSince, string Slug, string NameKk, string NameRu, string ContactEmail);

public sealed record NoticeReader(string Email, string Language);

using EwasteEpr.Kernel;
using EwasteEpr.Messages;

namespace EwasteEpr.Certification;

/// <summary>Letters about what happened to an application, an audit or a certification: each row of the history is told once, and what ends soon.</summary>
public sealed class CertificationNotices(Db db, Outbox outbox)
{
    private const string ClaimSql = """
        with claimed as (
            update certification_history set told_at = app.now()
             where history_id = (select history_id from certification_history where told_at is null order by place limit 1 for update skip locked)
            returning subject, subject_id, organisation_id, to_state, reason
        )
        select c.subject, c.to_state, c.reason, coalesce(a.number, u.number, t.number, '') as number, t.expires_on, o.name_kk, o.name_ru, o.slug, o.organisation_id, x.auditor_organisation_id as auditor_id, y.slug as auditor_slug
          from claimed c
          join organisations o using (organisation_id)
          left join certification_applications a on c.subject = 'Application' and a.application_id = c.subject_id
          left join audits u on c.subject = 'Audit' and u.audit_id = c.subject_id
          left join certifications t on c.subject = 'Certification' and t.certification_id = c.subject_id
          left join audit_assignments x on x.audit_id = u.audit_id and x.declined_at is null
          left join organisations y on y.organisation_id = x.auditor_organisation_id
        """;

    // Sixty days before the last day, and on the day itself.
    private const string ExpirySql = """
        with due as (
            select c.certification_id, k.kind from certifications c cross join (values ('Soon', 60), ('Over', 0)) k (kind, days)
             where c.state = 'Valid' and c.expires_on - k.days <= app.today() and c.expires_on > app.today() - 30
               and not exists (select from certifications n where n.organisation_id = c.organisation_id and n.kind = c.kind and n.expires_on > c.expires_on)
               and not exists (select from expiry_letters l where l.certification_id = c.certification_id and l.kind = k.kind)
             order by c.certification_id, k.kind limit 1
        ), told as (
            insert into expiry_letters (certification_id, kind) select certification_id, kind from due on conflict do nothing returning certification_id, kind
        )
        select 'Expiry' as subject, t.kind as to_state, null::text as reason, c.number, c.expires_on, o.name_kk, o.name_ru, o.slug, o.organisation_id, null::uuid as auditor_id, null::text as auditor_slug
          from told t join certifications c using (certification_id) join organisations o using (organisation_id)
        """;

    private const string ReadersSql = """
        select p.email, p.language from memberships m join people p using (person_id)
         where m.organisation_id = @organisation and m.roles && array['owner', 'preparer', 'signatory'] order by p.email limit 50
        """;

    /// <param name="write">The sentences, in the reader's language; none where nobody need hear of it.</param>
    public async Task<int> SendAsync(Func<CertificationNews, NewsReader, Letter?> write, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(write);
        var told = 0;
        foreach (var sql in new[] { ClaimSql, ExpirySql })
        {
            while (await SendNextAsync(sql, write, ct))
            {
                told++;
            }
        }

        return told;
    }

    private Task<bool> SendNextAsync(string sql, Func<CertificationNews, NewsReader, Letter?> write, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<CertificationNews>(sql, null, ct) is not { } news)
            {
                return false;
            }

            // An audit that was assigned is the auditor's news.
            var organisation = news is { Subject: "Audit", ToState: "Assigned", AuditorId: { } auditor } ? auditor : news.OrganisationId;
            foreach (var reader in await transaction.QueryAsync<NewsReader>(ReadersSql, new { organisation }, ct))
            {
                if (write(news, reader) is { } letter)
                {
                    await outbox.WriteAsync(transaction, letter, ct);
                }
            }

            return true;
        },
        ct);
}

/// <param name="Subject">Application, Audit, Certification or Expiry.</param>
public sealed record CertificationNews(string Subject, string ToState, string? Reason, string Number, DateOnly? ExpiresOn, string NameKk, string NameRu, string Slug, OrganisationId OrganisationId, OrganisationId? AuditorId, string? AuditorSlug);

public sealed record NewsReader(string Email, string Language);

using System.Security.Cryptography;
using EwasteEpr.Kernel;

namespace EwasteEpr.Messages;

/// <summary>Letters are rows first: written in the transaction of the fact they tell of, delivered by a sweep, tried again for a day.</summary>
public sealed class Outbox(Db db, Secrets secrets)
{
    private const string Purpose = "letter";

    private const string WriteSql = """
        insert into messages.outbox (to_address, language, subject, body_sealed)
        values (@To, @Language, @Subject, @bodySealed)
        """;

    public Task WriteAsync(DbTransaction transaction, Letter letter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(letter);
        return transaction.ExecuteAsync(WriteSql, new { letter.To, letter.Language, letter.Subject, bodySealed = secrets.Seal(Purpose, letter.Body) }, ct);
    }

    public Task WriteAsync(Letter letter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return db.ExecuteAsync(WriteSql, new { letter.To, letter.Language, letter.Subject, bodySealed = secrets.Seal(Purpose, letter.Body) }, ct);
    }

    private const string NextSql = """
        select message_id, to_address, language, subject, body_sealed
          from messages.outbox
         where sent_at is null and attempts < 12 and next_at <= app.now()
         order by next_at, message_id
         limit 1
           for update skip locked
        """;

    private const string SentSql = """
        update messages.outbox
           set sent_at = app.now(), attempts = attempts + 1, last_error = null, body_sealed = case when @keepText then body_sealed end
         where message_id = @messageId
        """;

    private const string FailedSql = """
        update messages.outbox
           set attempts = attempts + 1, last_error = left(@error, 500), next_at = app.now() + interval '1 minute' * power(2, least(attempts, 8))
         where message_id = @messageId
        """;

    /// <summary>Delivers what waits, one letter a transaction, so that several nodes share the work and a crash repeats at most one letter.</summary>
    /// <param name="keepText">Demo shows its letters on a page; elsewhere the text is gone once delivered.</param>
    /// <returns>How many were delivered.</returns>
    public async Task<int> SweepAsync(IMailer mailer, bool keepText, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(mailer);
        var delivered = 0;
        while (await DeliverNextAsync(mailer, keepText, ct) is { } sent)
        {
            delivered += sent ? 1 : 0;
        }

        return delivered;
    }

    private Task<bool?> DeliverNextAsync(IMailer mailer, bool keepText, CancellationToken ct) => db.InTransactionAsync<bool?>(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<WaitingRow>(NextSql, null, ct) is not { } row)
            {
                return null;
            }

            try
            {
                await mailer.DeliverAsync(new Letter(row.ToAddress, row.Language, row.Subject, secrets.OpenText(Purpose, row.BodySealed)), ct);
            }
            catch (Exception problem) when (problem is MailerException or CryptographicException)
            {
                // Sealed with a key that is gone: it must not stand in the way of every letter behind it.
                await transaction.ExecuteAsync(FailedSql, new { row.MessageId, error = problem.Message }, ct);
                return false;
            }

            await transaction.ExecuteAsync(SentSql, new { row.MessageId, keepText }, ct);
            return true;
        }, ct);

    private const string RecentSql = """
        select message_id, to_address, language, subject, body_sealed, created_at, sent_at
          from messages.outbox
         where body_sealed is not null
         order by created_at desc, message_id desc
         limit 50
        """;

    /// <summary>The last letters with their text: for the demo page only.</summary>
    public async Task<IReadOnlyList<KeptLetter>> RecentAsync(CancellationToken ct) =>
        [.. (await db.QueryAsync<RecentRow>(RecentSql, null, ct))
            .Select(row => new KeptLetter(row.MessageId, new Letter(row.ToAddress, row.Language, row.Subject, secrets.OpenText(Purpose, row.BodySealed)), row.CreatedAt, row.SentAt))];

    private sealed record WaitingRow(Guid MessageId, string ToAddress, string Language, string Subject, byte[] BodySealed);

    private sealed record RecentRow(Guid MessageId, string ToAddress, string Language, string Subject, byte[] BodySealed, DateTimeOffset CreatedAt, DateTimeOffset? SentAt);
}

public sealed record KeptLetter(Guid MessageId, Letter Letter, DateTimeOffset CreatedAt, DateTimeOffset? SentAt);

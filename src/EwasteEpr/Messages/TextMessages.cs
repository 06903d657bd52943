using System.Security.Cryptography;
using EwasteEpr.Kernel;

namespace EwasteEpr.Messages;

/// <summary>The wire to phones: an operator's gateway, or a folder of files where there is none.</summary>
public interface ITextGateway
{
    /// <exception cref="MailerException">Not delivered; worth another try later.</exception>
    Task DeliverAsync(string phone, string body, CancellationToken ct);
}

/// <summary>Short messages are rows first, as letters are: written with the fact they tell of, delivered by a sweep, tried again for an hour.</summary>
/// <param name="db">Where they wait.</param>
/// <param name="secrets">Number and text are sealed.</param>
/// <param name="gateway">Where they go.</param>
/// <param name="keepText">Demo shows its messages on the page; elsewhere a delivered message keeps no text.</param>
public sealed class TextMessages(Db db, Secrets secrets, ITextGateway gateway, bool keepText)
{
    private const string PhonePurpose = "text-phone";
    private const string BodyPurpose = "text-body";

    private const string WriteSql = """
        insert into messages.texts (phone_sealed, language, body_sealed, subject_id)
        select @phoneSealed, @language, @bodySealed, @subject where @isWanted
        """;

    /// <param name="transaction">The fact that the message tells of commits with it.</param>
    /// <param name="message">To whom and what.</param>
    /// <param name="subject">What it is about, so that the demonstration can show it on that thing's page.</param>
    /// <param name="ct">The caller went away.</param>
    /// <param name="isWanted">False does the same work and writes nothing: for answers whose time must not tell whether there was somebody to write to.</param>
    public Task WriteAsync(DbTransaction transaction, TextMessage message, Guid subject, CancellationToken ct, bool isWanted = true)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(message);
        return transaction.ExecuteAsync(
            WriteSql,
            new { phoneSealed = secrets.Seal(PhonePurpose, message.Phone), message.Language, bodySealed = secrets.Seal(BodyPurpose, message.Body), subject, isWanted },
            ct);
    }

    private const string LatestSql = """
        select body_sealed from messages.texts
         where subject_id = @subject and body_sealed is not null
         order by created_at desc, text_id desc limit 1
        """;

    /// <summary>The last message about a thing: for the demonstration only, where nobody has a phone to receive it.</summary>
    public async Task<string?> LatestAsync(Guid subject, CancellationToken ct) =>
        keepText && await db.QuerySingleOrDefaultAsync<byte[]>(LatestSql, new { subject }, ct) is { } box ? secrets.OpenText(BodyPurpose, box) : null;

    private const string NextSql = """
        select text_id, phone_sealed, body_sealed
          from messages.texts
         where sent_at is null and attempts < 8 and next_at <= app.now()
         order by next_at, text_id
         limit 1
           for update skip locked
        """;

    private const string SentSql = """
        update messages.texts
           set sent_at = app.now(), attempts = attempts + 1, last_error = null, body_sealed = case when @keepText then body_sealed end
         where text_id = @textId
        """;

    private const string FailedSql = """
        update messages.texts
           set attempts = attempts + 1, last_error = left(@error, 500), next_at = app.now() + interval '20 seconds' * power(2, least(attempts, 7))
         where text_id = @textId
        """;

    /// <summary>Delivers what waits, one message a transaction.</summary>
    /// <returns>How many were delivered.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var delivered = 0;
        while (await DeliverNextAsync(ct) is { } sent)
        {
            delivered += sent ? 1 : 0;
        }

        return delivered;
    }

    private Task<bool?> DeliverNextAsync(CancellationToken ct) => db.InTransactionAsync<bool?>(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<WaitingRow>(NextSql, null, ct) is not { } row)
            {
                return null;
            }

            try
            {
                await gateway.DeliverAsync(secrets.OpenText(PhonePurpose, row.PhoneSealed), secrets.OpenText(BodyPurpose, row.BodySealed), ct);
            }
            catch (Exception problem) when (problem is MailerException or CryptographicException)
            {
                await transaction.ExecuteAsync(FailedSql, new { row.TextId, error = problem.Message }, ct);
                return false;
            }

            await transaction.ExecuteAsync(SentSql, new { row.TextId, keepText }, ct);
            return true;
        }, ct);

    private sealed record WaitingRow(Guid TextId, byte[] PhoneSealed, byte[] BodySealed);
}

/// <param name="Phone">+7 and ten digits.</param>
public sealed record TextMessage(string Phone, string Language, string Body);

/// <summary>Where there is no gateway: each message a text file, for a person to read.</summary>
public sealed class FolderTextGateway(string folder) : ITextGateway
{
    public async Task DeliverAsync(string phone, string body, CancellationToken ct)
    {
        try
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await File.WriteAllTextAsync(Path.Combine(folder, $"{Guid.CreateVersion7():N}.txt"), $"To: {phone}\n\n{body}\n", ct);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new MailerException(problem.Message, problem);
        }
    }
}

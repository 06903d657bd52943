namespace EwasteEpr.Messages;

/// <summary>A letter in the reader's language. The web writes the sentences; this side keeps and delivers them.</summary>
public sealed record Letter(string To, string Language, string Subject, string Body);

/// <summary>The wire to the outside: SMTP, or a folder of files where there is no mail server.</summary>
public interface IMailer
{
    /// <exception cref="MailerException">Not delivered; worth another try later.</exception>
    Task DeliverAsync(Letter letter, CancellationToken ct);
}

/// <summary>Why a letter was not delivered, without its text.</summary>
public sealed class MailerException(string message, Exception inner) : Exception(message, inner);

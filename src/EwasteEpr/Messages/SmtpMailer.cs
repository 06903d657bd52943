using System.Net;
using System.Net.Mail;
using System.Security.Authentication;
using System.Text;

namespace EwasteEpr.Messages;

/// <summary>Plain SMTP with STARTTLS to the operator's own mail server, by the client of the base library.</summary>
/// <param name="settings">Where the server is.</param>
/// <param name="limit">How long one letter may take; 20 seconds when not given. The client's own Timeout does not count for its asynchronous sending.</param>
public sealed class SmtpMailer(SmtpSettings settings, TimeSpan? limit = null) : IMailer
{
    private readonly TimeSpan limit = limit ?? TimeSpan.FromSeconds(20);

    public async Task DeliverAsync(Letter letter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(letter);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(limit);
        try
        {
            using var message = new MailMessage(settings.From, letter.To, letter.Subject, letter.Body) { BodyEncoding = Encoding.UTF8, SubjectEncoding = Encoding.UTF8 };
            message.Headers.Add("Content-Language", letter.Language);
            message.Headers.Add("Auto-Submitted", "auto-generated");
            using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.Tls };
            if (settings.UserName is { Length: > 0 } user)
            {
                client.Credentials = new NetworkCredential(user, settings.Password);
            }

            await client.SendMailAsync(message, patience.Token);
        }
        catch (Exception problem) when (problem is SmtpException or FormatException or IOException or AuthenticationException || (problem is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new MailerException(problem.Message, problem);
        }
    }
}

public sealed record SmtpSettings(string Host, int Port, bool Tls, string From, string? UserName, string? Password);

/// <summary>Where there is no mail server: each letter a text file, for a person to read.</summary>
public sealed class FolderMailer(string folder) : IMailer
{
    public async Task DeliverAsync(Letter letter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(letter);
        try
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await File.WriteAllTextAsync(Path.Combine(folder, $"{Guid.CreateVersion7():N}.txt"), $"To: {letter.To}\nSubject: {letter.Subject}\n\n{letter.Body}\n", ct);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new MailerException(problem.Message, problem);
        }
    }
}

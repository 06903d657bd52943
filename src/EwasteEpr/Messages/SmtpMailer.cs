using System.Net;
using System.Net.Mail;
using System.Text;

namespace EwasteEpr.Messages;

/// <summary>Plain SMTP with STARTTLS to the operator's own mail server, by the client of the base library.</summary>
public sealed class SmtpMailer(SmtpSettings settings) : IMailer
{
    public async Task DeliverAsync(Letter letter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(letter);
        try
        {
            using var message = new MailMessage(settings.From, letter.To, letter.Subject, letter.Body) { BodyEncoding = Encoding.UTF8, SubjectEncoding = Encoding.UTF8 };
            message.Headers.Add("Content-Language", letter.Language);
            message.Headers.Add("Auto-Submitted", "auto-generated");
            using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.Tls, Timeout = 20_000 };
            if (settings.UserName is { Length: > 0 } user)
            {
                client.Credentials = new NetworkCredential(user, settings.Password);
            }

            await client.SendMailAsync(message, ct);
        }
        catch (Exception problem) when (problem is SmtpException or FormatException)
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
        catch (IOException problem)
        {
            throw new MailerException(problem.Message, problem);
        }
    }
}

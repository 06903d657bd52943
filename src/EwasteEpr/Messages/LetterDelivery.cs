namespace EwasteEpr.Messages;

/// <summary>The sweep that takes waiting letters to the mail server, or to the folder that stands for one.</summary>
/// <param name="outbox">Where they wait.</param>
/// <param name="mailer">Where they go.</param>
/// <param name="keepText">Demo shows its letters; elsewhere a delivered letter keeps no text.</param>
public sealed class LetterDelivery(Outbox outbox, IMailer mailer, bool keepText)
{
    public Task<int> DeliverAsync(CancellationToken ct) => outbox.SweepAsync(mailer, keepText, ct);
}

using EwasteEpr.Kernel;
using EwasteEpr.Messages;

namespace EwasteEpr.Payments.Invoicing;

/// <summary>Reminders of open invoices: each step once, and of several missed steps only the last.</summary>
public sealed class ReminderQueue(Db db, Outbox outbox)
{
    private const string ClaimSql = """
        with due as (
            select i.invoice_id, max(s.step) as step
              from invoices i cross join unnest(@steps) as s(step)
             where i.open_tiyn > 0 and app.today() >= i.due_on + s.step
               and not exists (select from invoice_reminders r where r.invoice_id = i.invoice_id and r.step >= s.step)
             group by i.invoice_id
             order by i.invoice_id
             limit 1
        ), claimed as (
            insert into invoice_reminders (invoice_id, step) select invoice_id, step from due
            on conflict do nothing
            returning invoice_id
        )
        select i.invoice_id, i.number, i.organisation_id, o.slug, o.name_kk, o.name_ru, o.contact_email, i.open_tiyn, i.due_on, app.today() - i.due_on as days_overdue, i.payment_reference
          from claimed join invoices i using (invoice_id) join organisations o using (organisation_id)
        """;

    private const string ReadersSql = """
        select p.email, p.language
          from memberships m join people p using (person_id)
         where m.organisation_id = @organisation and m.roles && array['accountant', 'owner']
         order by p.email
         limit 50
        """;

    /// <summary>Claims and writes in one transaction for each invoice: a crash repeats nothing and loses nothing.</summary>
    /// <param name="steps">Days after the due date, negative before it.</param>
    /// <param name="write">The sentences, in the reader's language.</param>
    /// <returns>How many invoices somebody was reminded of.</returns>
    public async Task<int> SendAsync(IReadOnlyList<int> steps, Func<Reminder, ReminderReader, Letter> write, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(write);
        var sent = 0;
        while (steps.Count > 0 && await SendNextAsync(steps, write, ct))
        {
            sent++;
        }

        return sent;
    }

    private Task<bool> SendNextAsync(IReadOnlyList<int> steps, Func<Reminder, ReminderReader, Letter> write, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<Reminder>(ClaimSql, new { steps = steps.ToArray() }, ct) is not { } reminder)
            {
                return false;
            }

            var readers = await transaction.QueryAsync<ReminderReader>(ReadersSql, new { organisation = reminder.OrganisationId }, ct);
            foreach (var reader in readers.Count > 0 ? readers : [new ReminderReader(reminder.ContactEmail, "kk")])
            {
                await outbox.WriteAsync(transaction, write(reminder, reader), ct);
            }

            return true;
        },
        ct);
}

/// <param name="DaysOverdue">Negative: so many days are left.</param>
public sealed record Reminder(
    Guid InvoiceId, string Number, Guid OrganisationId, string Slug, string NameKk, string NameRu, string ContactEmail, long OpenTiyn, DateOnly DueOn, int DaysOverdue, string PaymentReference);

public sealed record ReminderReader(string Email, string Language);

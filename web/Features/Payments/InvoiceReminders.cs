using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Payments.Invoicing;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Payments;

/// <summary>The sweep of reminders, and their sentences in the language of whoever reads them.</summary>
public sealed class InvoiceReminders(ReminderQueue queue, Db db, IConfiguration configuration, IStringLocalizer<InvoicesText> text)
{
    public async Task<int> SweepAsync(CancellationToken ct) => await queue.SendAsync((await PaymentTerms.ReadAsync(db, ct)).ReminderDays, Write, ct);

    private Letter Write(Reminder reminder, ReminderReader reader)
    {
        var (culture, ui) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            Culture.Use(reader.Language);
            var format = Format.Current;
            var address = configuration["EWASTE_ADDRESS"]?.TrimEnd('/') is { Length: > 0 } origin ? $"{origin}/{reader.Language}/org/{reminder.Slug}/invoices/{reminder.Number}" : text["Letter.NoAddress"].Value;
            object[] values =
            [
                reader.Language == "kk" ? reminder.NameKk : reminder.NameRu, reminder.Number, format.Money(Money.FromTiyn(reminder.OpenTiyn)), format.Date(reminder.DueOn),
                InvoiceWords.Reference(reminder.PaymentReference), address,
            ];
            var key = reminder.DaysOverdue > 0 ? "Letter.Overdue" : "Letter.Soon";
            return new Letter(reader.Email, reader.Language, text[key + "Subject", reminder.Number], text[key + "Body", values]);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, ui);
        }
    }
}

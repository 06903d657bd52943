using EwasteEpr.Deadlines;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Deadlines;

/// <summary>A deadline in the reader's language and where it is done. No amounts: a calendar lies on other people's servers.</summary>
public sealed class DeadlineWords(IStringLocalizer<DeadlinesText> text, IStringLocalizer<DeclarationsText> declarations)
{
    public string Subject(Deadline deadline)
    {
        ArgumentNullException.ThrowIfNull(deadline);
        return deadline.Kind == DeadlineKind.Declare ? declarations.Period(deadline.PeriodFrom!.Value, deadline.PeriodUntil) : deadline.Number ?? "";
    }

    public string Sentence(Deadline deadline)
    {
        ArgumentNullException.ThrowIfNull(deadline);
        return text["What." + deadline.Kind, Subject(deadline)];
    }

    /// <returns>Behind the host, with the language.</returns>
    public static string Path(Deadline deadline)
    {
        ArgumentNullException.ThrowIfNull(deadline);
        var room = $"/{Culture.CurrentCode}/org/{deadline.Slug}";
        return deadline.Kind switch
        {
            DeadlineKind.Pay => $"{room}/invoices/{deadline.Number}",
            DeadlineKind.MandateEnds => deadline.IsOwn ? room + "/agents" : room + "/declarations",
            _ => deadline.Number is null ? room + "/declarations/new" : $"{room}/declarations/{deadline.Number}",
        };
    }

    /// <summary>For a calendar: the client's or the own name stands in the words, since several calendars lie over each other.</summary>
    public CalendarDay Day(Deadline deadline, string site)
    {
        ArgumentNullException.ThrowIfNull(deadline);
        return new CalendarDay(deadline.Uid, deadline.DueOn, $"{Sentence(deadline)} · {deadline.Name(Culture.CurrentCode)}", text["Feed.Description", Sentence(deadline)], site + Path(deadline));
    }
}

using System.Globalization;

namespace EwasteEpr.Web.Features.Shared;

/// <summary>Dates written out. Own words, because what the machine's language data say differs from version to version.</summary>
internal sealed record DateWords(string[] Months, string LongPattern, string DayMonthPattern)
{
    private static readonly DateWords Kazakh = new(
        ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"],
        "{2} жылғы {0}\u00A0{1}", "{0}\u00A0{1}");

    private static readonly DateWords Russian = new(
        ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
        "{0}\u00A0{1} {2}\u00A0года", "{0}\u00A0{1}");

    private static readonly DateWords English = new(
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
        "{0}\u00A0{1} {2}", "{0}\u00A0{1}");

    public static DateWords Of(string code) => code switch { "kk" => Kazakh, "ru" => Russian, _ => English };

    public string Long(DateOnly day) => string.Format(CultureInfo.InvariantCulture, LongPattern, day.Day, Months[day.Month - 1], day.Year);

    public string DayMonth(DateOnly day) => string.Format(CultureInfo.InvariantCulture, DayMonthPattern, day.Day, Months[day.Month - 1]);

    public string Short(DateOnly day) => ReferenceEquals(this, English)
        ? string.Create(CultureInfo.InvariantCulture, $"{day.Day}\u00A0{Months[day.Month - 1][..3]}\u00A0{day.Year}")
        : day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);
}

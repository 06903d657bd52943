using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Rules;

/// <summary>Catalogue and tariff, asked once for each code, key and stretch of time, however many lines say the same.</summary>
/// <remarks>Not for several threads. Bounded: after <see cref="Most"/> different questions it starts anew.</remarks>
internal sealed class TariffChooser
{
    private const int Most = 32 * 1024;
    private const int Recent = 16 * 1024;
    private const int Days = 1024;

    private readonly QuoteTerms terms;
    private readonly DateOnly[] changes;
    private readonly Dictionary<ulong, TariffChoice> choices = [];
    private readonly (ulong Question, TariffChoice Choice)[] recent = new (ulong, TariffChoice)[Recent];
    private readonly (int Obligated, int Epoch, DateOnly PricedOn)[] days = new (int, int, DateOnly)[Days];

    public TariffChooser(QuoteTerms terms)
    {
        this.terms = terms;
        changes = [.. terms.Tariffs.Changes];
        Array.Fill(days, (-1, 0, default));
    }

    /// <param name="obligatedOn">The line's own date, or what stands for it.</param>
    /// <param name="pricedOn">The day that the methodology's rule picks.</param>
    public TariffChoice Choose(HsCode hs, UnuKey key, DateOnly obligatedOn, out DateOnly pricedOn)
    {
        (var epoch, pricedOn) = EpochOf(obligatedOn);
        // 34 bits of digits, 3 of their number, 14 of key, 13 of epoch: nothing overlaps.
        var question = (ulong)hs.Value | ((ulong)(hs.Length / 2) << 34) | ((ulong)key.Number << 37) | ((ulong)epoch << 51);
        ref var asked = ref recent[(int)(unchecked(question * 0x9E37_79B9_7F4A_7C15) >> 50)];
        if (asked.Question != question || asked.Choice is null)
        {
            asked = (question, choices.TryGetValue(question, out var choice) ? choice : Ask(question, hs, key, pricedOn));
        }

        return asked.Choice;
    }

    public TariffAnswer Packaging(PackagingKind kind, DateOnly pricedOn) => terms.Tariffs.FindPackaging(kind, pricedOn);

    private TariffChoice Ask(ulong question, HsCode hs, UnuKey key, DateOnly pricedOn)
    {
        var answer = terms.Catalogue.FindHs(hs);
        var counts = key.IsNone ? answer.Key : key;
        terms.Catalogue.TryGetKey(counts, out var info);
        var choice = new TariffChoice(hs, counts, answer, info, info is null ? new TariffAnswer(TariffRefusal.NoRow, null, null, null) : terms.Tariffs.Find(hs, counts, info.Category, pricedOn));
        if (choices.Count >= Most)
        {
            choices.Clear();
            Array.Clear(recent);
        }

        choices.Add(question, choice);
        return choice;
    }

    private (int Epoch, DateOnly PricedOn) EpochOf(DateOnly obligatedOn)
    {
        ref var known = ref days[obligatedOn.DayNumber % Days];
        if (known.Obligated != obligatedOn.DayNumber)
        {
            var submittedOn = terms.FixedDay ?? terms.Today;
            var pricedOn = terms.Tariffs.DayFor(new TariffDays(obligatedOn, submittedOn));
            var at = Array.BinarySearch(changes, pricedOn);
            known = (obligatedOn.DayNumber, at < 0 ? ~at : at + 1, pricedOn);
        }

        return (known.Epoch, known.PricedOn);
    }
}

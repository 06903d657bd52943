using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>
/// Which coefficient and which MCI a product has on a day: one programme over all dates, or one methodology that was named and is
/// used whatever its dates. Immutable, shared by all threads; <see cref="Find"/> allocates nothing.
/// </summary>
/// <remarks>Most specific first: HS prefix (longest), group of the national list, UNU key, category, any.</remarks>
public sealed class TariffTable
{
    private readonly TariffIndex[] newestFirst;
    private readonly MciValue[] mciNewestFirst;
    private readonly ProductGroupIndex groups;

    private TariffTable(IEnumerable<TariffVersion> versions, TariffTableContext context, Methodology? named)
    {
        newestFirst = [.. versions.OrderByDescending(version => version.Methodology.Valid.From).Select(version => new TariffIndex(version))];
        mciNewestFirst = [.. context.Mci.OrderByDescending(value => value.EffectiveFrom).ThenByDescending(value => value.Purpose)];
        groups = new ProductGroupIndex(context.Groups);
        Named = named;
        Changes = [.. ChangeDays(context).Distinct().Order()];
    }

    /// <summary>Every day on which an answer may begin to differ from the day before: between two of them whoever asks may remember.</summary>
    public IReadOnlyList<DateOnly> Changes { get; }

    /// <summary>The methodology that was named, or none when the date picks.</summary>
    public Methodology? Named { get; }

    /// <summary>All methodologies of the table, newest first.</summary>
    public IEnumerable<Methodology> Methodologies => newestFirst.Select(index => index.Methodology);

    /// <summary>The published versions of one programme; the day picks.</summary>
    public static TariffTable ForProgramme(TariffProgramme programme, IEnumerable<TariffVersion> versions, TariffTableContext context) =>
        new(versions.Where(version => version.Methodology.Programme == programme), context, named: null);

    /// <summary>One methodology, used whatever its dates. The caller warns where <see cref="Covers"/> is false.</summary>
    public static TariffTable ForNamed(TariffVersion version, TariffTableContext context)
    {
        ArgumentNullException.ThrowIfNull(version);
        return new([version], context, version.Methodology);
    }

    /// <summary>Whether a methodology of the table is in force on the day.</summary>
    public bool Covers(DateOnly on) => Array.Exists(newestFirst, index => index.Methodology.Valid.Contains(on));

    /// <summary>
    /// The day that picks methodology and MCI for a line, by the methodology's own rule: the newest one that its own day puts in force.
    /// Where none is, or the rule is not known, it is the obligation date.
    /// </summary>
    public DateOnly DayFor(TariffDays days)
    {
        foreach (var index in newestFirst)
        {
            var day = index.Methodology.MciBy == MciBy.SubmissionDate ? days.SubmittedOn : days.ObligatedOn;
            if (Named is not null || index.Methodology.Valid.Contains(day))
            {
                return day;
            }
        }

        return days.ObligatedOn;
    }

    /// <param name="hs">None where the line gives a UNU key only.</param>
    /// <param name="key">The line's own key, which stands for everything but HS rows, else the catalogue's.</param>
    /// <param name="on">See <see cref="DayFor"/>.</param>
    public TariffAnswer Find(HsCode hs, UnuKey key, EquipmentCategory category, DateOnly on) =>
        IndexOn(on) is { } index
            ? Answer(index, index.Find(hs, groups.Find(hs, on), key, category), on)
            : new TariffAnswer(TariffRefusal.NoMethodology, null, null, null);

    public TariffAnswer FindPackaging(PackagingKind kind, DateOnly on) =>
        IndexOn(on) is { } index
            ? Answer(index, index.ByPackaging(kind), on)
            : new TariffAnswer(TariffRefusal.NoMethodology, null, null, null);

    /// <summary>Every kind of row that was looked at for the product, in order: which one was taken, and why not the others.</summary>
    public IReadOnlyList<TariffCandidate> Explain(HsCode hs, UnuKey key, EquipmentCategory category, DateOnly on)
    {
        if (IndexOn(on) is not { } index)
        {
            return [];
        }

        var trace = new TariffTrace(index.Methodology);
        trace.AddHs(hs, longest => index.ByHs(hs, longest));
        var group = groups.Find(hs, on);
        trace.Add(TariffMatch.ProductGroup, group ?? "", index.ByGroup(group));
        trace.Add(TariffMatch.UnuKey, key.ToString(), index.ByKey(key));
        trace.Add(TariffMatch.Category, EquipmentCategories.Code(category), index.ByCategory(category));
        trace.Add(TariffMatch.Any, "", index.Any);
        return trace.Candidates;
    }

    /// <summary>The newest value of the purpose on the day. A value ends with its year, because the budget law fixes it per year.</summary>
    public MciValue? MciOn(MciPurpose purpose, DateOnly day)
    {
        foreach (var value in mciNewestFirst)
        {
            if (value.EffectiveFrom.Year == day.Year && value.EffectiveFrom <= day && (purpose == MciPurpose.Social || value.Purpose == MciPurpose.General))
            {
                return value;
            }
        }

        return null;
    }

    private IEnumerable<DateOnly> ChangeDays(TariffTableContext context)
    {
        var ranges = newestFirst.Select(index => index.Methodology.Valid).Concat(context.Groups.Select(group => group.Valid)).ToList();
        return ranges.Select(range => range.From)
            .Concat(ranges.Where(range => range.Until is not null).Select(range => range.Until!.Value))
            .Concat(context.Mci.Select(value => value.EffectiveFrom))
            .Concat(context.Mci.SelectMany(value => new[] { new DateOnly(value.EffectiveFrom.Year, 1, 1), new DateOnly(value.EffectiveFrom.Year + 1, 1, 1) }));
    }

    private TariffAnswer Answer(TariffIndex index, TariffRow? row, DateOnly on)
    {
        var methodology = index.Methodology;
        if (row is null)
        {
            return new TariffAnswer(TariffRefusal.NoRow, methodology, null, null);
        }

        if (row.Coefficient is null)
        {
            return new TariffAnswer(TariffRefusal.CoefficientNotSet, methodology, row, null);
        }

        var mci = MciOn(methodology.MciPurpose, methodology.MciDay(on));
        return new TariffAnswer(mci is null ? TariffRefusal.NoMci : TariffRefusal.None, methodology, row, mci);
    }

    private TariffIndex? IndexOn(DateOnly on)
    {
        foreach (var index in newestFirst)
        {
            if (Named is not null || index.Methodology.Valid.Contains(on))
            {
                return index;
            }
        }

        return null;
    }
}

/// <summary>What a tariff needs beside its rows: MCI values and the national product groups.</summary>
public sealed record TariffTableContext(IReadOnlyList<MciValue> Mci, IReadOnlyList<ProductGroupPrefix> Groups);

/// <summary>The days of a line among which a methodology chooses.</summary>
/// <param name="ObligatedOn">Border crossing, or entry in the books.</param>
public readonly record struct TariffDays(DateOnly ObligatedOn, DateOnly SubmittedOn);

namespace EwasteEpr.Reconciliation.Matrix;

/// <summary>Folded cells and tail of one region or the country, and how a figure is read out of them. Missing stays missing.</summary>
public sealed class FigureSet
{
    private readonly Dictionary<(Measure Measure, string Category, int Period), FigureRow> recorded = [];
    private readonly Dictionary<(Measure Measure, string Category, int Period), FigureRow> imported = [];
    private readonly Dictionary<string, int> custodySince = new(StringComparer.Ordinal);
    private readonly HashSet<(Measure Measure, string Category, int Year)> countryHas;

    /// <param name="rows">Of one region, or of the country; our own and those that were imported.</param>
    /// <param name="country">Which years of the country have figures of our own: there, what was imported is not used, in no region.</param>
    public FigureSet(IEnumerable<FigureRow> rows, IReadOnlySet<(Measure Measure, string Category, int Year)> country)
    {
        ArgumentNullException.ThrowIfNull(rows);
        countryHas = [.. country];
        // What is folded and its tail come as two rows of the same cell.
        var cells = rows.GroupBy(row => (row.Measure, row.Category, row.Period, row.IsImported)).Select(same => same.First() with { Amount = same.Sum(row => row.Amount), Records = same.Sum(row => row.Records) });
        foreach (var row in cells.Where(row => row.Records != 0 || row.Amount != 0))
        {
            var measure = Enum.Parse<Measure>(row.Measure);
            (row.IsImported ? imported : recorded)[(measure, row.Category, row.Period)] = row;
            if (!row.IsImported && measure.IsCustody() && (!custodySince.TryGetValue(row.Category, out var since) || row.Period / 10 < since))
            {
                custodySince[row.Category] = row.Period / 10;
            }
        }
    }

    /// <summary>One figure of one category; '-' for what has none.</summary>
    public Figure Of(Measure measure, string category, int year, int quarter = 0)
    {
        if (measure.IsCustody() && custodySince.TryGetValue(category, out var since) && since <= year)
        {
            var rows = Periods(measure, year, quarter).Select(period => recorded.GetValueOrDefault((measure, category, period))).OfType<FigureRow>().ToList();
            return new Figure(rows.Sum(row => row.Amount), rows.Sum(row => row.Records), FigureBasis.Recorded);
        }

        if (!measure.IsCustody() && recorded.TryGetValue((measure, category, (year * 10) + quarter), out var own))
        {
            return new Figure(own.Amount, own.Records, FigureBasis.Recorded);
        }

        return !countryHas.Contains((measure, category, year)) && imported.TryGetValue((measure, category, (year * 10) + quarter), out var brought)
            ? new Figure(brought.Amount, brought.Records, FigureBasis.Imported)
            : Figure.Missing;
    }

    /// <summary>The sum of the categories that have a figure; missing only where none has.</summary>
    public Figure Total(Measure measure, int year, int quarter = 0) => measure.HasNoCategory()
        ? Of(measure, Selection.UnknownRegion, year, quarter)
        : Sum(Selection.Categories.Select(category => Of(measure, category, year, quarter)));

    /// <param name="category">Null: all.</param>
    public Figure Of(Measure measure, string? category, Selection at)
    {
        ArgumentNullException.ThrowIfNull(at);
        return category is null ? Total(measure, at.Year, at.Quarter) : Of(measure, measure.HasNoCategory() ? "-" : category, at.Year, at.Quarter);
    }

    /// <summary>Reused, recycled, recovered, disposed of, lost, and what the scales disagreed about.</summary>
    public Figure Treated(string? category, Selection at) => Sum(Measures.Results.Select(measure => Of(measure, category, at)));

    public static Figure Sum(IEnumerable<Figure> figures)
    {
        var present = figures.Where(figure => figure.Amount is not null).ToList();
        return present.Count == 0
            ? Figure.Missing
            : new Figure(present.Sum(figure => figure.Amount!.Value), present.Sum(figure => figure.Records), present.Exists(figure => figure.Basis == FigureBasis.Imported) ? FigureBasis.Imported : FigureBasis.Recorded);
    }

    /// <summary>A stock is everything that ever moved up to the end of the period.</summary>
    private IEnumerable<int> Periods(Measure measure, int year, int quarter)
    {
        if (!measure.IsStock())
        {
            return [(year * 10) + quarter];
        }

        var years = recorded.Keys.Where(key => key.Measure == measure && key.Period % 10 == 0).Select(key => key.Period / 10).Distinct();
        return quarter == 0
            ? years.Where(one => one <= year).Select(one => one * 10)
            : [.. years.Where(one => one < year).Select(one => one * 10), .. Enumerable.Range(1, quarter).Select(one => (year * 10) + one)];
    }
}

/// <param name="Amount">Grams or tiyn; null where nothing is known: shown as missing, never as 0.</param>
public readonly record struct Figure(long? Amount, long Records, FigureBasis Basis)
{
    public static Figure Missing { get; } = new(null, 0, FigureBasis.None);

    public bool IsMissing => Amount is null;
}

public enum FigureBasis
{
    None,

    /// <summary>From the records of this system.</summary>
    Recorded,

    /// <summary>Brought from a file of somebody else, with its source; wholly or in part.</summary>
    Imported,
}

/// <param name="Period">Year * 10 + quarter; quarter 0 is the year.</param>
public sealed record FigureRow(string RegionKato, int Period, string Measure, string Category, long Amount, long Records, bool IsImported);

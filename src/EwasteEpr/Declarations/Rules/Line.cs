using System.Text;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Rules;

/// <summary>Where a row ended. No row ever disappears.</summary>
public enum LineState
{
    Accepted,

    /// <summary>Priced or not, but somebody should look.</summary>
    Warned,
    Refused,
}

/// <summary>One packaging item of a line, with its own fee.</summary>
public readonly record struct PackagingItem(PackagingKind Kind, long MassGrams, TariffAnswer Tariff, long FeeTiyn);

/// <summary>One row, read and priced. The same object serves row after row: whoever keeps a line copies what he needs.</summary>
public sealed class Line
{
    private readonly List<RowProblem> problems = [];
    private readonly List<PackagingItem> packaging = [];
    private IRowSource? source;
    private TableHeader header = TableHeader.Standard;

    /// <summary>As a spreadsheet counts.</summary>
    public int Row { get; private set; }

    public LineState State { get; internal set; }

    public HsCode Hs { get; internal set; }

    /// <summary>The line's own key, or none.</summary>
    public UnuKey GivenKey { get; internal set; }

    public long? Units { get; internal set; }

    public long MassGrams { get; internal set; }

    public bool HasMass { get; internal set; }

    public long BatteryGrams { get; internal set; }

    public SupplySource Supply { get; internal set; }

    public GoodsCondition Condition { get; internal set; }

    /// <summary>ISO 3166 alpha-2, or empty.</summary>
    public string Origin { get; internal set; } = "";

    public DateOnly? ObligationDate { get; internal set; }

    /// <summary>The day that picked methodology and MCI.</summary>
    public DateOnly PricedOn { get; internal set; }

    /// <summary>None where the row's codes or dates could not be read.</summary>
    public TariffChoice? Tariff { get; internal set; }

    public IReadOnlyList<PackagingItem> Packaging => packaging;

    /// <summary>Packaging is declared elsewhere, under this document.</summary>
    public string PackagingDocument { get; internal set; } = "";

    public bool IsPriced { get; internal set; }

    public long ProductFeeTiyn { get; internal set; }

    public IReadOnlyList<RowProblem> Problems => problems;

    internal List<PackagingItem> PackagingItems => packaging;

    public long FeeTiyn
    {
        get
        {
            var fee = ProductFeeTiyn;
            foreach (var item in packaging)
            {
                fee += item.FeeTiyn;
            }

            return fee;
        }
    }

    /// <summary>What was written in a column, without spaces around it; empty where there is no such column.</summary>
    public ReadOnlySpan<byte> Field(Column column)
    {
        var at = header[column];
        return at < 0 ? default : FieldText.Trim(source!.Field(at));
    }

    /// <summary>The same as text of at most 200 characters.</summary>
    public string Text(Column column) => FieldText.Shown(Field(column));

    internal void Start(IRowSource row, TableHeader tableHeader)
    {
        if (!ReferenceEquals(source, row))
        {
            source = row;
            header = tableHeader;
        }

        Row = row.RowNumber;
        State = LineState.Accepted;
        Hs = default;
        GivenKey = default;
        Units = null;
        MassGrams = 0;
        HasMass = false;
        BatteryGrams = 0;
        Supply = SupplySource.NotSaid;
        Condition = GoodsCondition.NotSaid;
        Origin = "";
        ObligationDate = null;
        PricedOn = default;
        Tariff = null;
        if (PackagingDocument.Length > 0)
        {
            PackagingDocument = "";
        }

        IsPriced = false;
        ProductFeeTiyn = 0;
        if (problems.Count > 0)
        {
            problems.Clear();
        }

        if (packaging.Count > 0)
        {
            packaging.Clear();
        }
    }

    internal void Add(ProblemCode code, Column? column, string value, string detail = "", string detail2 = "")
    {
        problems.Add(new RowProblem(Row, code, column, value, detail, detail2));
        var isError = ProblemCodes.SeverityOf(code) == Severity.Error;
        State = isError || State == LineState.Refused ? LineState.Refused : LineState.Warned;
    }

    /// <summary>Errors first, each kind in the order of the columns: a code that is unknown is told before a tariff that is missing.</summary>
    internal void SortProblems()
    {
        if (problems.Count > 1)
        {
            var sorted = problems.OrderBy(problem => problem.Severity).ThenBy(problem => problem.Column ?? Column.HsCode).ThenBy(problem => problem.Code).ToList();
            problems.Clear();
            problems.AddRange(sorted);
        }
    }

    /// <summary>The problem shows what the column holds.</summary>
    internal void Add(ProblemCode code, Column column, string detail = "", string detail2 = "") => Add(code, (Column?)column, Text(column), detail, detail2);
}

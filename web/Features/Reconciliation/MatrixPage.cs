using System.Globalization;
using EwasteEpr.Reconciliation.Matrix;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Reconciliation;

/// <param name="Readable">Regions that the reader may see; null: all.</param>
public sealed record MatrixPage(Selection At, MatrixView View, IReadOnlyList<RegionName> Regions, IReadOnlyList<string>? Readable, DateOnly Today)
{
    public bool IsRunning => Today < new DateOnly(At.Year, At.Quarter == 0 ? 12 : At.Quarter * 3, 1).AddMonths(1);

    public IEnumerable<RegionName> Choices => Readable is null ? Regions : Regions.Where(region => Readable.Contains(region.Kato, StringComparer.Ordinal));
}

public sealed record RecordsPage(
    Selection At, Measure Measure, Figure Figure, IReadOnlyList<RecordRow> Rows, RecordKey? Next, bool IsLater, IReadOnlyList<RegionName> Regions, bool MayOpenDeclarations);

/// <summary>Addresses of a part of the matrix, filters included.</summary>
public sealed record MatrixAddress(Selection At)
{
    private string Place => string.Create(CultureInfo.InvariantCulture, $"/{Culture.CurrentCode}/operator/reconciliation/{At.Year}/{At.Category ?? Selection.All}/{At.Region ?? Selection.All}");

    private string Quarter => At.Quarter == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"quarter=Q{At.Quarter}");

    public string Page => Place + (Quarter.Length == 0 ? "" : "?" + Quarter);

    public string Csv => Place + "/figures.csv" + (Quarter.Length == 0 ? "" : "?" + Quarter);

    public string Records(Measure measure, RecordKey? after = null) => Place + "/records?" + Query(measure) + (after is null ? "" : "&after=" + after);

    public string RecordsCsv(Measure measure) => Place + "/records.csv?" + Query(measure);

    /// <summary>What a figure opens to: the country its regions, a region the records.</summary>
    public string Open(Measure measure) => At.Region is null && At.Category is null ? Records(measure) : At.Region is null ? Page : Records(measure);

    private string Query(Measure measure) => "measure=" + measure + (Quarter.Length == 0 ? "" : "&" + Quarter);
}

/// <summary>The view as a file: a row for each figure, missing ones as an empty field with the basis "missing".</summary>
public static class MatrixCsv
{
    public static IReadOnlyList<string> Head { get; } = ["year", "quarter", "category", "region", "measure", "unit", "amount", "basis", "records", "last_year_amount"];

    public static IEnumerable<object?[]> Rows(MatrixView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return from line in view.Lines.Append(view.Total)
               from measure in Measures.All
               where !measure.HasNoCategory() || line.Key.Length == 0
               let figure = line.Of(measure)
               select new object?[]
               {
                   line.At.Year, line.At.Quarter == 0 ? null : line.At.Quarter, line.At.Category ?? Selection.All, line.At.Region ?? Selection.All, measure.ToString(), measure.IsMoney() ? "KZT" : "kg",
                   Amount(measure, figure), figure.IsMissing ? "missing" : figure.Basis.ToString(), figure.Records, Amount(measure, line.LastYear(measure)),
               };
    }

    private static decimal? Amount(Measure measure, Figure figure) => figure.Amount is { } amount ? amount / (measure.IsMoney() ? 100m : 1000m) : null;
}

using System.Globalization;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Kernel;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Many lines at once: where they come from and what becomes of those that are there.</summary>
/// <param name="ObligationDate">Stands for rows without a date column; of all lines of a copy.</param>
public sealed record UploadForm(string? Text = null, string? Mode = null, DateOnly? ObligationDate = null)
{
    public UploadMode ChosenMode => Mode == nameof(UploadMode.Add) ? UploadMode.Add : UploadMode.Replace;
}

/// <param name="Way">paste, upload or copy.</param>
public sealed record UploadPage(EwasteEpr.Declarations.DeclarationDetail Declaration, string Way, UploadForm Form, DateOnly Today)
{
    public bool HasLines => Declaration.Version.Lines + Declaration.Version.ParkedRows > 0;

    /// <summary>The last day of the period that has come: a date that is never refused.</summary>
    public string SuggestedDate
    {
        get
        {
            var day = Declaration.PeriodUntil is { } until && until <= Today ? until.AddDays(-1) : Today;
            return day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);
        }
    }
}

/// <param name="Events">Where the page listens.</param>
public sealed record ProgressPage(UploadProgress Upload, Sentences Sentences)
{
    /// <summary>0 to 100; none before the first report.</summary>
    public int? Percent => Upload.SizeBytes > 0 && Upload.State is UploadState.Processing or UploadState.Done ? (int)Math.Min(100, 100 * Upload.BytesRead / Upload.SizeBytes) : null;

    /// <summary>Rows in the whole file, by the pace of those read.</summary>
    public long? RowsEstimated => Upload.BytesRead > 0 && Upload.RowsRead > 0 ? (long)((decimal)Upload.RowsRead * Upload.SizeBytes / Upload.BytesRead) : null;
}

/// <param name="Means">One code a name; empty for a column to leave out.</param>
public sealed record ColumnsForm(string?[]? Names, string?[]? Means)
{
    public IReadOnlyList<NamedColumn> ToColumns() =>
        [.. (Names ?? []).Select((name, i) => new NamedColumn(name ?? "", Means is not null && i < Means.Length && Columns.TryParse(Means[i] ?? "", out var column) ? column : null))];
}

public sealed record ColumnsPage(UploadProgress Upload, HeaderPreview Preview, Sentences Sentences);

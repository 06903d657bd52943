using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Treatment;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Treatment.Rates;
using EwasteEpr.Treatment.Stock;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>Gathers what a batch's page shows; one place, because four actions show it again after a mistake.</summary>
public sealed class BatchPages(BatchQueries queries, StockQueries stock, TreatmentLists lists, RateBenchmarks benchmarks, RecoveredMetals metals)
{
    /// <summary>Lots that a form offers by name; the oldest, and the rest by "so many kilograms of the oldest".</summary>
    private const int MostLots = 100;

    public Task<BatchDetails?> FindAsync(string number, OrganisationId? organisation, CancellationToken ct) => queries.FindAsync(number, organisation, ct);

    /// <param name="access">The organisation whose page it is; none where the operator reads.</param>
    public async Task<BatchPage> OfAsync(BatchDetails details, OrganisationAccess? access, BatchForm? form, BatchSaid said, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(details);
        var batch = details.Batch;
        var works = batch.IsOpen && access is not null;
        return new BatchPage(
            access, details, form ?? BatchForm.Of(details), said,
            works ? await stock.LotsAsync(access!.OrganisationId, batch.Site, batch.Category, MostLots, ct) : [],
            works ? await stock.CapacityLeftAsync(batch.SiteId, batch.Category, ct) : Weight.Zero,
            new BatchLists(await lists.FractionsAsync(ct), await lists.OperationsAsync(ct), await lists.TechnologiesAsync(ct), await lists.WasteCodesAsync(ct)),
            BatchRates.Of(details), (await benchmarks.ListAsync(ct)).FirstOrDefault(one => one.Category == batch.Category), batch.IsOpen ? [] : await metals.OfAsync(details, ct),
            await queries.DiscrepanciesAsync(access?.OrganisationId, batch.Number, ct));
    }
}

/// <summary>What has just happened.</summary>
public sealed record BatchSaid(string? Done = null, string? Charge = null);

public sealed record BatchLists(IReadOnlyList<FractionKind> Fractions, IReadOnlyList<TreatmentOperation> Operations, IReadOnlyList<Technology> Technologies, IReadOnlyList<WasteCode> WasteCodes)
{
    public Technology? TechnologyOf(string? code) => Technologies.FirstOrDefault(one => one.Code == code);
}

public sealed record BatchPage(
    OrganisationAccess? Access, BatchDetails Details, BatchForm Form, BatchSaid Said, IReadOnlyList<StockLot> Lots, Weight CapacityLeft, BatchLists Lists, BatchRates Rates, RateBenchmark? Benchmark,
    IReadOnlyList<MetalRow> Metals, IReadOnlyList<DiscrepancyRow> Discrepancies)
{
    public BatchRow Batch => Details.Batch;

    /// <summary>Where the page's forms go.</summary>
    public string Here(string language) => Access is null ? $"/{language}/operator/batches" : $"/{language}/org/{Access.Slug}/batches";
}

public sealed record BatchesPage(
    OrganisationAccess? Access, IReadOnlyList<BatchRow> Rows, BatchesQuery Query, string? Next, IReadOnlyList<SiteRow> Sites, IReadOnlyList<Technology> Technologies, NewBatchForm Form, IReadOnlyList<DiscrepancyRow> Discrepancies)
{
    public string Here(string language) => Access is null ? $"/{language}/operator/batches" : $"/{language}/org/{Access.Slug}/batches";
}

/// <summary>Filters stand in the address.</summary>
public sealed class BatchesQuery
{
    public string? State { get; set; }

    public string? Category { get; set; }

    public string? Site { get; set; }

    public string? After { get; set; }

    public BatchFilter ToFilter(int limit) => new(Known(State, ["Open", "Closed", "Corrected", "Cancelled"]), Known(Category, Shared.Categories.All), string.IsNullOrWhiteSpace(Site) ? null : Site, Guid.TryParse(After, out var after) ? after : null, limit);

    public bool IsFiltered => !string.IsNullOrEmpty(State) || !string.IsNullOrEmpty(Category) || !string.IsNullOrEmpty(Site);

    private static string? Known(string? value, IReadOnlyList<string> all) => value is not null && all.Contains(value, StringComparer.Ordinal) ? value : null;
}

public sealed class NewBatchForm
{
    /// <summary>Site and category in one choice, as they are certified: <c>S-0001:6</c>.</summary>
    public string? Where { get; set; }

    public string? Technology { get; set; }

    public DateOnly? StartedOn { get; set; }
}

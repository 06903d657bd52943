using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>Tables of batches as files; names of columns are the same in all languages, masses are kilograms.</summary>
internal static class BatchFiles
{
    public static CsvFile List(IReadOnlyList<BatchRow> rows) => new(
        "batches.csv",
        ["batch", "state", "site", "category", "technology", "started_on", "closed_on", "input_kg", "output_kg", "loss_kg", "difference_kg", "unconfirmed_kg", "version", "corrects"],
        rows.Select(row => new object?[]
        {
            row.Number, row.State, row.Site, row.Category, row.Technology, row.StartedOn, row.ClosedOn, Kg(row.InputGrams), Kg(row.OutputGrams), Kg(row.LossGrams), Kg(row.DifferenceGrams), Kg(row.UnconfirmedGrams), (int)row.Version, row.Corrects,
        }));

    public static CsvFile One(BatchDetails details) => new(
        $"{details.Batch.Number}.csv",
        ["part", "name", "waste_code", "operation", "result", "destination", "country", "kg", "confirmed_kg", "state"],
        [
            .. details.Inputs.Select(row => new object?[] { "input", row.Container ?? row.Channel, null, null, null, null, null, Kg(row.Grams), null, null }),
            .. details.Outputs.Select(row => new object?[] { "output", row.Fraction, row.WasteCode, row.Operation, row.Result, row.DestinationName, row.DestinationCountry, Kg(row.Grams), Kg(row.ConfirmedGrams), row.State }),
            ["loss", details.Batch.LossReason, null, null, null, null, null, Kg(details.Batch.LossGrams), null, null],
            ["difference", null, null, null, null, null, null, Kg(details.Batch.DifferenceGrams), null, null],
        ]);

    private static decimal Kg(long grams) => Weight.FromGrams(grams).Kilograms;
}

using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>The outputs of an open batch as somebody typed them: texts, so that nothing is lost.</summary>
public sealed class BatchForm
{
    /// <summary>Empty rows at the end of the form, for who works without a script.</summary>
    public const int FreeRows = 4;

    public IList<OutputLine> Rows { get; init; } = [];

    public string? Loss { get; set; }

    public string? LossReason { get; set; }

    public string? Difference { get; set; }

    public string? Note { get; set; }

    /// <summary>Whoever closes signs the difference.</summary>
    public bool Signed { get; set; }

    public static BatchForm Of(BatchDetails details)
    {
        ArgumentNullException.ThrowIfNull(details);
        var batch = details.Batch;
        var form = new BatchForm
        {
            Rows = [.. details.Outputs.Select(OutputLine.Of)],
            Loss = batch.LossGrams > 0 ? Kilograms(batch.LossGrams) : null,
            LossReason = batch.LossReason,
        };
        return form.WithFreeRows();
    }

    public BatchForm WithFreeRows()
    {
        for (var free = Rows.Count(row => row.IsEmpty); free < FreeRows && Rows.Count < BatchOutputs.MostRows; free++)
        {
            Rows.Add(new OutputLine());
        }

        return this;
    }

    internal static string Kilograms(long grams) => Format.Current.Editable(Weight.FromGrams(grams).Kilograms);
}

public sealed class OutputLine
{
    public string? Fraction { get; set; }

    public string? WasteCode { get; set; }

    public string? Operation { get; set; }

    public string? Kg { get; set; }

    public string? Destination { get; set; }

    public string? Country { get; set; }

    public bool Final { get; set; }

    public bool IsEmpty => string.IsNullOrWhiteSpace(Fraction) && string.IsNullOrWhiteSpace(Kg);

    public static OutputLine Of(BatchOutputRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new OutputLine
        {
            Fraction = row.Fraction, WasteCode = row.WasteCode, Operation = row.Operation, Kg = BatchForm.Kilograms(row.Grams), Destination = row.DestinationName, Country = row.DestinationCountry, Final = row.IsFinal,
        };
    }
}

/// <summary>Masses of forms in kilograms, with a sentence where they cannot be read.</summary>
public sealed class MassReader(IStringLocalizer<InputText> text)
{
    /// <returns>None with a sentence; a blank is none without one.</returns>
    public (Weight? Mass, string? Problem) Read(string? typed, bool isSigned = false)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return (null, null);
        }

        var problem = NumberInput.TryParse(typed, out var kilograms);
        return problem != NumberProblem.None ? (null, text.Sentence(problem, typed))
            : Math.Abs(kilograms) > 1_000_000_000 || (kilograms < 0 && !isSigned) || !decimal.IsInteger(kilograms * 1000) ? (null, text["Invalid", typed.Length > 40 ? typed[..40] : typed].Value)
            : (Weight.FromKilograms(kilograms), null);
    }

    /// <summary>A mass that program and person may write the same way, for the API.</summary>
    public static string Plain(long grams) => Weight.FromGrams(grams).Kilograms.ToString("0.000", CultureInfo.InvariantCulture);
}

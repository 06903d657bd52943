using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Web.Features.Shared;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>Two bars of equal length between two ink brackets: what went in, and what became of it. Sums are asserted before anything is drawn.</summary>
public sealed record BalancePicture(long TotalGrams, IReadOnlyList<BalancePart> Inputs, IReadOnlyList<BalancePart> Outputs)
{
    public const int Width = 1184;

    /// <summary>Below this a part has no room for its words; they stand in the list under the picture.</summary>
    public const int WordWidth = 150;

    private static readonly string[] InputColours = ["m-bal-in0", "m-bal-in1", "m-bal-in2", "m-bal-in3"];

    public static BalancePicture Of(BatchDetails details, IStringLocalizer<TreatmentText> text)
    {
        ArgumentNullException.ThrowIfNull(details);
        ArgumentNullException.ThrowIfNull(text);
        var batch = details.Batch;
        long Sum(Func<BatchOutputRow, long> grams) => details.Outputs.Sum(grams);
        BalancePart Part(string key, string colour, long grams, bool waits = false) => new(text["Part." + key], colour, grams, waits);
        var difference = batch.IsOpen ? 0 : batch.DifferenceGrams;
        List<BalancePart> outputs =
        [
            Part("Recycled", "m-bal-recycled", Sum(row => row.Result == "Recycled" ? row.ConfirmedGrams : 0)),
            Part("RecycledWaits", "m-bal-waits", Sum(row => row.Result == "Recycled" ? row.UnconfirmedGrams : 0), waits: true),
            Part("Reused", "m-bal-reused", Sum(row => row.Result == "Reused" ? row.Grams : 0)),
            Part("Recovered", "m-bal-recovered", Sum(row => row.Result == "Recovered" ? row.ConfirmedGrams : 0)),
            Part("RecoveredWaits", "m-bal-waits", Sum(row => row.Result == "Recovered" ? row.UnconfirmedGrams : 0), waits: true),
            Part("Disposed", "m-bal-disposed", Sum(row => row.Result == "Disposed" ? row.ConfirmedGrams : 0)),
            Part("DisposedWaits", "m-bal-waits", Sum(row => row.Result == "Disposed" ? row.UnconfirmedGrams : 0), waits: true),
            Part("Loss", "m-bal-loss", batch.LossGrams),
            Part("Difference", "m-bal-difference", Math.Max(0, difference)),
        ];
        var missing = batch.IsOpen ? Math.Max(0, batch.MissingGrams) : 0;
        outputs.Add(Part("Missing", "m-bal-missing", missing, waits: true));
        List<BalancePart> inputs = [.. details.Inputs.Select((row, index) => new BalancePart(row.Container ?? text["Channel." + row.Channel].Value, InputColours[index % 4], row.Grams, false))];
        if (inputs.Count > 8)
        {
            inputs = [.. inputs.Take(7), new BalancePart(text["Part.MoreLots", inputs.Count - 7], "m-bal-in3", inputs.Skip(7).Sum(part => part.Grams), false)];
        }

        // More came out than went in: the surplus stands on the left, so that both bars stay equal.
        inputs.Add(new BalancePart(text["Part.Surplus"], "m-bal-difference", Math.Max(0, batch.IsOpen ? -batch.MissingGrams : -difference), false));
        return Checked(inputs.Where(part => part.Grams > 0), outputs.Where(part => part.Grams > 0));
    }

    public string X(long grams) => (TotalGrams == 0 ? 0 : (decimal)Width * grams / TotalGrams).ToString("0.#", CultureInfo.InvariantCulture);

    public bool HasWords(BalancePart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return TotalGrams > 0 && Width * part.Grams / TotalGrams >= Math.Max(WordWidth, (part.Name.Length * 8) + 24);
    }

    public static string Mass(BalancePart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return Format.Current.KilogramsBare(Weight.FromGrams(part.Grams));
    }

    private static BalancePicture Checked(IEnumerable<BalancePart> inputs, IEnumerable<BalancePart> outputs)
    {
        var picture = new BalancePicture(inputs.Sum(part => part.Grams), [.. inputs], [.. outputs]);
        return picture.Outputs.Sum(part => part.Grams) == picture.TotalGrams ? picture : throw new InvalidOperationException("The two bars of a balance are not equal.");
    }
}

/// <param name="Waits">Counted but not proven: hatched.</param>
public sealed record BalancePart(string Name, string Colour, long Grams, bool Waits);

using EwasteEpr.Kernel;
using EwasteEpr.Treatment.Batches;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>Reads the rows of the form and says, row by row and in the reader's language, what is wrong with them.</summary>
public sealed class OutputLines(MassReader masses, IStringLocalizer<TreatmentText> text)
{
    /// <returns>None where something could not be read: the sentences stand in <paramref name="state"/>.</returns>
    public ReadOutputs? Read(BatchForm form, ModelStateDictionary state)
    {
        ArgumentNullException.ThrowIfNull(form);
        ArgumentNullException.ThrowIfNull(state);
        var (rows, places) = (new List<OutputDraft>(), new List<int>());
        for (var place = 0; place < form.Rows.Count; place++)
        {
            var line = form.Rows[place];
            if (line.IsEmpty)
            {
                continue;
            }

            var mass = Mass(line.Kg, $"Rows[{place}].Kg", state, isSigned: false);
            var code = string.IsNullOrWhiteSpace(line.WasteCode) ? null : line.WasteCode.Trim();
            rows.Add(new OutputDraft(line.Fraction ?? "", code, line.Operation ?? "", mass ?? Weight.Zero, Cut(line.Destination), Cut(line.Country)?.ToUpperInvariant(), line.Final));
            places.Add(place);
        }

        var loss = Mass(form.Loss, nameof(form.Loss), state, isSigned: false) ?? Weight.Zero;
        var difference = Mass(form.Difference, nameof(form.Difference), state, isSigned: true) ?? Weight.Zero;
        return state.IsValid ? new ReadOutputs(new OutputsDraft(rows, loss, Cut(form.LossReason)), difference, places) : null;
    }

    public void Explain(SaveOutputsOutcome outcome, ReadOutputs read, ModelStateDictionary state)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(state);
        switch (outcome)
        {
            case SaveOutputsOutcome.Refused refused:
                Explain(refused.Rows, read, state);
                break;
            case SaveOutputsOutcome.LossWithoutReason:
                state.AddModelError(nameof(BatchForm.LossReason), text["Out.LossReason"]);
                break;
            case SaveOutputsOutcome.NotOpen:
                state.AddModelError("", text["NotOpen"]);
                break;
        }
    }

    public void Explain(CloseOutcome outcome, ReadOutputs read, ModelStateDictionary state)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(state);
        switch (outcome)
        {
            case CloseOutcome.DoesNotAddUp { Missing: var missing }:
                state.AddModelError(nameof(BatchForm.Difference), text[missing.Grams > 0 ? "Close.Missing" : "Close.TooMuch", Format.Current.Grams(Weight.FromGrams(Math.Abs(missing.Grams)))]);
                break;
            case CloseOutcome.NeedsNote { Limit: var limit }:
                state.AddModelError(nameof(BatchForm.Note), text["Close.Note", Format.Current.Kilograms(limit)]);
                break;
            case CloseOutcome.Refused refused:
                Explain(refused.Rows, read, state);
                break;
            default:
                state.AddModelError("", text[outcome switch { CloseOutcome.NotCertified => "Close.NotCertified", CloseOutcome.NoInput => "Close.NoInput", CloseOutcome.DayOutOfReach => "Open.DayOutOfReach", _ => "NotOpen" }]);
                break;
        }
    }

    private void Explain(IReadOnlyList<OutputRefusal> rows, ReadOutputs read, ModelStateDictionary state)
    {
        foreach (var row in rows)
        {
            var draft = read.Outputs.Rows[row.Row];
            var field = row.What switch
            {
                OutputProblem.UnknownFraction => nameof(OutputLine.Fraction),
                OutputProblem.NoMass => nameof(OutputLine.Kg),
                OutputProblem.UnknownWasteCode => nameof(OutputLine.WasteCode),
                OutputProblem.UnknownCountry => nameof(OutputLine.Country),
                OutputProblem.NoDestination => nameof(OutputLine.Destination),
                _ => nameof(OutputLine.Operation),
            };
            state.AddModelError($"Rows[{read.Places[row.Row]}].{field}", text["Row." + row.What, read.Places[row.Row] + 1, draft.WasteCode ?? "", draft.Operation, row.Act?.Act(Culture.CurrentCode) ?? ""]);
        }
    }

    private Weight? Mass(string? typed, string field, ModelStateDictionary state, bool isSigned)
    {
        var (mass, problem) = masses.Read(typed, isSigned);
        if (problem is not null)
        {
            state.AddModelError(field, problem);
        }

        return mass;
    }

    private static string? Cut(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim() is var whole && whole.Length > 200 ? whole[..200] : whole;
}

/// <param name="Places">Where each row stands in the form, which has empty rows too.</param>
public sealed record ReadOutputs(OutputsDraft Outputs, Weight Difference, IReadOnlyList<int> Places);

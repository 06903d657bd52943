using System.Globalization;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Declarations.Rules;

/// <summary>From what a line says it is to its tariff and its fee, or to the one reason why it has none.</summary>
/// <remarks>Reasons come in this order: unknown code, no methodology, no row, coefficient not set, no MCI. Nothing is ever silently zero.</remarks>
internal sealed class LinePricing(QuoteTerms terms)
{
    private readonly TariffChooser chooser = new(terms);

    /// <param name="line">Its codes are read.</param>
    /// <param name="day">Of the obligation, or what stands for it.</param>
    public void Choose(Line line, DateOnly day)
    {
        var choice = chooser.Choose(line.Hs, line.GivenKey, day, out var pricedOn);
        line.PricedOn = pricedOn;
        line.Tariff = choice;
        if (choice.KeyInfo is null)
        {
            RefuseCode(line, choice);
            return;
        }

        if (!line.GivenKey.IsNone && !line.Hs.IsNone && (choice.Hs.Kind != HsKind.Known || choice.Hs.Key != line.GivenKey))
        {
            WarnOfDisagreement(line, choice);
        }

        if (!choice.IsPriced)
        {
            RefuseTariff(line, Column.HsCode, choice.Answer);
        }

        if (line.Units > 0 && line.HasMass && choice.HeaviestPieceGrams > 0)
        {
            CheckPiece(line, choice);
        }
    }

    private static void RefuseCode(Line line, TariffChoice choice)
    {
        if (!line.GivenKey.IsNone)
        {
            line.Add(ProblemCode.KeyUnknown, Column.UnuKey);
            return;
        }

        var (code, detail) = choice.Hs.Kind switch
        {
            HsKind.Part => (ProblemCode.SparePart, choice.Hs.MatchedPrefix.ToString()),
            HsKind.Ambiguous => (ProblemCode.HsTooShort, ""),
            _ => (ProblemCode.HsUnknown, choice.Hs.MatchedPrefix.ToString()),
        };
        line.Add(code, Column.HsCode, detail);
    }

    /// <summary>The key stands for everything but HS rows of the tariff; neither of the two is an error.</summary>
    private static void WarnOfDisagreement(Line line, TariffChoice choice)
    {
        switch (choice.Hs.Kind)
        {
            case HsKind.Unknown:
                line.Add(ProblemCode.HsUnknownButKeyKnown, Column.HsCode, choice.Hs.MatchedPrefix.ToString(), line.GivenKey.ToString());
                break;
            case HsKind.Known:
                line.Add(ProblemCode.KeyAgainstHs, Column.UnuKey, choice.Hs.Key.ToString(), line.Hs.ToString());
                break;
            case HsKind.Part:
                line.Add(ProblemCode.KeyAgainstHs, Column.UnuKey, "", line.Hs.ToString());
                break;
            default:
                // A short code that leads to several keys: the key is what makes it clear.
                break;
        }
    }

    private static void RefuseTariff(Line line, Column column, TariffAnswer answer)
    {
        var code = answer.Refusal switch
        {
            TariffRefusal.NoMethodology => ProblemCode.NoMethodology,
            TariffRefusal.NoRow => ProblemCode.NoTariffRow,
            TariffRefusal.CoefficientNotSet => ProblemCode.CoefficientNotSet,
            _ => ProblemCode.NoMci,
        };
        line.Add(code, column == Column.HsCode && line.Hs.IsNone ? Column.UnuKey : column, line.PricedOn.ToString("O", CultureInfo.InvariantCulture), answer.Methodology?.Code ?? "");
    }

    private static void CheckPiece(Line line, TariffChoice choice)
    {
        var units = line.Units!.Value;
        if (line.MassGrams < choice.LightestPieceGrams * units || line.MassGrams > choice.HeaviestPieceGrams * units)
        {
            var piece = decimal.Round(line.MassGrams / 1000m / units, 4, MidpointRounding.AwayFromZero);
            line.Add(ProblemCode.UnitWeightImplausible, Column.MassKg, piece.ToString(CultureInfo.InvariantCulture), $"{choice.Key}|{choice.KeyInfo!.MeanWeightKg!.Value.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    public void Price(Line line)
    {
        if (line.State == LineState.Refused || line.Tariff is not { IsPriced: true } choice || !line.HasMass)
        {
            if (line.State != LineState.Refused && line.Tariff is { IsPriced: true } && !line.HasMass)
            {
                line.Add(ProblemCode.MassNotPositive, Column.MassKg);
            }

            return;
        }

        if (!choice.Rate.TryApply(line.MassGrams, out var steps))
        {
            line.Add(ProblemCode.FeeTooLarge, Column.MassKg, "", choice.Answer.Methodology!.Code);
            return;
        }

        line.ProductFeeTiyn = steps * choice.StepTiyn;
        line.IsPriced = line.PackagingItems.Count == 0 || PricePackaging(line);
    }

    private bool PricePackaging(Line line)
    {
        for (var i = 0; i < line.PackagingItems.Count; i++)
        {
            var item = line.PackagingItems[i];
            var answer = chooser.Packaging(item.Kind, line.PricedOn);
            if (!answer.IsPriced)
            {
                RefuseTariff(line, Column.Packaging, answer);
                return false;
            }

            if (!UtilisationFee.RateOf(answer).TryApply(item.MassGrams, out var steps))
            {
                line.Add(ProblemCode.FeeTooLarge, Column.Packaging, "", answer.Methodology!.Code);
                return false;
            }

            line.PackagingItems[i] = item with { Tariff = answer, FeeTiyn = steps * UtilisationFee.StepTiyn(answer.Methodology!.Rounding) };
        }

        return true;
    }
}

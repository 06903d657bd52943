using EwasteEpr.Declarations;
using EwasteEpr.Kernel;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What a person wants to declare and how its lines come in.</summary>
public sealed record NewDeclarationForm(string? Kind = null, string? Period = null, string? DocumentNo = null, string? ExportNo = null, string? How = null)
{
    /// <summary>Where the declaration goes on, once it is there.</summary>
    public string NextPage => Kind == nameof(DeclarationKind.ExportAdjustment) ? "/exports" : How switch { "paste" => "/paste", "file" => "/upload", "copy" => "/copy", "row" => "/lines", _ => "" };

    internal NewDeclaration? Read(ModelStateDictionary state, IStringLocalizer<DeclarationsText> text)
    {
        if (Kind is null or "")
        {
            state.AddModelError("Form." + nameof(Kind), text["New.KindMissing"]);
            return null;
        }

        if (Kind is "Period" or "Nil")
        {
            if (Kernel.Period.TryParse(Period, out var period))
            {
                return Kind == "Nil" ? new NewDeclaration.Nil(period) : new NewDeclaration.ForPeriod(period);
            }

            state.AddModelError("Form." + nameof(Period), text["New.PeriodMissing"]);
            return null;
        }

        var (field, number) = Kind == "ExportAdjustment" ? (nameof(ExportNo), ExportNo) : (nameof(DocumentNo), DocumentNo);
        if (string.IsNullOrWhiteSpace(number) || number.Trim().Length > DeclarationService.MostDocumentCharacters)
        {
            state.AddModelError("Form." + field, text["New.DocumentNoWrong"]);
            return null;
        }

        return Kind == "ExportAdjustment" ? new NewDeclaration.OfExport(number) : new NewDeclaration.ForConsignment(number);
    }
}

/// <param name="Today">Periods are offered up to this day.</param>
public sealed record NewDeclarationPage(NewDeclarationForm Form, DateOnly Today)
{
    private const int OfferedQuarters = 8;

    /// <summary>The quarters that have begun, newest first, and the years behind them.</summary>
    public IEnumerable<Period> Periods
    {
        get
        {
            var quarter = Period.QuarterOf(Today);
            for (var i = 0; i < OfferedQuarters; i++, quarter = quarter.Previous)
            {
                yield return quarter;
            }

            for (var year = Today.Year; year >= Today.Year - 2; year--)
            {
                yield return Period.OfYear(year);
            }
        }
    }

    /// <summary>The last quarter that is over is what most people come for.</summary>
    public string Suggested => Form.Period ?? Period.QuarterOf(Today).Previous.ToString();
}

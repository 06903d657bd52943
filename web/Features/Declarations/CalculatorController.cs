using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>The fee for a typed, pasted or dropped list, without signing in; nothing is stored.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/calculator")]
public sealed class CalculatorController(TariffService tariffService, TimeProvider clock, IStringLocalizer<InputText> inputText) : Controller
{
    /// <summary>A file this small comes back in the paste box, so that it can be corrected in the browser.</summary>
    private const int EchoedBytes = 256 * 1024;
    private const long MostBytes = 4L * 1024 * 1024 * 1024;

    [HttpGet("")]
    public async Task<IActionResult> Index(string? methodology, CancellationToken ct)
    {
        var form = new CalculatorForm { On = BusinessTime.Today(clock).ToString("dd.MM.yyyy", System.Globalization.CultureInfo.InvariantCulture), Methodology = methodology ?? "" };
        return Show(new Asked(form, await tariffService.CurrentAsync(ct)));
    }

    /// <remarks>No antiforgery token: nothing is stored and nobody is signed in, and looking for the token would read the whole file first.</remarks>
    [HttpPost("")]
    [StreamedForm]
    [EnableRateLimiting(Limits.Calculator)]
    [IgnoreAntiforgeryToken]
    [RequestSizeLimit(MostBytes)]
    public async Task<IActionResult> Calculate()
    {
        var ct = HttpContext.RequestAborted;
        var input = await CalculatorInput.ReadAsync(Request, ct);
        var asked = new Asked(input.Form, await tariffService.CurrentAsync(ct));
        if (input.Form.IsLanguageSwitch || input.Form.AddRows || Terms(asked) is not { } terms)
        {
            await input.DrainAsync(ct);
            return Show(asked);
        }

        if (input.Form.Answer is "results" or "problems")
        {
            return new QuoteCsvResult(listeners => RunAsync(input, listeners, terms, echo: null, ct), () => input.DrainAsync(ct), terms, asked.Sentences, input.Form.Answer == "problems");
        }

        var keeper = new QuoteKeeper(terms);
        var echo = input.File is null ? null : new EchoStream(input.File, EchoedBytes);
        using var outcome = await RunAsync(input, new QuoteListeners(keeper.Take), terms, echo, ct);
        await input.DrainAsync(ct);
        if (echo is not null && await EchoedText.ReadAsync(echo, input.Form.ToldEncoding, ct) is { } text)
        {
            input.Form.Table = text;
        }

        return outcome is QuoteOutcome.Quoted quote ? Show(asked, quote, keeper, input, echo) : Show(asked, ((QuoteOutcome.Unreadable)outcome).Problem);
    }

    private static Task<QuoteOutcome> RunAsync(CalculatorInput input, QuoteListeners listeners, QuoteTerms terms, EchoStream? echo, CancellationToken ct)
    {
        var form = input.Form;
        return input.File is not null ? FeeQuote.RunAsync(echo ?? input.File, new TableHints(form.ToldEncoding), terms, listeners, ct)
            : form.IsTyped ? FeeQuote.RunAsync(new GivenRows(form.RowTexts()), terms, listeners, ct)
            : FeeQuote.RunAsync(form.TableStream(), new TableHints(), terms, listeners, ct);
    }

    /// <returns>None when the day or the methodology is not understood; the form says so.</returns>
    private QuoteTerms? Terms(Asked asked)
    {
        var today = BusinessTime.Today(clock);
        var day = today;
        if (!string.IsNullOrWhiteSpace(asked.Form.On) && DateInput.TryParse(asked.Form.On, out day) is var problem and not DateProblem.None)
        {
            ModelState.SetModelValue(nameof(CalculatorForm.On), asked.Form.On, asked.Form.On);
            ModelState.AddModelError(nameof(CalculatorForm.On), inputText.Sentence(problem, asked.Form.On));
            return null;
        }

        var table = asked.Form.Methodology.Length == 0 ? asked.Tariffs.Pricing : asked.Tariffs.Named(asked.Form.Methodology) ?? asked.Tariffs.Pricing;
        return new QuoteTerms(asked.Tariffs.Catalogue, table, today, FixedDay: null, string.IsNullOrWhiteSpace(asked.Form.On) ? today : day);
    }

    private ViewResult Show(Asked asked, TableProblem? problem = null)
    {
        asked.Form.FillRows();
        if (problem is not null)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        return View("Calculator", asked.Page() with { Problem = problem });
    }

    private ViewResult Show(Asked asked, QuoteOutcome.Quoted quote, QuoteKeeper keeper, CalculatorInput input, EchoStream? echo)
    {
        asked.Form.FillRows();
        var shown = new QuotePage(
            quote.Totals, keeper.Lines, QuoteKeeper.Groups(quote.Problems), asked.Sentences.Notes(quote), quote.Methodologies, input.FileName, IsInForm: echo is null || echo.IsWhole);
        return View("Calculator", asked.Page() with { Quote = shown });
    }

    private sealed record Asked(CalculatorForm Form, TariffSnapshot Tariffs)
    {
        public ProblemSentences Sentences => Page().Sentences;

        public CalculatorPage Page() => new(Form, [.. Tariffs.Versions.Select(version => version.Methodology)], Tariffs.PricingProgramme, Culture.CurrentCode);
    }
}

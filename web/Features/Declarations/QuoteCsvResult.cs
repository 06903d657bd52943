using System.Globalization;
using System.Text;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Every line with its factors, or every problem, as a file.</summary>
/// <remarks>
/// Written to a nameless temporary file first: a browser does not read an answer while it still sends, so an answer that goes out
/// while the table comes in would make both wait for each other for ever.
/// </remarks>
public sealed class QuoteCsvResult(Func<QuoteListeners, Task<QuoteOutcome>> run, Func<Task> drain, QuoteTerms terms, ProblemSentences sentences, bool isProblems) : IActionResult
{
    private const int WrittenAt = 32 * 1024;

    private readonly CsvOutput csv = new();

    public async Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await using var file = TempFiles.Create(folder: null);
        await using (var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), WrittenAt, leaveOpen: true))
        {
            await WriteAsync(text);
        }

        await drain();
        var response = context.HttpContext.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.ContentLength = file.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"{(isProblems ? "problems" : "results")}-{terms.DefaultDay:yyyy-MM-dd}.csv\"";
        file.Position = 0;
        await file.CopyToAsync(response.Body, context.HttpContext.RequestAborted);
    }

    private async Task WriteAsync(StreamWriter text)
    {
        WriteHead();
        using var outcome = await run(isProblems ? QuoteListeners.None : new QuoteListeners(line => TakeAsync(line, text)));
        if (outcome is QuoteOutcome.Unreadable { Problem: var problem })
        {
            WriteProblem(problem.Row, problem.PublicCode, "", problem.Value, sentences.Of(problem));
        }
        else if (isProblems && outcome is QuoteOutcome.Quoted quote)
        {
            await WriteProblemsAsync(quote, text);
        }

        await text.WriteAsync(csv.Take());
    }

    private void WriteHead()
    {
        string[] names = isProblems
            ? ["row", "severity", "code", "column", "value", "message"]
            : ["row", "state", "hs_code", "unu_key", "description", "category", "units", "mass_kg", "priced_on", "methodology", "tariff_match", "coefficient", "mci", "fee_kzt", "packaging_fee_kzt", "total_kzt", "problems"];
        foreach (var name in names)
        {
            csv.Raw(name);
        }

        csv.EndRow();
    }

    private ValueTask TakeAsync(Line line, StreamWriter text)
    {
        var answer = QuoteResults.Of(line);
        csv.Raw(line.Row.ToString(CultureInfo.InvariantCulture)).Raw(answer.State).Text(line.Text(Column.HsCode)).Text(answer.UnuKey).Text(line.Text(Column.Description)).Raw(answer.Category)
            .Raw(line.Units?.ToString(CultureInfo.InvariantCulture)).Raw(answer.MassKg).Raw(answer.PricedOn).Text(answer.Methodology).Text(answer.TariffMatch).Raw(answer.Coefficient)
            .Raw(answer.Mci?.ToString(CultureInfo.InvariantCulture)).Raw(answer.FeeKzt).Raw(line.IsPriced ? QuoteJson.Decimals(line.FeeTiyn - line.ProductFeeTiyn, 2) : "").Raw(answer.TotalKzt)
            .Text(string.Join(' ', answer.Problems)).EndRow();
        return csv.Length < WrittenAt ? ValueTask.CompletedTask : new ValueTask(text.WriteAsync(csv.Take()));
    }

    private async Task WriteProblemsAsync(QuoteOutcome.Quoted quote, StreamWriter text)
    {
        foreach (var problem in quote.Problems.Read())
        {
            WriteProblem(problem.Row, problem.PublicCode, problem.Column is { } column ? Columns.Code(column) : "", problem.Value, sentences.Of(problem), problem.Severity);
            if (csv.Length >= WrittenAt)
            {
                await text.WriteAsync(csv.Take());
            }
        }
    }

    private void WriteProblem(int row, string code, string column, string value, string message, Severity severity = Severity.Error)
    {
        if (isProblems)
        {
            csv.Raw(row.ToString(CultureInfo.InvariantCulture)).Raw(severity.ToString().ToLowerInvariant()).Raw(code).Raw(column).Text(value).Text(message).EndRow();
        }
        else
        {
            csv.Raw(row.ToString(CultureInfo.InvariantCulture)).Raw("unreadable").Text(code).Text("").Text(message).EndRow();
        }
    }
}

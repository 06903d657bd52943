using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace EwasteEpr.Web.Hosting.Printing;

/// <summary><c>return new PaperResult(paper);</c> answers the PDF; where it cannot be made, the page to print and a sentence that says so.</summary>
/// <param name="paper">What is asked for.</param>
/// <param name="asPage">To read on the screen first.</param>
public sealed partial class PaperResult(Paper paper, bool asPage = false) : ActionResult
{
    public override async Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var services = context.HttpContext.RequestServices;
        var papers = services.GetRequiredService<Papers>();
        var response = context.HttpContext.Response;
        response.Headers.CacheControl = "no-store";
        if (!asPage)
        {
            try
            {
                var pdf = await papers.PdfAsync(paper, context.HttpContext.RequestAborted, context);
                response.ContentType = "application/pdf";
                response.ContentLength = pdf.Length;
                var name = new ContentDispositionHeaderValue("inline");
                name.SetHttpFileName(paper.FileName);
                response.Headers.ContentDisposition = name.ToString();
                await response.Body.WriteAsync(pdf, context.HttpContext.RequestAborted);
                return;
            }
            catch (PrintException problem)
            {
                NotPrinted(services.GetRequiredService<ILogger<PaperResult>>(), paper.Number, problem);
            }
        }

        response.ContentType = "text/html; charset=utf-8";
        await response.WriteAsync(await papers.HtmlAsync(new PaperSheet(paper, ForPrinter: false, PrinterIsMissing: !asPage), context), Encoding.UTF8, context.HttpContext.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Paper {Number} was not printed; its page was shown instead.")]
    private static partial void NotPrinted(ILogger log, string number, Exception problem);
}

using EwasteEpr.Kernel;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Shared;

/// <summary>A table as a file to keep: each table of the site has one.</summary>
/// <param name="fileName">In Latin letters, with <c>.csv</c>.</param>
/// <param name="head">Names of columns, the same in all languages.</param>
public sealed class CsvFile(string fileName, IReadOnlyList<string> head, IEnumerable<object?[]> rows) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var response = context.HttpContext.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        await CsvExport.WriteAsync(response.Body, head, rows, context.HttpContext.RequestAborted);
    }
}

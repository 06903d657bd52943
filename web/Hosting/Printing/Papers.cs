using EwasteEpr.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace EwasteEpr.Web.Hosting.Printing;

/// <summary>From a paper to its page and its PDF, in a request or in a job.</summary>
public sealed class Papers(IRazorViewEngine views, ITempDataProvider temporary, IPdfPrinter printer, IServiceScopeFactory scopes)
{
    /// <exception cref="PrintException">No printer, or it failed.</exception>
    public async Task<byte[]> PdfAsync(Paper paper, CancellationToken ct, ActionContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(paper);
        return printer.IsAvailable
            ? await printer.PrintAsync(new PrintPage(await HtmlAsync(new PaperSheet(paper, ForPrinter: true), context)), ct)
            : throw new PrintException("This machine has no PDF printer.");
    }

    public async Task<string> HtmlAsync(PaperSheet sheet, ActionContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        // Of this method alone: the language ends with it.
        Culture.Use(sheet.Paper.Language);
        if (context is not null)
        {
            return await RenderAsync(sheet, context);
        }

        await using var scope = scopes.CreateAsyncScope();
        var request = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        return await RenderAsync(sheet, new ActionContext(request, new RouteData(), new ActionDescriptor()));
    }

    private async Task<string> RenderAsync(PaperSheet sheet, ActionContext context)
    {
        var name = sheet.Paper.View;
        var found = name.StartsWith('/') ? views.GetView(null, name, isMainPage: true) : views.FindView(context, name, isMainPage: true);
        var view = found.View ?? throw new InvalidOperationException($"There is no view {name}; looked at {string.Join(", ", found.SearchedLocations)}.");
        // The request's own state would colour the paper: a form's errors have no place on it.
        var data = new ViewDataDictionary(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = sheet.Paper.Model };
        sheet.Tell(data);
        await using var writer = new StringWriter();
        await view.RenderAsync(new ViewContext(context, view, data, new TempDataDictionary(context.HttpContext, temporary), writer, new HtmlHelperOptions()));
        return writer.ToString();
    }
}

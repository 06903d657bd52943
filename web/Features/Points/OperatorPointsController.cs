using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Points;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Points;

/// <summary>The operator's register: all points, suspending, and lists by CSV.</summary>
[Authorize(Policy = PolicyNames.AnyOperator)]
[Route("/{culture:culture}/operator/points")]
public sealed class OperatorPointsController(PointDesk desk, PointImport import) : PointEditController(desk)
{
    private const int PageSize = 50;
    private const int MostBytes = 1024 * 1024;

    protected override OrganisationId? Holder => null;

    protected override PointRoom Room => new($"/{Culture.CurrentCode}/operator/points", IsOperator: true);

    [HttpGet("")]
    public async Task<IActionResult> Index(string? done, string? q, int page, CancellationToken ct)
    {
        var number = Math.Clamp(page, 1, 1000);
        var filter = new PointFilter { Text = q, Limit = PageSize, Offset = (number - 1) * PageSize };
        var rows = await Desk.Points.WithHoursAsync(await Desk.Points.ListAsync(filter, ct), ct);
        ViewData["q"] = q;
        return View("List", new PointListPage(Room, rows, (await Desk.Points.CountAsync(filter, ct)).Sum(region => region.Points), number, done));
    }

    [HttpGet("import")]
    public IActionResult Import(string? done) => View("Import", new PointImportPage(Room, "", null, done));

    [HttpPost("import")]
    public async Task<IActionResult> Import(string? csv, IFormFile? file, [FromForm] bool write, CancellationToken ct)
    {
        if (file is { Length: > MostBytes } || csv?.Length > MostBytes)
        {
            ModelState.AddModelError("csv", Desk.Text["I.Large"]);
            return View("Import", new PointImportPage(Room, "", null, null));
        }

        var text = file is { Length: > 0 } ? await ReadAsync(file, ct) : csv ?? "";
        ModelState.Clear(); // the field shows what was read, not what was posted
        var read = await import.ReadAsync(text, ct);
        if (!read.IsReadable)
        {
            ModelState.AddModelError("csv", Desk.Text["I.Bad"]);
        }

        if (!write || !read.MayBeWritten)
        {
            return View("Import", new PointImportPage(Room, text, read, null));
        }

        var (added, changed) = await import.WriteAsync(read.Rows, ActorContext.Current(HttpContext), ct);
        return LocalRedirect($"{Room.Home}/import?done={added}-{changed}");
    }

    private static async Task<string> ReadAsync(IFormFile file, CancellationToken ct)
    {
        using var stream = new MemoryStream();
        await file.CopyToAsync(stream, ct);
        return SmallTable.Decode(stream.ToArray());
    }
}

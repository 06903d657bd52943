using System.ComponentModel.DataAnnotations;
using EwasteEpr.PublicRegister.Register;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>"Is my supplier registered?" for one number or a pasted list. Asked by POST, because a sole trader's number may stand in no address.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/register/check")]
public sealed class SupplierController(SupplierCheck check, IStringLocalizer<RegisterText> text) : Controller
{
    [HttpGet("")]
    public IActionResult Ask() => View("Supplier", new SupplierPage(new SupplierForm(), null));

    /// <summary>Nothing is stored, so nothing has to be done only once.</summary>
    [HttpPost("")]
    [EnableRateLimiting(Limits.Calculator)]
    public async Task<IActionResult> Answer([Bind(Prefix = "Form")] SupplierForm form, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(form);
        Response.Headers.CacheControl = "no-store";
        var numbers = SupplierList.Read(form.Numbers);
        if (numbers.Count is 0 or > SupplierCheck.MostNumbers)
        {
            ModelState.AddModelError("Form.Numbers", numbers.Count == 0 ? text["Check.Empty"] : text["Check.TooMany", SupplierCheck.MostNumbers, numbers.Count]);
            return View("Supplier", new SupplierPage(form, null));
        }

        var answers = await check.CheckAsync(numbers, ct);
        return form.As == "csv" ? File(answers) : View("Supplier", new SupplierPage(form, answers));
    }

    private static CsvFile File(IReadOnlyList<SupplierAnswer> answers) => new(
        "suppliers.csv", ["no", "typed", "answer", "roles", "name_kk", "name_ru", "since", "same_as_no"],
        answers.Select(row => new object?[] { row.No, row.Typed, row.Verdict.ToString(), string.Join(' ', row.Roles), row.NameKk, row.NameRu, row.Since, row.Repeats }));
}

public sealed class SupplierForm
{
    [StringLength(40_000)]
    public string? Numbers { get; set; }

    /// <summary><c>csv</c>: the answers as a file.</summary>
    public string? As { get; set; }
}

/// <param name="Answers">None before the question.</param>
public sealed record SupplierPage(SupplierForm Form, IReadOnlyList<SupplierAnswer>? Answers)
{
    public int Count(SupplierVerdict verdict) => Answers?.Count(answer => answer.Verdict == verdict) ?? 0;
}

using EwasteEpr.Certification;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Certification;

/// <summary>Where an organisation does none of these things, its room has no such page.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnlyWhoDoesAttribute(params string[] activities) : Attribute, IAsyncActionFilter
{
    public Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (activities.Any(context.HttpContext.Organisation().Does))
        {
            return next();
        }

        context.Result = new NotFoundResult();
        return Task.CompletedTask;
    }
}

/// <summary>What the pages of certification have in common.</summary>
public abstract class CertificationRoom(IStringLocalizer<CertificationText> text) : Controller
{
    protected OrganisationAccess Access => HttpContext.Organisation();

    protected Actor Actor => ActorContext.Current(HttpContext);

    protected IStringLocalizer<CertificationText> Text => text;

    protected void Require(bool holds, string field, string sentence, params object[] more)
    {
        if (!holds && !(ModelState.TryGetValue(field, out var entry) && entry.Errors.Count > 0))
        {
            ModelState.AddModelError(field, text[sentence, more]);
        }
    }

    protected void RequireText(string? value, string field, int most) => Require(!string.IsNullOrWhiteSpace(value) && value.Length <= most, field, "E.Required");

    /// <summary>Done goes on; what is not there is 404; anything else is a sentence on the same page.</summary>
    protected async Task<IActionResult> AnswerAsync(CertificationOutcome outcome, string to, string field, Func<Task<IActionResult>> show)
    {
        if (outcome == CertificationOutcome.Done)
        {
            return LocalRedirect(to);
        }

        if (outcome == CertificationOutcome.NotFound)
        {
            return NotFound();
        }

        Require(holds: false, field, "E." + outcome);
        return await show();
    }

    /// <summary>The file of a proof; none where there is none. A file that may not be kept is a sentence at its field.</summary>
    protected async Task<ProofFile?> ProofAsync(IFormFile? file, string field, CancellationToken ct)
    {
        if (file is null or { Length: 0 })
        {
            return null;
        }

        if (file.Length > ProofFile.MostBytes)
        {
            Require(holds: false, field, "E.FileLarge");
            return null;
        }

        await using var stream = file.OpenReadStream();
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, ct);
        var content = bytes.ToArray();
        // What a file is, its first bytes say; its name may say anything.
        var type = content switch { [0x25, 0x50, 0x44, 0x46, ..] => "application/pdf", [0xFF, 0xD8, 0xFF, ..] => "image/jpeg", [0x89, 0x50, 0x4E, 0x47, ..] => "image/png", _ => null };
        Require(type is not null, field, "E.FileKind");
        var name = Path.GetFileName(file.FileName);
        return type is null ? null : new ProofFile(name.Length is 0 or > 200 ? "proof" : name, type, content);
    }

    protected IActionResult Download(ProofFile? file) => file is null ? NotFound() : File(file.Bytes, file.ContentType, file.Name);
}

using EwasteEpr.Organisations;
using EwasteEpr.PublicRegister.Register;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.PublicRegister;

/// <summary>Public: who is registered as what. One list for all registers, narrowed by what stands in the address.</summary>
[AllowAnonymous]
[Route("/{culture:culture}/register")]
public sealed class RegisterController(PublicRegisterQueries register, OrganisationService organisations) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Index(RegisterQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        var filter = query.Filter();
        var found = await register.ListAsync(filter, PublicRegisterQueries.PageSize + 1, ct);
        return View("Register", new RegisterListPage(query, [.. found.Take(PublicRegisterQueries.PageSize)], found.Count > PublicRegisterQueries.PageSize, await register.CountAsync(filter, ct), await organisations.RegionsAsync(ct)));
    }

    [HttpGet("/{culture:culture}/register.csv")]
    public async Task<IActionResult> Csv(RegisterQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new CsvFile(
            "register.csv", ["role", "name_kk", "name_ru", "bin", "region", "since", "until", "state"],
            (await register.ListAsync(query.Filter() with { After = null }, PublicRegisterQueries.MostRows, ct)).Select(row => new object?[] { row.Role, row.NameKk, row.NameRu, row.Bin, row.RegionKato, row.Since, row.Until, row.State }));
    }

    [HttpGet("o/{slug}")]
    public async Task<IActionResult> One(string slug, CancellationToken ct) => await FindAsync(slug, ct) is { } page ? View("Organisation", page) : NotFound();

    /// <summary>A picture that an importer may print: it leads to the page, which tells how things stand today.</summary>
    [HttpGet("o/{slug}/badge.svg")]
    public async Task<IActionResult> Badge(string slug, [FromServices] IStringLocalizer<RegisterText> text, CancellationToken ct)
    {
        if (await FindAsync(slug, ct) is not { Badge: { } entry } page)
        {
            return NotFound();
        }

        Response.Headers.CacheControl = "no-cache";
        return Content(RegisterBadge.Svg(page.Organisation.Name(Culture.CurrentCode), text["Badge." + entry.Role], entry.Since is { } since ? text["Badge.Since", Format.Current.DateShort(since)] : "", text["Badge.Ask"], $"{Request.Scheme}://{Request.Host}/{Culture.CurrentCode}/register/o/{slug}"), "image/svg+xml; charset=utf-8");
    }

    private async Task<RegisterOnePage?> FindAsync(string slug, CancellationToken ct) =>
        slug.Length <= 20 && await register.OfOrganisationAsync(slug, ct) is { Count: > 0 } entries && await register.OrganisationAsync(slug, ct) is { } organisation
            ? new RegisterOnePage(slug, organisation, entries, await organisations.RegionsAsync(ct)) : null;
}

/// <summary>What the list was asked for; all of it stands in the address, and a sole trader's number never does.</summary>
public sealed class RegisterQuery
{
    [FromQuery(Name = "kind")]
    public string? Kind { get; set; }

    [FromQuery(Name = "region")]
    public string? Region { get; set; }

    [FromQuery(Name = "q")]
    public string? Text { get; set; }

    [FromQuery(Name = "after")]
    public string? After { get; set; }

    public bool IsNarrowed => Filter() is { Role: not null } or { Region: not null } or { Text: not null };

    public RegisterFilter Filter() => new(
        PublicRegisterQueries.Roles.FirstOrDefault(role => string.Equals(role, Kind, StringComparison.OrdinalIgnoreCase)), Region is { Length: 9 } kato && kato.All(char.IsAsciiDigit) ? kato : null,
        Text?.Trim() is { Length: > 0 and <= 100 } text ? text : null, Culture.CurrentCode, RegisterCursor.Parse(After));

    /// <summary>The same question at another address, with one part changed.</summary>
    public string At(string path, string? kind, RegisterCursor? after = null)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal) { ["kind"] = kind?.ToLowerInvariant(), ["region"] = Filter().Region, ["q"] = Filter().Text, ["after"] = after?.ToString() };
        return QueryHelpers.AddQueryString(path, values.Where(value => !string.IsNullOrEmpty(value.Value)));
    }
}

public sealed record RegisterListPage(RegisterQuery Query, IReadOnlyList<RegisterEntry> Rows, bool HasMore, IReadOnlyList<RoleCount> Counts, IReadOnlyList<Region> Regions)
{
    public long Of(string role) => Counts.FirstOrDefault(count => count.Role == role)?.Entries ?? 0;

    public long Total => Query.Filter().Role is { } role ? Of(role) : Counts.Sum(count => count.Entries);
}

public sealed record RegisterOnePage(string Slug, PublicOrganisation Organisation, IReadOnlyList<RegisterEntry> Entries, IReadOnlyList<Region> Regions)
{
    /// <summary>What a badge may say: importer or producer first, then a certification that holds.</summary>
    public RegisterEntry? Badge => Entries.FirstOrDefault(entry => entry.Role is "Importer" or "Producer") ?? Entries.FirstOrDefault(entry => entry is { Role: "Recycler" or "Refurbisher", Holds: true });
}

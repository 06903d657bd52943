using EwasteEpr.Organisations;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Features.Vouchers;

/// <summary>The till's address without an organisation in it: easy to say and to print.</summary>
[Authorize(Policy = PolicyNames.SignedIn)]
public sealed class MerchantRoomController(OrganisationService organisations) : Controller
{
    /// <summary>To the merchant that this person works at.</summary>
    [HttpGet("/{culture:culture}/merchant/redeem")]
    public async Task<IActionResult> Room(CancellationToken ct)
    {
        var person = HttpContext.Person();
        var places = (await organisations.OfPersonAsync(person.PersonId, ct)).Where(place => place.Has(OrganisationRole.Cashier)).ToList();
        var place = places.FirstOrDefault(place => place.OrganisationId == person.OrganisationId) ?? (places.Count == 1 ? places[0] : null);
        return place is not null ? LocalRedirect($"/{Culture.CurrentCode}/org/{place.Slug}/merchant/redeem") : LocalRedirect($"/{Culture.CurrentCode}/switch");
    }
}

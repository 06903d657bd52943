using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Demo;
using EwasteEpr.TakeBack.Intake;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Consignments;

/// <summary>People on both ends of the road, and sealed boxes between them.</summary>
internal sealed class GivenLoads(DemoSite site)
{
    public Db Db => site.Service<Db>();

    public string Recycler => $"/en/org/{site.Slug("recycler-1")}";

    public string Carrier => $"/en/org/{site.Slug("carrier-1")}/carrier";

    public static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) => fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);

    private const string PointSql = """
        select p.point_id, p.organisation_id, m.person_id
          from containers c join collection_points p using (point_id) join organisations o on o.organisation_id = p.organisation_id
          join memberships m on m.organisation_id = o.organisation_id join people x on x.person_id = m.person_id and x.demo_code = @persona
         order by c.number limit 1
        """;

    public async Task<Workplace> PlaceAsync(string persona = "point-staff")
    {
        var row = await Db.QuerySingleAsync<PlaceRow>(PointSql, new { persona }, default);
        return new Workplace(row.OrganisationId, row.PointId, row.PersonId, null, null, "20-1100", new DateOnly(2100, 1, 1));
    }

    public async Task<HttpClient> OnShiftAsync(string persona = "point-staff")
    {
        var staff = await site.SignedInAsync(persona);
        var page = await staff.GetPageAsync("/en/point/shift");
        if (page.QuerySelector("input[name='Form.Point']") is not null)
        {
            var point = (await PlaceAsync(persona)).Point.Value.ToString("D");
            using var opened = await staff.SubmitAsync(page, "main form", Fields(("Form.Point", point), ("Form.Scale", "20-1187"), ("Form.Until.Day", "30"), ("Form.Until.Month", "6"), ("Form.Until.Year", "2090")));
            Assert.Equal("/en/point", opened.Headers.Location!.OriginalString);
        }

        return staff;
    }

    public async Task<DemoBox> BoxAsync(string category = "6", int things = 2) =>
        await new DemoBoxes(Db, site.Service<DemoTakeBackTools>(), await PlaceAsync()).FillAsync(category, things, default);

    public Task<Guid> SiteAsync(string code = "site-karagandy") => Db.QuerySingleAsync<Guid>("select site_id from sites where demo_code = @code", new { code }, default);

    /// <summary>Over the page of the point: its number, and the code for the driver.</summary>
    public async Task<(string Number, string Code)> PreparedAsync(HttpClient staff, DemoBox box)
    {
        var carrier = await Db.QuerySingleAsync<Guid>("select organisation_id from organisations where demo_code = 'carrier-1'", null, default);
        using var made = await staff.SubmitAsync(await staff.GetPageAsync("/en/point/consignments/new"), "#prepare", Fields(
            ("Containers", $"{box.Id:D}"), ("Site", $"{await SiteAsync():D}"), ("Carrier", $"{carrier:D}"), ("Vehicle", "777 ABC 09"), ("Driver", "Serik"), ("Payer", "FeeFund")));
        var at = made.Headers.Location!.OriginalString;
        return (at.Split('/')[^1], (await staff.GetPageAsync(at)).QuerySelector("[data-code]")!.GetAttribute("data-code")!);
    }

    /// <summary>Typed by the driver; the code for the site.</summary>
    public async Task<string> DespatchedAsync(HttpClient driver, string number, string code)
    {
        using var left = await driver.SubmitAsync(await driver.GetPageAsync($"{Carrier}/{number}"), "#handover", Fields(("code", code)));
        return (await driver.GetPageAsync(left.Headers.Location!.OriginalString)).QuerySelector("[data-code]")!.GetAttribute("data-code")!;
    }

    /// <summary>A box that stands at the site and waits for the scale.</summary>
    public async Task<(string Number, DemoBox Box)> ArrivedAsync(HttpClient site, string category = "6", int things = 2)
    {
        using var staff = await OnShiftAsync();
        using var driver = await SignedInAsync("carrier");
        var box = await BoxAsync(category, things);
        var (number, code) = await PreparedAsync(staff, box);
        var second = await DespatchedAsync(driver, number, code);
        using var taken = await site.SubmitAsync(await site.GetPageAsync($"{Recycler}/deliveries/{number}"), "#handover", Fields(("code", second)));
        Assert.Equal($"{Recycler}/deliveries/{number}", taken.Headers.Location!.OriginalString);
        return (number, box);
    }

    public Task<HttpClient> SignedInAsync(string persona) => site.SignedInAsync(persona);

    public Task<string> StateAsync(string number) => Db.QuerySingleAsync<string>("select state from consignments where number = @number", new { number }, default);

    private sealed record PlaceRow(PointId PointId, OrganisationId OrganisationId, PersonId PersonId);
}

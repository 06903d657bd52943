using System.Net;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Organisations;

public sealed class DevicesTests(DemoSite site) : IClassFixture<DemoSite>
{
    [Fact]
    public async Task Device_PairedByCode_TakesItsStaffInByPin_AndIsOutWhenRevoked()
    {
        using var owner = await site.SignedInAsync("point-owner");
        var path = $"/en/org/{site.Slug("point-1")}/devices";
        using var tablet = await PairedAsync(owner, path, "First counter");
        Assert.Contains("Nobody has a PIN here yet", DemoSite.TextOf(await tablet.GetPageAsync("/en/counter")), StringComparison.Ordinal);
        var pin = await PinAsync(owner, path, "Нұрлан Сәбит");
        var counter = await tablet.GetPageAsync("/en/counter");
        var person = counter.QuerySelector("input[name=Person]")!.GetAttribute("value")!;
        using var wrong = await SignInAsync(tablet, counter, person, pin == "000000" ? "111111" : "000000");
        Assert.Contains("does not match", DemoSite.TextOf(await wrong.ToPageAsync()), StringComparison.Ordinal);
        using var right = await SignInAsync(tablet, counter, person, pin[..3] + pin[3..]);
        Assert.Equal("/en/sign-in/done", right.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await tablet.GetPageAsync($"/en/org/{site.Slug("point-1")}")).StatusCode);

        using var revoked = await owner.SubmitAsync(await owner.GetPageAsync(path), "main form[action$='/revoke']", None);
        Assert.Equal(HttpStatusCode.Redirect, revoked.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await tablet.GetPageAsync($"/en/org/{site.Slug("point-1")}")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await tablet.GetPageAsync("/en/counter")).StatusCode);
    }

    [Fact]
    public async Task Device_HasTheCountersRolesOnly_EvenForAnOwner()
    {
        // Every role at once: on the tablet only the counter's are left.
        await site.Service<Db>().ExecuteAsync(
            "update memberships m set roles = array['owner', 'cashier'] from people p, organisations o where p.demo_code = 'merchant-owner' and o.demo_code = 'merchant-1' and m.person_id = p.person_id and m.organisation_id = o.organisation_id", null, CancellationToken.None);
        using var owner = await site.SignedInAsync("merchant-owner");
        var path = $"/en/org/{site.Slug("merchant-1")}/devices";
        using var tablet = await PairedAsync(owner, path, "Till");
        var pin = await PinAsync(owner, path, "Людмила Ким");
        var counter = await tablet.GetPageAsync("/en/counter");
        using var entered = await SignInAsync(tablet, counter, counter.QuerySelector("input[name=Person]")!.GetAttribute("value")!, pin);
        Assert.Equal(HttpStatusCode.Redirect, entered.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await tablet.GetPageAsync($"/en/org/{site.Slug("merchant-1")}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await tablet.GetPageAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await tablet.GetPageAsync($"/en/org/{site.Slug("merchant-1")}/api-keys")).StatusCode);
        // Nor may a PIN change how the person signs in.
        using var twoStep = await tablet.GetAsync(new Uri("/en/account/two-step", UriKind.Relative));
        Assert.StartsWith("/en/sign-in/again", twoStep.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PairingCode_WorksOnce()
    {
        using var owner = await site.SignedInAsync("recycler-head");
        var path = $"/en/org/{site.Slug("recycler-1")}/devices";
        var code = await CodeAsync(owner, path, "Scale");
        using var first = site.NewClient(keepsCookies: true);
        using var paired = await first.SubmitAsync(await first.GetPageAsync("/en/pair"), "main form", Form(("Code", code.ToLowerInvariant())));
        Assert.Equal("/en/counter", paired.Headers.Location!.OriginalString);
        using var second = site.NewClient(keepsCookies: true);
        using var again = await second.SubmitAsync(await second.GetPageAsync("/en/pair"), "main form", Form(("Code", code)));
        Assert.Contains("does not match or is too old", DemoSite.TextOf(await again.ToPageAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pin_ForSomebodyWhoIsNoCounterStaff_IsNotFound()
    {
        using var owner = await site.SignedInAsync("importer-owner");
        var path = $"/en/org/{site.Slug("importer-1")}/devices";
        var page = await owner.GetPageAsync(path);
        var preparer = await site.Service<Db>().QuerySingleAsync<PersonId>("select person_id from people where demo_code = 'importer-preparer'", null, CancellationToken.None);
        using var answer = await owner.PostAsync(new Uri($"{path}/pins/{preparer}", UriKind.Relative), new FormUrlEncodedContent(Form(("__RequestVerificationToken", page.QuerySelector("main form input[name=__RequestVerificationToken]")!.GetAttribute("value")!))));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private async Task<HttpClient> PairedAsync(HttpClient owner, string path, string name)
    {
        var tablet = site.NewClient(keepsCookies: true);
        using var paired = await tablet.SubmitAsync(await tablet.GetPageAsync("/en/pair"), "main form", Form(("Code", await CodeAsync(owner, path, name))));
        Assert.Equal("/en/counter", paired.Headers.Location!.OriginalString);
        return tablet;
    }

    private static async Task<string> CodeAsync(HttpClient owner, string path, string name)
    {
        using var added = await owner.SubmitAsync(await owner.GetPageAsync(path), $"main form[action='{path}']", Form(("Name", name)));
        return (await added.ToPageAsync()).QuerySelector("#secret")!.TextContent;
    }

    private static async Task<string> PinAsync(HttpClient owner, string path, string name)
    {
        var page = await owner.GetPageAsync(path);
        var form = page.QuerySelectorAll("main form[action*='/pins/']").Single(form => form.QuerySelector("button")!.GetAttribute("aria-label")!.EndsWith(name, StringComparison.Ordinal));
        using var set = await owner.SubmitAsync(page, $"main form[action='{form.GetAttribute("action")}']", None);
        return (await set.ToPageAsync()).QuerySelector("#secret")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient tablet, AngleSharp.Dom.IDocument counter, string person, string pin) =>
        tablet.SubmitAsync(counter, "main form", Form(("Person", person), ("Pin", pin)));

    private static Dictionary<string, string> Form(params (string Name, string Value)[] fields) => fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
}

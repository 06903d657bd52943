using System.Net;
using System.Net.Http.Headers;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Organisations;

public sealed class OrganisationPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    [Fact]
    public async Task Join_FromTheLetterToTheOwnOrganisation()
    {
        using var browser = site.NewClient(keepsCookies: true);
        const string Email = "founder@example.kz";
        using var asked = await browser.SubmitAsync(await browser.GetPageAsync("/en/join"), "main form", Form(("Email", Email)));
        Assert.Contains(Email, DemoSite.TextOf(await asked.ToPageAsync()), StringComparison.Ordinal);
        var link = await LinkToAsync(Email);
        using var weak = await browser.SubmitAsync(await browser.GetPageAsync(link), "main form", Form(("Name", "Founder"), ("Password", "password1234")));
        Assert.Contains("among the first that are tried", DemoSite.TextOf(await weak.ToPageAsync()), StringComparison.Ordinal);
        using var created = await browser.SubmitAsync(await browser.GetPageAsync(link), "main form", Form(("Name", "Founder"), ("Password", "seven brown camels walk")));
        Assert.Equal("/en/join/organisation", created.Headers.Location!.OriginalString);
        var form = await browser.GetPageAsync("/en/join/organisation");
        using var wrong = await browser.SubmitAsync(form, "main form", Organisation("141340944625"));
        Assert.Contains("No such number: its last digit does not agree", DemoSite.TextOf(await wrong.ToPageAsync()), StringComparison.Ordinal);
        using var joined = await browser.SubmitAsync(form, "main form", Organisation("040340008429"));
        Assert.Matches("^/en/org/[0-9a-z]{10}$", joined.Headers.Location!.OriginalString);
        var home = await browser.GetPageAsync(joined.Headers.Location.OriginalString);
        Assert.Contains("040340008429", DemoSite.TextOf(home), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetPageAsync(link)).StatusCode);
        Assert.Contains("does not work any more", DemoSite.TextOf(await browser.GetPageAsync(link)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_ANumberThatIsHere_TellsNothingAboutItsOwner()
    {
        using var browser = await site.SignedInAsync("second-importer");
        using var answer = await browser.SubmitAsync(await browser.GetPageAsync("/en/join/organisation"), "main form", Organisation("141340944624"));
        var page = await answer.ToPageAsync();
        Assert.Contains("registered already", DemoSite.TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain("Айгүл", DemoSite.TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain("Алтын", DemoSite.TextOf(page), StringComparison.Ordinal);
        var before = await site.CountAsync("select count(*) from messages.outbox where to_address = 'importer-owner@demo.example'");
        using var asked = await browser.SubmitAsync(page, "main form", Form());
        Assert.Equal(before + 1, await site.CountAsync("select count(*) from messages.outbox where to_address = 'importer-owner@demo.example'"));
    }

    [Fact]
    public async Task Forgot_AnswersTheSame_WhetherTheAddressIsKnownOrNot()
    {
        async Task<string> AnswerAsync(string email)
        {
            using var browser = site.NewClient(keepsCookies: true);
            using var answer = await browser.SubmitAsync(await browser.GetPageAsync("/en/sign-in/forgot"), "main form", Form(("Email", email)));
            return DemoSite.TextOf(await answer.ToPageAsync()).Replace(email, "", StringComparison.Ordinal);
        }

        Assert.Equal(await AnswerAsync("auditor@demo.example"), await AnswerAsync("nobody@example.kz"));
    }

    [Fact]
    public async Task ExtraFields_OfAForm_AreIgnored()
    {
        using var browser = site.NewClient(keepsCookies: true);
        const string Email = "ambitious@example.kz";
        using var asked = await browser.SubmitAsync(await browser.GetPageAsync("/en/join"), "main form", Form(("Email", Email)));
        using var created = await browser.SubmitAsync(await browser.GetPageAsync(await LinkToAsync(Email)), "main form",
            Form(("Name", "Ambitious"), ("Password", "seven brown camels walk"), ("Email", "operator@example.kz"), ("PlatformRoles", "operator_approver"), ("Role", "operator_approver"), ("demo_code", "x")));
        using var joined = await browser.SubmitAsync(await browser.GetPageAsync("/en/join/organisation"), "main form",
            Organisation("240140000203", ("Slug", "aaaaaaaaaa"), ("OrganisationId", Guid.Empty.ToString()), ("Kind", "sole_trader"), ("Roles", "developer"), ("DemoCode", "operator")));
        Assert.Equal(HttpStatusCode.Redirect, joined.StatusCode);
        var row = await site.Service<Db>().QuerySingleAsync<string>("""
            select p.email || ' ' || o.kind || ' ' || array_to_string(m.roles, '+') || ' ' || (select count(*) from platform_roles r where r.person_id = p.person_id) || ' ' || coalesce(o.demo_code, '-') || ' ' || (o.slug = 'aaaaaaaaaa')
              from people p join memberships m using (person_id) join organisations o using (organisation_id) where p.name = 'Ambitious'
            """, null, CancellationToken.None);
        Assert.Equal("ambitious@example.kz company owner+preparer+signatory+accountant 0 - false", row);
    }

    [Fact]
    public async Task Invitation_FromThePageToTheNewMember_WithNothingMoreThanItsRoles()
    {
        using var owner = await site.SignedInAsync("importer-owner");
        var path = $"/en/org/{site.Slug("importer-1")}/members";
        using var sent = await owner.SubmitAsync(await owner.GetPageAsync(path), "main form[action$='/invite']", Form(("Email", "helper@example.kz"), ("Roles", "preparer")));
        Assert.Equal(path + "?done=invited", sent.Headers.Location!.OriginalString);
        using var helper = site.NewClient(keepsCookies: true);
        var link = await LinkToAsync("helper@example.kz");
        using var accepted = await helper.SubmitAsync(await helper.GetPageAsync(link), "main form", Form(("Name", "Helper"), ("Password", "seven brown camels walk"), ("Roles", "owner")));
        Assert.Equal($"/en/org/{site.Slug("importer-1")}", accepted.Headers.Location!.OriginalString);
        var members = await helper.GetPageAsync(path);
        Assert.Contains("helper@example.kz", DemoSite.TextOf(members), StringComparison.Ordinal);
        Assert.Null(members.QuerySelector("main form")); // reads, changes nothing
        var over = await helper.GetPageAsync(link);
        Assert.Contains("does not work any more", DemoSite.TextOf(over), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invitation_OpenedByAnotherSignedInPerson_IsNotTheirs()
    {
        using var owner = await site.SignedInAsync("importer-owner");
        using var sent = await owner.SubmitAsync(await owner.GetPageAsync($"/en/org/{site.Slug("importer-1")}/members"), "main form[action$='/invite']", Form(("Email", "chosen@example.kz"), ("Roles", "signatory")));
        using var other = await site.SignedInAsync("second-importer");
        var page = await other.GetPageAsync(await LinkToAsync("chosen@example.kz"));
        Assert.Contains("for somebody else", DemoSite.TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForeignIds_InAddressOrForm_AreNotFound()
    {
        using var owner = await site.SignedInAsync("second-importer");
        var own = $"/en/org/{site.Slug("importer-2")}";
        var foreign = await site.Service<Db>().QuerySingleAsync<PersonId>("select person_id from people where demo_code = 'importer-signatory'", null, CancellationToken.None);
        var foreignKey = await site.Service<Db>().QuerySingleAsync<Guid>("select k.api_key_id from api_keys k join organisations o using (organisation_id) where o.demo_code = 'importer-1' and k.name = 'Demo'", null, CancellationToken.None);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetPageAsync($"{own}/members/{foreign}")).StatusCode);
        var members = await owner.GetPageAsync($"{own}/members");
        var keys = await owner.GetPageAsync($"{own}/api-keys");
        var token = Form(("__RequestVerificationToken", members.QuerySelector("main form input[name=__RequestVerificationToken]")!.GetAttribute("value")!), ("roles", "viewer"));
        foreach (var path in new[] { $"{own}/members/{foreign}", $"{own}/members/{foreign}/remove", $"{own}/api-keys/{foreignKey}/revoke" })
        {
            using var answer = await owner.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(token));
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, path + " answered " + answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, keys.StatusCode);
        Assert.Equal(0, await site.CountAsync("select count(*) from api_keys k join organisations o using (organisation_id) where o.demo_code = 'importer-1' and k.revoked_at is not null"));
    }

    [Fact]
    public async Task SoleTradersNumber_IsOnNoPageAndInNoAddress()
    {
        using var owner = await site.SignedInAsync("producer");
        var path = $"/en/org/{site.Slug("producer-1")}";
        foreach (var page in new[] { path, path + "/members", path + "/api-keys", path + "/activity", "/en/account", "/en/switch" })
        {
            var html = (await owner.GetPageAsync(page)).DocumentElement.OuterHtml;
            Assert.DoesNotContain("851308587428", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ApiKey_MadeOnThePage_IsShownOnce()
    {
        using var developer = await site.SignedInAsync("importer-developer");
        var path = $"/en/org/{site.Slug("importer-1")}/api-keys";
        using var made = await developer.SubmitAsync(await developer.GetPageAsync(path), $"main form[action='{path}']", Form(("Name", "Warehouse"), ("Scopes", "declarations:read")));
        var key = (await made.ToPageAsync()).QuerySelector("#key")!.TextContent;
        var caller = await site.Service<ApiKeyService>().FindAsync(key, CancellationToken.None);
        Assert.Equal(["declarations:read"], caller!.Scopes);
        Assert.DoesNotContain(key, (await developer.GetPageAsync(path)).DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Activity_TellsWhatWasDone_NewestFirst()
    {
        using var owner = await site.SignedInAsync("second-importer");
        var members = $"/en/org/{site.Slug("importer-2")}/members";
        using var sent = await owner.SubmitAsync(await owner.GetPageAsync(members), "main form[action$='/invite']", Form(("Email", "activity@example.kz"), ("Roles", "viewer")));
        var page = await owner.GetPageAsync($"/en/org/{site.Slug("importer-2")}/activity");
        Assert.Contains("sent an invitation", page.QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Machine_WithAWrongKey_IsRefusedOnPagesToo()
    {
        using var machine = site.NewClient();
        machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", site.Secrets.ApiKey("importer-1"));
        using var answer = await machine.GetAsync(new Uri($"/en/org/{site.Slug("importer-1")}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode); // a key opens the API, no pages
    }

    private async Task<string> LinkToAsync(string email)
    {
        var letters = await site.Service<Outbox>().RecentAsync(CancellationToken.None);
        var body = letters.First(kept => kept.Letter.To == email).Letter.Body;
        return new Uri(body.Split('\n').Single(line => line.StartsWith("http", StringComparison.Ordinal))).PathAndQuery;
    }

    private static Dictionary<string, string> Form(params (string Name, string Value)[] fields) => fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);

    private static Dictionary<string, string> Organisation(string number, params (string Name, string Value)[] more) => Form(
    [
        ("Number", number), ("NameKk", "«Үлгі» ЖШС"), ("NameRu", "ТОО «Үлгі»"), ("RegionKato", "750000000"), ("Address", "Алматы, Үлгі көшесі, 1"),
        ("ContactName", "Founder"), ("ContactEmail", "office@example.kz"), ("ContactPhone", "+7 701 000 00 00"), ("Activities", "importer"), .. more,
    ]);
}

using System.Net;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Organisations;

public sealed class SignInOverHttpTests(DemoSite site) : IClassFixture<DemoSite>
{
    [Fact]
    public async Task SignIn_WithThePasswordOfDemoKeys_LandsInTheOwnOrganisation()
    {
        using var browser = await site.SignedInAsync("importer-preparer");
        using var done = await browser.GetAsync(new Uri("/en/sign-in/done", UriKind.Relative));
        Assert.Equal($"/en/org/{site.Slug("importer-1")}", done.Headers.Location!.OriginalString);
        var home = await browser.GetPageAsync(done.Headers.Location.OriginalString);
        Assert.Equal("ТОО «Алтын Дала Импорт»", home.QuerySelector("h1")!.TextContent);
        Assert.Contains("preparer", DemoSite.TextOf(home), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_UnknownNameAndWrongPassword_AnswerWithTheSamePage()
    {
        async Task<string> AnswerAsync(string login)
        {
            using var browser = site.NewClient(keepsCookies: true);
            using var answer = await DemoSite.SubmitSignInAsync(browser, login, "a wrong password");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var page = await answer.ToPageAsync();
            return DemoSite.TextOf(page).Replace(login, "", StringComparison.Ordinal);
        }

        var known = await AnswerAsync("auditor");
        Assert.Equal(known, await AnswerAsync("nobody-of-that-name"));
        Assert.Contains("does not match", known, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_FiveWrong_SaysHowLongToWait_AndTheRightPasswordWaitsToo()
    {
        using var browser = site.NewClient(keepsCookies: true);
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await DemoSite.SubmitSignInAsync(browser, "carrier", "a wrong password");
        }

        using var right = await DemoSite.SubmitSignInAsync(browser, "carrier", site.Secrets.Password("carrier"));
        var page = await right.ToPageAsync();
        Assert.Matches("Try again in (\\d\\d|30) seconds", DemoSite.TextOf(page));
        Assert.Equal("carrier", page.QuerySelector("#Login")!.GetAttribute("value"));
        Assert.Null(page.QuerySelector("#Password")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task SignIn_WithAForeignReturnAddress_StaysHere(string address)
    {
        using var browser = site.NewClient(keepsCookies: true);
        var page = await browser.GetPageAsync("/en/sign-in?returnUrl=" + Uri.EscapeDataString(address));
        Assert.DoesNotContain("evil", page.Body!.InnerHtml.Replace(Uri.EscapeDataString(address), "", StringComparison.Ordinal).Split("m-lang")[0], StringComparison.Ordinal);
        using var answer = await browser.SubmitAsync(page, "#sign-in", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Login"] = "akimat", ["Password"] = site.Secrets.Password("akimat"), ["ReturnUrl"] = address,
        });
        Assert.Equal("/en/sign-in/done", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task SignIn_WithALocalReturnAddress_GoesThere()
    {
        using var browser = site.NewClient(keepsCookies: true);
        var asked = $"/en/org/{site.Slug("importer-1")}/members";
        using var refused = await browser.GetAsync(new Uri(asked, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        var page = await browser.GetPageAsync(refused.Headers.Location!.OriginalString);
        using var answer = await browser.SubmitAsync(page, "#sign-in", new Dictionary<string, string>(StringComparer.Ordinal) { ["Login"] = "importer-viewer", ["Password"] = site.Secrets.Password("importer-viewer") });
        Assert.Equal(asked, answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task SignIn_WithAPlantedCookie_GetsANewSession()
    {
        using var thief = await site.SignedInAsync("refurbisher");
        using var planted = await thief.GetAsync(new Uri("/en/account", UriKind.Relative));
        var token = await CookieAsync("refurbisher");
        using var victim = site.NewClient();
        victim.DefaultRequestHeaders.Add("Cookie", "ewaste=" + token);
        var page = await victim.GetPageAsync("/en/sign-in");
        Assert.NotNull(page.QuerySelector("#sign-in"));
        using var fresh = site.NewClient(keepsCookies: true);
        using var answer = await DemoSite.SubmitSignInAsync(fresh, "refurbisher", site.Secrets.Password("refurbisher"));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("ewaste=", StringComparison.Ordinal));
        Assert.DoesNotContain(token, cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase); // this machine
    }

    [Fact]
    public async Task SignIn_ByANameBeyondThisMachine_SendsTheCookieOverTlsOnly()
    {
        using var browser = site.NewClient(keepsCookies: true);
        browser.DefaultRequestHeaders.Host = "ewaste.example";
        using var form = await browser.GetAsync(new Uri("/en/demo", UriKind.Relative));
        var page = await form.ToPageAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/en/demo", UriKind.Relative));
        request.Headers.Add("Cookie", form.Headers.GetValues("Set-Cookie").First(value => value.StartsWith("form=", StringComparison.Ordinal)).Split(';')[0]);
        request.Content = new FormUrlEncodedContent(
        [
            new("persona", "akimat"), new("__RequestVerificationToken", page.QuerySelector("main form input[name=__RequestVerificationToken]")!.GetAttribute("value")!),
        ]);
        using var bare = site.NewClient();
        bare.DefaultRequestHeaders.Host = "ewaste.example";
        using var answer = await bare.SendAsync(request);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("__Host-ewaste=", StringComparison.Ordinal));
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Post_WithoutTheAntiforgeryToken_ChangesNothing()
    {
        using var browser = await site.SignedInAsync("importer-owner");
        var before = await site.CountAsync("select count(*) from invitations");
        using var answer = await browser.PostAsync(new Uri($"/en/org/{site.Slug("importer-1")}/members/invite", UriKind.Relative), new FormUrlEncodedContent([new("Email", "friend@example.kz"), new("Roles", "owner")]));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(before, await site.CountAsync("select count(*) from invitations"));
    }

    [Fact]
    public async Task EndedSession_IsOutAtOnce_OnThisNode()
    {
        using var first = await site.SignedInAsync("point-owner");
        using var second = await site.SignedInAsync("point-owner");
        Assert.Equal(HttpStatusCode.OK, (await second.GetPageAsync("/en/account")).StatusCode);
        var page = await first.GetPageAsync("/en/account/sessions");
        using var answer = await first.SubmitAsync(page, "main form[action$='end-others']", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        using var refused = await second.GetAsync(new Uri("/en/account", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.GetPageAsync("/en/account")).StatusCode);
    }

    [Fact]
    public async Task TwoStep_TurnedOnByItsPages_IsAskedForAtTheNextSignIn()
    {
        using var browser = await site.SignedInAsync("merchant-owner");
        var off = await browser.GetPageAsync("/en/account/two-step");
        using var begun = await browser.SubmitAsync(off, "main form", new Dictionary<string, string>(StringComparer.Ordinal));
        var scan = await browser.GetPageAsync("/en/account/two-step");
        Assert.NotNull(scan.QuerySelector(".m-qr svg"));
        var person = await site.Service<Db>().QuerySingleAsync<PersonId>("select person_id from people where demo_code = 'merchant-owner'", null, CancellationToken.None);
        var secret = (await site.Service<TwoStepService>().WaitingSecretAsync(person, CancellationToken.None))!;
        using var confirmed = await browser.SubmitAsync(scan, "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["Code"] = Totp.Code(secret, Totp.StepAt(TimeProvider.System.GetUtcNow()) - 1) });
        var codes = (await confirmed.ToPageAsync()).QuerySelectorAll(".m-codes code").Select(code => code.TextContent).ToList();
        Assert.Equal(10, codes.Count);

        using var next = site.NewClient(keepsCookies: true);
        using var asked = await DemoSite.SubmitSignInAsync(next, "merchant-owner", site.Secrets.Password("merchant-owner"));
        Assert.Equal("/en/sign-in/code", asked.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Redirect, (await next.GetPageAsync("/en/account")).StatusCode); // not in yet
        var codePage = await next.GetPageAsync("/en/sign-in/code");
        using var entered = await next.SubmitAsync(codePage, "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["Code"] = codes[3] });
        Assert.Equal("/en/sign-in/done", entered.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Demo_OneClick_SignsIn_AndAnUnknownPersonaIsNotFound()
    {
        using var browser = site.NewClient(keepsCookies: true);
        var page = await browser.GetPageAsync("/en/demo");
        Assert.Equal(EwasteEpr.Organisations.Demo.DemoPeople.Personas.Count, page.QuerySelectorAll("button[name=persona]").Length);
        using var unknown = await browser.SubmitAsync(page, "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["persona"] = "the-president" });
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var entered = await browser.SubmitAsync(page, "main form", new Dictionary<string, string>(StringComparer.Ordinal) { ["persona"] = "operator-approver" });
        Assert.Equal(HttpStatusCode.Redirect, entered.StatusCode);
        Assert.Contains("Әсель Жұмабай", (await browser.GetPageAsync("/en/account")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    private async Task<string> CookieAsync(string userName)
    {
        using var browser = site.NewClient(keepsCookies: true);
        using var answer = await DemoSite.SubmitSignInAsync(browser, userName, site.Secrets.Password(userName));
        return answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("ewaste=", StringComparison.Ordinal)).Split(';')[0]["ewaste=".Length..];
    }
}

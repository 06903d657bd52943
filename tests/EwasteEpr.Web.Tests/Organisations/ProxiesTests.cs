using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Organisations;

/// <summary>A forwarded address is anybody's writing: the brake and the audit believe it from named proxies only.</summary>
public sealed class ProxiesTests
{
    [Fact]
    public async Task ForwardedAddress_FromAnybody_IsNotBelieved() => Assert.Equal("127.0.0.1", await AddressOfAttemptAsync(new Plain()));

    [Fact]
    public async Task ForwardedAddress_FromTheNamedProxy_Counts() => Assert.Equal("203.0.113.9", await AddressOfAttemptAsync(new Behind()));

    private static async Task<string> AddressOfAttemptAsync(SiteFixture site)
    {
        await site.InitializeAsync();
        try
        {
            using var browser = site.NewClient(keepsCookies: true);
            browser.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
            using var answer = await DemoSite.SubmitSignInAsync(browser, "nobody", "a wrong password");
            return await site.Service<Db>().QuerySingleAsync<string>("select address from audit.entries where action = 'sign_in.refused'", null, CancellationToken.None);
        }
        finally
        {
            await site.DisposeAsync();
        }
    }

    private class Plain : SiteFixture
    {
        protected override IReadOnlyList<string> Settings => ["--PasswordRounds=1000", "--Jobs:Enabled=false"];
    }

    private sealed class Behind : Plain
    {
        protected override IReadOnlyList<string> Settings => [.. base.Settings, "--EWASTE_PROXIES=127.0.0.1,10.1.0.0/16"];
    }
}

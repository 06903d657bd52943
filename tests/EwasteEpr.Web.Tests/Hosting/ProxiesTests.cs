using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EwasteEpr.Web.Tests.Hosting;

public sealed class ProxiesTests
{
    [Theory]
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9 https")]
    [InlineData("10.0.0.5, 127.0.0.0/8", "203.0.113.9", "203.0.113.9 https")]
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9 https")] // the first was written by the caller itself
    [InlineData("10.0.0.5", "203.0.113.9", "127.0.0.1 http")] // from somebody who is no proxy of ours
    [InlineData("", "203.0.113.9", "127.0.0.1 http")]
    public async Task Address_IsTheForwardedOne_OnlyWhenAProxyOfOursSaysSo(string proxies, string forwarded, string seen)
    {
        await using var app = App(proxies);
        app.UseProxies();
        app.Run(context => context.Response.WriteAsync($"{ActorContext.Address(context)} {context.Request.Scheme}"));
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", forwarded);
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        Assert.Equal(seen, await client.GetStringAsync(new Uri("/", UriKind.Relative)));
    }

    [Fact]
    public async Task Setting_ThatIsNoAddress_RefusesTheStart()
    {
        await using var app = App("proxy.example");
        Assert.Contains("proxy.example", Assert.Throws<StartRefusedException>(app.UseProxies).Message, StringComparison.Ordinal);
    }

    private static WebApplication App(string proxies) => WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0", $"--EWASTE_PROXIES={proxies}"]).Build();
}

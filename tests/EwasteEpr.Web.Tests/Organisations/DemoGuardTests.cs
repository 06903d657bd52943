using System.Globalization;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace EwasteEpr.Web.Tests.Organisations;

public sealed class DemoGuardTests
{
    [Theory]
    [InlineData("urls", "http://localhost:5080")]
    [InlineData("urls", "http://127.0.0.1:0;http://[::1]:5080")]
    [InlineData("Kestrel:Endpoints:Web:Url", "https://localhost:5443")]
    [InlineData("nothing", "")]
    public void Check_OnThisMachine_IsFine(string key, string value) => DemoGuard.Check(Configuration((key, value)));

    [Theory]
    [InlineData("urls", "http://*:5080")]
    [InlineData("urls", "http://+:5080")]
    [InlineData("urls", "http://0.0.0.0:5080")]
    [InlineData("urls", "http://[::]:5080")]
    [InlineData("urls", "http://localhost:5080;http://192.168.1.20:5080")]
    [InlineData("urls", "http://ewaste.example")]
    [InlineData("http_ports", "8080")]
    [InlineData("https_ports", "8443")]
    [InlineData("Kestrel:Endpoints:Web:Url", "http://*:80")]
    public void Check_BeyondThisMachine_Refuses_UnlessToldTo(string key, string value)
    {
        var refusal = Assert.Throws<StartRefusedException>(() => DemoGuard.Check(Configuration((key, value))));
        Assert.Contains("DEMO_PUBLIC=1", refusal.Message, StringComparison.Ordinal);
        DemoGuard.Check(Configuration((key, value), ("DEMO_PUBLIC", "1")));
    }

    [Fact]
    public async Task Start_BeyondThisMachine_SaysWhyAndStartsNothing()
    {
        Assert.Null(await SiteBuilder.StartAsync(["--Demo=true", "--environment=Development", "--urls=http://*:0", string.Create(CultureInfo.InvariantCulture, $"--EWASTE_DATA={Path.Combine(Path.GetTempPath(), "never-made")}")], CancellationToken.None));
        Assert.False(Directory.Exists(Path.Combine(Path.GetTempPath(), "never-made")));
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value, StringComparer.Ordinal)).Build();
}

/// <summary>Outside Demo mode there are no demo people, and the platform's roles need a second step.</summary>
public sealed class WithoutDemoTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    [Theory]
    [InlineData("/en/demo")]
    [InlineData("/en/demo/outbox")]
    public async Task DemoPages_AreNotThere(string path) => Assert.Equal(System.Net.HttpStatusCode.NotFound, (await site.GetPageAsync(path)).StatusCode);
}

using System.Diagnostics;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace EwasteEpr.Web.Tests.Hosting;

/// <summary>What a newcomer can get wrong at the shell is told in a sentence, and costs no data.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99999")]
    public void Port_ThatIsNone_IsOneSentence(string port)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("PORT", port)]).Build();
        Assert.StartsWith($"PORT={port} is no port", Address.Taken(configuration), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Host=127.0.0.1;Port=1;Database=x;Username=y;Timeout=2")]
    public async Task Database_ThatCannotBeReached_IsOneSentence(string connectionString) => Assert.Null(await SiteBuilder.StartAsync(
        ["--applicationName=EwasteEpr.Web", $"--contentRoot={SiteFixture.WebFolder()}", "--environment=Development", "--urls=http://127.0.0.1:0", "--Demo=false", $"--ConnectionStrings:EwasteEpr={connectionString}"],
        CancellationToken.None));

    [Fact]
    public async Task Fresh_WhileTheSiteRuns_IsRefusedAndNothingIsLost()
    {
        var folder = Directory.CreateTempSubdirectory("ewaste-fresh-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "postgres"));
            await using var site = new FileStream(Path.Combine(folder, "postgres.in-use"), FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
            using var run = Process.Start(new ProcessStartInfo("bash") { ArgumentList = { Path.Combine(SiteFixture.WebFolder(), "..", "run"), "--fresh" }, Environment = { ["EWASTE_DATA"] = folder }, RedirectStandardError = true, UseShellExecute = false })!;
            var said = await run.StandardError.ReadToEndAsync();
            await run.WaitForExitAsync();
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("still in use", said, StringComparison.Ordinal);
            Assert.True(Directory.Exists(Path.Combine(folder, "postgres")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

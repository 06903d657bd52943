using EwasteEpr.Tests.Support;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Tests.Settings;

public sealed class ProductionStartTests
{
    [Theory]
    [InlineData("Official", true)]
    [InlineData("Illustrative", false)] // an invented tariff never prices a real declaration
    public async Task Production_StartsOnlyWithTheOfficialTariff(string programme, bool starts)
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var folder = Directory.CreateTempSubdirectory("ewaste-site-").FullName;
        try
        {
            await database.ExecuteAsOwnerAsync($"update app.settings set value = '{programme}' where key = 'tariff.programme'");
            await using var site = await SiteBuilder.StartAsync(
                ["--applicationName=EwasteEpr.Web", $"--contentRoot={Support.SiteFixture.WebFolder()}", "--environment=Production", "--urls=http://127.0.0.1:0", "--Jobs:Enabled=false",
                 $"--ConnectionStrings:EwasteEpr={database.ConnectionString}", $"--EWASTE_DATA={folder}", "--Logging:LogLevel:Default=Warning"], CancellationToken.None);
            Assert.Equal(starts, site is not null);
        }
        finally
        {
            await database.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}

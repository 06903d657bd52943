using EwasteEpr.Tests.Support;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Tests.Settings;

public sealed class ProductionStartTests
{
    [Theory]
    [InlineData("Official", "https://ewaste.example.kz", "", true)]
    [InlineData("Illustrative", "https://ewaste.example.kz", "", false)] // an invented tariff never prices a real declaration
    [InlineData("Official", "", "", false)] // letters would not know where their links lead
    [InlineData("Official", "https://ewaste.example.kz", "insert into people (user_name, email, name, demo_code) values ('d', 'd@example.kz', 'D', 'd')", false)]
    public async Task Production_StartsOnlyWithTheOfficialTariffAnAddressAndRealPeople(string programme, string address, string sql, bool starts)
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        var folder = Directory.CreateTempSubdirectory("ewaste-site-").FullName;
        try
        {
            await database.ExecuteAsOwnerAsync($"update app.settings set value = '{programme}' where key = 'tariff.programme'; {sql}");
            await using var site = await SiteBuilder.StartAsync(
                ["--applicationName=EwasteEpr.Web", $"--contentRoot={Support.SiteFixture.WebFolder()}", "--environment=Production", "--urls=http://127.0.0.1:0", "--Jobs:Enabled=false",
                 $"--ConnectionStrings:EwasteEpr={database.ConnectionString}", $"--EWASTE_DATA={folder}", $"--EWASTE_ADDRESS={address}", "--Logging:LogLevel:Default=Warning"], CancellationToken.None);
            Assert.Equal(starts, site is not null);
        }
        finally
        {
            await database.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}

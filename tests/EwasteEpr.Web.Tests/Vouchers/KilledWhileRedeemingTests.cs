using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Tests.Support;
using EwasteEpr.Verification;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Issuing;
using EwasteEpr.Vouchers.Rewards;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Vouchers;

/// <summary>Sixteen tills redeem while the application and then the database are killed: nothing acknowledged is lost, and each key later tells the truth.</summary>
public sealed class KilledWhileRedeemingTests : IAsyncLifetime
{
    private const int Clients = 16;
    private const int Vouchers = 160;
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"ewaste-tests-{Environment.ProcessId}-killed");
    private readonly int port = FreePort();
    private readonly ConcurrentDictionary<Guid, Guid> acknowledged = new();
    private EmbeddedPostgres server = null!;
    private Process? site;
    private string connectionString = "";

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(folder);
        TestServer.StartWatch(Environment.ProcessId, folder);
        server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(folder, Environment.GetEnvironmentVariable("EWASTE_PG_BIN")), CancellationToken.None);
        await DatabaseConnections.EnsureDatabaseAsync(server.ConnectionString, "ewaste", CancellationToken.None);
        connectionString = DatabaseConnections.WithDatabase(server.ConnectionString, "ewaste");
        await StartSiteAsync();
    }

    public async Task DisposeAsync()
    {
        site?.Kill(entireProcessTree: true);
        site?.Dispose();
        await server.StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Redeem_ThroughAKilledApplicationAndAKilledDatabase_LosesNothingAndDoublesNothing()
    {
        await using var source = DatabaseConnections.Application(connectionString);
        var db = new Db(source);
        var secrets = Secrets.Load(null, folder);
        var merchant = await db.QuerySingleAsync<TillRow>("select s.merchant_id, s.shop_id from merchant_shops s join organisations o on o.organisation_id = s.merchant_id where o.demo_code = 'merchant-2'", null, CancellationToken.None);
        var key = (await new ApiKeyService(db, secrets).CreateAsync(new OrganisationId(merchant.MerchantId), "till", ["vouchers:redeem"], Actor.System("test"), CancellationToken.None))!;
        var made = await MakeAsync(db, new VoucherIssuing(new VoucherSecrets(secrets)));

        var tills = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => RedeemAllAsync(made.Where((_, i) => i % Clients == client), key, merchant.ShopId)));
        await UntilAsync(Vouchers / 4);
        site!.Kill();
        await site.WaitForExitAsync();
        await StartSiteAsync();
        await UntilAsync(Vouchers / 2);
        var postmaster = int.Parse((await File.ReadAllLinesAsync(Path.Combine(folder, "postgres", "postmaster.pid")))[0], CultureInfo.InvariantCulture);
        using (var process = Process.GetProcessById(postmaster))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        await server.ReviveAsync(CancellationToken.None);
        await tills;

        Assert.Equal(Vouchers, acknowledged.Count);
        await using var again = DatabaseConnections.Application(connectionString);
        var stored = (await new Db(again).QueryAsync<StoredRow>("select voucher_id, redemption_id from redemptions where fiscal_receipt = 'killed' and voided_at is null", null, CancellationToken.None)).ToDictionary(row => row.VoucherId, row => row.RedemptionId);
        Assert.Equal(acknowledged.OrderBy(pair => pair.Key), stored.OrderBy(pair => pair.Key));
        Assert.DoesNotContain(await new Verifier(new Db(again)).RunAsync(CancellationToken.None), finding => finding.FirstBroken is not null);
    }

    private static async Task<List<IssueOutcome.Made>> MakeAsync(Db db, VoucherIssuing issuing)
    {
        var made = new List<IssueOutcome.Made>();
        for (var i = 0; i < Vouchers; i++)
        {
            var intake = new IssueVoucher(
                Guid.CreateVersion7(), null, Guid.CreateVersion7(), "110000000", PersonId.New(), [new RewardItem("0306", "6", Weight.FromGrams(150), ItemCondition.Broken)], null, null, []);
            made.Add(Assert.IsType<IssueOutcome.Made>(await db.InTransactionAsync(transaction => issuing.IssueAsync(transaction, intake, Actor.System("test"), CancellationToken.None), CancellationToken.None)));
        }

        await db.ExecuteAsync("update vouchers set state = 'Issued' where state = 'Pending'", null, CancellationToken.None);
        return made;
    }

    /// <summary>As a till's program does it: whatever is not an answer is asked again with the same key.</summary>
    private async Task RedeemAllAsync(IEnumerable<IssueOutcome.Made> vouchers, string key, Guid shop)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var voucher in vouchers)
        {
            while (!acknowledged.ContainsKey(voucher.VoucherId))
            {
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/v1/vouchers/{voucher.Code}/redeem", UriKind.Relative)) { Content = JsonContent.Create(new { pin = voucher.Pin, fiscal_receipt = "killed", shop }) };
                    request.Headers.Add("Idempotency-Key", voucher.VoucherId.ToString());
                    using var answer = await client.SendAsync(request);
                    if (answer.StatusCode == HttpStatusCode.OK)
                    {
                        acknowledged[voucher.VoucherId] = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("redemption_id").GetGuid();
                        continue;
                    }

                    var said = await answer.Content.ReadAsStringAsync();
                    Assert.False(said.Contains("already-redeemed", StringComparison.Ordinal), said); // the key itself must know
                }
                catch (Exception problem) when (problem is HttpRequestException or IOException or TaskCanceledException or JsonException)
                {
                    // the answer was lost on its way
                }

                await Task.Delay(100);
            }

            await Task.Delay(40);
        }
    }

    private async Task UntilAsync(int count)
    {
        while (acknowledged.Count < count)
        {
            await Task.Delay(20);
        }
    }

    private async Task StartSiteAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var word in new[]
        {
            typeof(SiteBuilder).Assembly.Location, $"--contentRoot={SiteFixture.WebFolder()}", "--environment=Development", "--Demo=true", "--Jobs:Enabled=false", "--PasswordRounds=1000",
            "--RateLimits:ApiKeyPerMinute=100000000", $"--urls=http://127.0.0.1:{port}", $"--ConnectionStrings:EwasteEpr={connectionString}", $"--EWASTE_DATA={folder}", "--Logging:LogLevel:Default=Error",
        })
        {
            start.ArgumentList.Add(word);
        }

        site = Process.Start(start)!;
        site.OutputDataReceived += (_, _) => { };
        site.ErrorDataReceived += (_, _) => { };
        site.BeginOutputReadLine();
        site.BeginErrorReadLine();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        while (true)
        {
            Assert.False(site.HasExited, "The site did not start.");
            try
            {
                using var answer = await client.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }

            await Task.Delay(200);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record TillRow(Guid MerchantId, Guid ShopId);

    private sealed record StoredRow(Guid VoucherId, Guid RedemptionId);
}

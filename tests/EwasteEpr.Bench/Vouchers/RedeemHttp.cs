using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Dapper;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Vouchers.Redeeming;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EwasteEpr.Bench.Vouchers;

/// <summary>Redemptions over HTTP with a merchant's key, idempotency and audit rows included, against the very same statement run by pgbench.</summary>
/// <remarks>
/// The server that is brought along has no pgbench: where the machine has none either, a raw Npgsql loop stands in, and the line says which.
/// Same clients, same durability; the load comes from the same cores.
/// </remarks>
internal sealed class RedeemHttp : Benchmark
{
    private const int Clients = 8;
    private const int Count = 1_200;

    public override string Name => "redeem_http";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        var folder = Directory.CreateTempSubdirectory("ewaste-bench-site-").FullName;
        string[] arguments =
        [
            "--applicationName=EwasteEpr.Web", "--environment=Development", "--urls=http://127.0.0.1:0", "--Demo=false", "--Jobs:Enabled=false", "--RateLimits:ApiKeyPerMinute=100000000",
            $"--ConnectionStrings:EwasteEpr={await context.Database.ConnectionStringAsync()}", $"--EWASTE_DATA={folder}", "--Logging:LogLevel:Default=Warning",
        ];
        await using var site = await SiteBuilder.StartAsync(arguments, CancellationToken.None) ?? throw new InvalidOperationException("The site did not start; stderr says why.");
        await site.App.StartAsync();
        var services = site.App.Services;
        var given = await GivenVouchers.OpenAsync(context, merchants: 50, services.GetRequiredService<Secrets>(), services.GetRequiredService<Db>());
        await given.AddAsync(Count * 2 * (Rounds + 3));
        var tills = new List<(Till Till, string Key)>();
        foreach (var till in given.Tills.Take(Clients))
        {
            tills.Add((till, (await services.GetRequiredService<ApiKeyService>().CreateAsync(till.Merchant, "bench", ["vouchers:redeem"], Actor.System("bench"), CancellationToken.None))!));
        }

        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { BaseAddress = new Uri(site.App.Urls.First()) };
        Task Ours() => GivenVouchers.RunAsync(Clients, Count, i => PostAsync(client, given, tills[i % tills.Count]));
        BenchResult result;
        if (PgBench.IsThere)
        {
            var (ours, ceiling) = await InTurnsAsync(Ours, new PgBench(given, await context.Database.ConnectionStringAsync()));
            result = new BenchResult(Name, ours, ceiling, "redemptions/s (pgbench)", 0.15, 0.35);
        }
        else
        {
            var (ours, ceiling) = await MedianSecondsInTurnsAsync(Ours, () => RawAsync(given), warmUps: 2, Rounds);
            result = new BenchResult(Name, Count / ours, Count / ceiling, "redemptions/s (raw Npgsql loop)", 0.15, 0.35);
        }

        await site.App.StopAsync();
        Directory.Delete(folder, recursive: true);
        return result;
    }

    /// <summary>The middle one of five each, in turns, after two that warm up; pgbench counts for itself, so that its start is not our gain.</summary>
    private static async Task<(double Ours, double Ceiling)> InTurnsAsync(Func<Task> ours, PgBench ceiling)
    {
        var (mine, theirs) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds + 2; i++)
        {
            theirs.Add(await ceiling.RunAsync(Clients, Count));
            var from = Stopwatch.GetTimestamp();
            await ours();
            mine.Add(Count / Stopwatch.GetElapsedTime(from).TotalSeconds);
        }

        return (mine.Skip(2).Order().ElementAt(Rounds / 2), theirs.Skip(2).Order().ElementAt(Rounds / 2));
    }

    private static async Task PostAsync(HttpClient client, GivenVouchers given, (Till Till, string Key) till)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/v1/vouchers/{given.Next()}/redeem", UriKind.Relative))
        {
            Content = JsonContent.Create(new { pin = GivenVouchers.Pin, fiscal_receipt = "20418853", shop = till.Till.ShopId }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", till.Key);
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
    }

    /// <summary>One connection a client, kept open; nothing but the statement.</summary>
    private static Task RawAsync(GivenVouchers given) => Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
    {
        await using var connection = await given.Db.Source.OpenConnectionAsync();
        var till = given.Tills[client % given.Tills.Count];
        var actor = GivenVouchers.At(till);
        for (var i = client; i < Count; i += Clients)
        {
            var request = given.Request(till);
            var row = await connection.QuerySingleAsync<RawRow>(
                VoucherService.RedeemSql, given.Service.Parameters(request, GuessLimits.AtTill(given.Secrets, till, request.Code, actor), actor));
            if (row.RedemptionId is null)
            {
                throw new InvalidOperationException("A voucher was not redeemed.");
            }
        }
    }));

    private sealed record RawRow(string Claim, string? Answer, Guid? RedemptionId, long AmountTiyn, DateTimeOffset? RedeemedAt);
}

using System.Text;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Tests.Support;
using EwasteEpr.Web.Features.Payments.Cards;
using EwasteEpr.Web.Hosting;
using Npgsql;

namespace EwasteEpr.Bench.Payments;

/// <summary>Webhooks accepted a second over HTTP, the raw body verified and stored, against bare single inserts of the same rows by as many clients.</summary>
/// <remarks>Both sides answer each event after its own commit, on the same server with the same durability; the load generator shares the cores.</remarks>
internal sealed class WebhookAccept : Benchmark
{
    private const int Clients = 32;
    private const int EventsOfAClient = 100;
    private const string Secret = "whsec_of_the_benchmark";

    private const string InsertSql = """
        insert into provider_events (event_id, type, is_live, created_at, body) values ($1, $2, $3, $4, $5) on conflict (event_id) do nothing
        """;

    public override string Name => "webhook_accept";

    public override async Task<BenchResult> RunAsync(BenchContext context)
    {
        var folder = Directory.CreateTempSubdirectory("ewaste-bench-webhook-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "key"), "sk_test_of_the_benchmark");
        await File.WriteAllTextAsync(Path.Combine(folder, "webhook"), Secret);
        string[] arguments =
        [
            "--applicationName=EwasteEpr.Web", "--environment=Development", "--urls=http://127.0.0.1:0", "--Demo=false", "--Jobs:Enabled=false", "--Logging:LogLevel:Default=Warning",
            $"--ConnectionStrings:EwasteEpr={await context.Database.ConnectionStringAsync()}", $"--EWASTE_DATA={folder}",
            $"--EWASTE_CARD_KEY_FILE={Path.Combine(folder, "key")}", $"--EWASTE_CARD_WEBHOOK_SECRETS_FILE={Path.Combine(folder, "webhook")}",
        ];
        await using var site = await SiteBuilder.StartAsync(arguments, CancellationToken.None) ?? throw new InvalidOperationException("The site did not start; stderr says why.");
        await site.App.StartAsync();
        using var browser = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { BaseAddress = new Uri(site.App.Urls.First()) };
        var source = (await context.Database.DbAsync()).Source;
        var (ours, ceiling) = await MedianSecondsInTurnsAsync(
            () => EachAsync(async body =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(CardWebhook.Path, UriKind.Relative)) { Content = new ByteArrayContent(body) };
                request.Headers.Add(StripeGateway.SignatureHeader, WebhookSignature.Sign(body, Secret, TimeProvider.System.GetUtcNow()));
                using var answer = await browser.SendAsync(request);
                answer.EnsureSuccessStatusCode();
            }),
            () => InsertAsync(source));
        await site.App.StopAsync();
        Directory.Delete(folder, recursive: true);
        return new BenchResult(Name, Clients * EventsOfAClient / ours, Clients * EventsOfAClient / ceiling, "events/s", 0.3, 0.5);
    }

    private static Task EachAsync(Func<byte[], Task> send) => Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
    {
        for (var i = 0; i < EventsOfAClient; i++)
        {
            await send(NewBody().Body);
        }
    })));

    /// <summary>One connection for each client, one statement and one commit for each row.</summary>
    private static Task InsertAsync(NpgsqlDataSource source) => Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(InsertSql, connection);
        for (var i = 0; i < EventsOfAClient; i++)
        {
            var (id, body) = NewBody();
            command.Parameters.Clear();
            command.Parameters.Add(new() { Value = id });
            command.Parameters.Add(new() { Value = "checkout.session.completed" });
            command.Parameters.Add(new() { Value = false });
            command.Parameters.Add(new() { Value = DateTimeOffset.UnixEpoch });
            command.Parameters.Add(new() { Value = body });
            await command.ExecuteNonQueryAsync();
        }
    })));

    private static readonly string Body = ProviderBodies.Event(
        "evt_of_the_benchmark", "checkout.session.completed", ProviderBodies.Session("cs_of_the_benchmark", 12_543_055, Guid.Empty, "complete", "pi_of_the_benchmark"));

    private static (string Id, byte[] Body) NewBody()
    {
        var id = ProviderBodies.Id("evt");
        return (id, Encoding.UTF8.GetBytes(Body.Replace("evt_of_the_benchmark", id, StringComparison.Ordinal)));
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Tests.Payments.Cards;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Web.Tests.Payments.Cards;

/// <summary>The program as a process of its own, killed by kill -9 after the provider has acted and before we have written it down.</summary>
public sealed class KilledApplicationTests(WireMockServer provider, GivenCards given) : IClassFixture<WireMockServer>, IClassFixture<GivenCards>, IDisposable
{
    private const string Sessions = "/v1/checkout/sessions";
    private readonly string folder = Directory.CreateTempSubdirectory("ewaste-killed-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [ProviderFact]
    public async Task AnAttempt_WhoseProcessDiedBeforeItsCommit_IsTheSameSessionLater_AndOneReceipt()
    {
        var scene = await given.InvoiceAsync(500_000);
        using var site = await StartAsync(withJobs: false);
        using var client = new HttpClient { BaseAddress = site.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await KeyAsync(scene.Organisation));
        await StubSessionAsync(scene, delayMs: 700);
        var asking = AskAsync(client, scene.Number);
        var attempt = await UntilAsync(() => given.Db.QuerySingleOrDefaultAsync<Guid?>("select attempt_id from payment_attempts where invoice_id = @Invoice", new { scene.Invoice }, default));

        await using (await HoldAsync("select from payment_attempts where attempt_id = @id for update", attempt))
        {
            await UntilOneWaitsAsync(); // the answer is there, and its row cannot be written
            site.Kill();
        }

        Assert.Null(await asking); // nobody was told anything
        Assert.Equal("Created", await given.Db.QuerySingleAsync<string>("select state from payment_attempts where attempt_id = @attempt", new { attempt }, default));

        await given.Money.Database.SetClockOffsetAsync(TimeSpan.FromMinutes(2));
        await Settling().SweepAsync(default);
        await given.Money.Database.SetClockOffsetAsync(TimeSpan.FromMinutes(10));
        await provider.StubAsync("GET", Sessions + "/cs_killed", ProviderBodies.Session("cs_killed", 500_000, attempt, "complete", "pi_killed"));
        await Settling().SweepAsync(default);
        await given.Money.Database.SetClockOffsetAsync(TimeSpan.Zero);
        await given.TellAsync(OpenAttempt.Event("payment_intent.succeeded", ProviderBodies.PaymentIntent("pi_killed", 500_000, attempt)));

        var asked = (await provider.RequestsAsync()).Where(one => one.Path == Sessions).ToList();
        Assert.Equal(2, asked.Count);
        Assert.Single(asked.Select(one => (one.Headers["Idempotency-Key"], one.Body)).Distinct()); // the provider answers the first one's session
        Assert.Equal(1, await given.ReceiptsAsync(scene));
        Assert.Equal("Paid", (await given.Money.InvoiceAsync(scene.Invoice)).State);
        await given.Money.AssertBooksAsync(withCards: true);
    }

    [ProviderFact]
    public async Task ARefund_WhoseProcessDiedBeforeItsCommit_IsSentAgainUnderItsKey_AndPaidOnce()
    {
        var paid = await given.PaidAsync(900_000);
        await given.Refunds().RequestAsync(paid.Id, Money.FromTiyn(900_000), "the payer asked", GivenCards.Person(), default);
        var refund = await given.Db.QuerySingleAsync<Guid>("select refund_id from card_refunds where attempt_id = @Id", new { paid.Id }, default);
        Assert.Equal(RefundOutcome.Done, await given.Refunds().ApproveAsync(refund, GivenCards.Person(), default));
        await provider.ResetAsync();
        await provider.StubAsync("POST", "/v1/refunds", ProviderBodies.Refund("re_killed", paid.Payment, 900_000, refund, "pending"), delayMs: 700);

        using (var site = await StartAsync(withJobs: true))
        {
            await UntilAsync(async () => (await provider.RequestsAsync()).Count > 0 ? true : (bool?)null);
            await using (await HoldAsync("select from payment_attempts where attempt_id = @id for update", paid.Id))
            {
                await UntilOneWaitsAsync();
                site.Kill();
            }
        }

        Assert.Equal("Approved", await given.Db.QuerySingleAsync<string>("select state from card_refunds where refund_id = @refund", new { refund }, default));
        await given.Money.Database.SetClockOffsetAsync(TimeSpan.FromMinutes(10));
        await new CardRefunds(given.Db, Gateway()).SweepAsync(default);
        await given.Money.Database.SetClockOffsetAsync(TimeSpan.Zero);
        await given.TellAsync(paid.Refunded("re_killed", 900_000, ours: refund));

        var asked = (await provider.RequestsAsync()).Where(one => one.Path == "/v1/refunds").ToList();
        Assert.Equal(2, asked.Count);
        Assert.Single(asked.Select(one => (one.Headers["Idempotency-Key"], one.Body)).Distinct());
        Assert.Equal("receivable -900000", await given.BooksAsync(paid.Scene.Organisation));
        await given.Money.AssertBooksAsync(withCards: true);
    }

    private Task StubSessionAsync(PayableScene scene, int delayMs) =>
        // What it answers does not name the attempt: the key does, and the provider answers the same session for it.
        provider.StubAsync("POST", Sessions, ProviderBodies.Session("cs_killed", scene.Tiyn, Guid.Empty), delayMs: delayMs);

    private StripeGateway Gateway() => new(new HttpClient { Timeout = Timeout.InfiniteTimeSpan }, new CardKey("sk_test_of_the_tests", IsLive: false, provider.Address));

    private CardSettling Settling() => new(given.Db, Gateway());

    private async Task<string> KeyAsync(OrganisationId organisation) =>
        (await new ApiKeyService(given.Db, Secrets.Load(null, folder)).CreateAsync(organisation, "killed", [ApiScope.PaymentsWrite], Actor.System("test"), default))!;

    private static async Task<int?> AskAsync(HttpClient client, string invoice)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/v1/invoices/{invoice}/payment-attempts", UriKind.Relative));
        request.Headers.Add("Idempotency-Key", "killed-1");
        try
        {
            using var answer = await client.SendAsync(request);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Holds a row, so that whoever writes it next waits in the middle of its transaction.</summary>
    private async Task<HeldRow> HoldAsync(string sql, Guid id)
    {
        var connection = await given.Money.Database.Owner.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new Npgsql.NpgsqlCommand(sql, connection, transaction) { Parameters = { new("id", id) } };
        await command.ExecuteNonQueryAsync();
        return new HeldRow(connection, transaction);
    }

    /// <summary>Asked as the owner: nobody else sees what another session waits for.</summary>
    private Task<bool> UntilOneWaitsAsync() => UntilAsync<bool>(async () =>
    {
        await using var command = given.Money.Database.Owner.CreateCommand("select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')");
        return await command.ExecuteScalarAsync() is true ? true : null;
    });

    private static async Task<T> UntilAsync<T>(Func<Task<T?>> look)
        where T : struct
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (await look() is { } found)
            {
                return found;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    private async Task<SiteProcess> StartAsync(bool withJobs)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "EwasteEpr.Web.dll"), $"--contentRoot={CardSite.WebFolderHere()}", "--environment=Development", "--urls=http://127.0.0.1:0", $"--Jobs:Enabled={withJobs}",
            $"--ConnectionStrings:EwasteEpr={given.Money.Database.ConnectionString}", $"--EWASTE_DATA={folder}", .. CardSite.SettingsFor(folder), "--Demo=false", $"--EWASTE_CARD_ADDRESS={provider.Address}",
            "--Logging:LogLevel:Default=Error", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information",
        ];
        return await SiteProcess.StartAsync(arguments);
    }

    private sealed class HeldRow(Npgsql.NpgsqlConnection connection, Npgsql.NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}

/// <summary>The program started as <c>dotnet EwasteEpr.Web.dll</c>; its end is kill -9.</summary>
internal sealed class SiteProcess : IDisposable
{
    private readonly Process process;

    private SiteProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<SiteProcess> StartAsync(IReadOnlyList<string> arguments)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is var at and >= 0)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                _ = process.StandardError.ReadToEndAsync();
                var port = int.Parse(new string([.. line[(at + "http://127.0.0.1:".Length)..].TakeWhile(char.IsAsciiDigit)]), CultureInfo.InvariantCulture);
                return new SiteProcess(process, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")));
            }
        }

        throw new InvalidOperationException("The site did not start: " + string.Join('\n', said) + await process.StandardError.ReadToEndAsync());
    }

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
    }
}

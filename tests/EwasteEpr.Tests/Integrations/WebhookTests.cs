using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EwasteEpr.Integrations;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Payments.Certificates;
using EwasteEpr.Tests.Payments;
using EwasteEpr.Verification;

namespace EwasteEpr.Tests.Integrations;

/// <summary>From a fact of declarations, invoices or certificates to an integrator's server over real TLS.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private static readonly string[] Everything = [.. WebhookEvents.All];
    private readonly GivenMoney given = new();
    private readonly HttpsListener server = new();
    private readonly Secrets secrets = new(RandomNumberGenerator.GetBytes(32));
    private WebhookWire wire = null!;
    private OrganisationId owner;
    private string secret = "";
    private Guid endpoint;

    private EndpointService Endpoints => new(given.Db, secrets);

    private DeliveryLog Log => new(given.Db);

    public async Task InitializeAsync()
    {
        await given.InitializeAsync();
        await given.OperatorIsKnownAsync();
        wire = new WebhookWire(IPAddress.IsLoopback, (_, certificate, _, _) => server.IsMine(certificate), TimeSpan.FromSeconds(5));
        owner = await given.OrganisationAsync();
        (endpoint, secret) = await EndpointAsync(owner);
    }

    public async Task DisposeAsync()
    {
        wire.Dispose();
        await server.DisposeAsync();
        await given.DisposeAsync();
    }

    [Fact]
    public async Task Facts_AreToldInTheirOrder_SignedAsAnIndependentCountSays()
    {
        var invoice = await given.InvoiceAsync(owner, 125_050);
        await given.PaidAsync(owner, invoice, 125_050);
        await new CertificateSweep(given.Db).SweepAsync(default);
        await given.Database.ExecuteAsOwnerAsync("update declaration_versions set decision = 'Returned', decision_reasons = 'Масса', decided_at = app.now()");
        await SweepAsync();

        Assert.Equal(["invoice.issued", "invoice.paid", "certificate.issued", "declaration.returned"], server.Requests.Select(heard => heard.Headers["Ewaste-Event"]));
        foreach (var heard in server.Requests)
        {
            Assert.Equal("POST /hooks HTTP/1.1", heard.Line);
            Assert.True(IsSigned(heard, secret));
            Assert.False(IsSigned(heard with { Body = [.. heard.Body, (byte)' '] }, secret));
        }

        var paid = JsonNode.Parse(server.Requests.ElementAt(1).Body)!;
        Assert.Equal("invoice.paid", (string)paid["type"]!);
        Assert.Equal(("1250.50", "0.00", "paid"), ((string)paid["data"]!["paid_kzt"]!, (string)paid["data"]!["open_kzt"]!, (string)paid["data"]!["state"]!));
        Assert.Equal("Масса", (string)JsonNode.Parse(server.Requests.ElementAt(3).Body)!["data"]!["reasons"]!);
        await AssertOwnInvariantsAsync();
    }

    [Fact]
    public async Task Event_NobodyListensTo_OrOfAnother_IsNotKept()
    {
        var stranger = await given.OrganisationAsync();
        await given.InvoiceAsync(stranger, 1_000);
        var (_, _) = await EndpointAsync(stranger, "https://8.8.8.8/x", ["invoice.paid"]);
        await given.InvoiceAsync(stranger, 2_000);
        await SweepAsync();

        Assert.Empty(server.Requests);
        Assert.Equal(0, await given.Db.QuerySingleAsync<int>("select count(*)::int from integrations.events", null, default));
        Assert.Null(await Endpoints.FindAsync(stranger, endpoint, default));
        Assert.Null(await Endpoints.RotateAsync(stranger, endpoint, GivenMoney.Teller, default));
        Assert.False(await Endpoints.StopAsync(stranger, endpoint, GivenMoney.Teller, default));
        Assert.False(await Endpoints.RemoveAsync(stranger, endpoint, GivenMoney.Teller, default));
        Assert.False(await Endpoints.TryAsync(stranger, endpoint, default));
    }

    [Fact]
    public async Task Rotation_SignsWithBothForADay_ThenWithTheNewAlone()
    {
        var next = (await Endpoints.RotateAsync(owner, endpoint, GivenMoney.Teller, default))!;
        await Endpoints.TryAsync(owner, endpoint, default);
        await SweepAsync();
        await given.Database.SetClockOffsetAsync(TimeSpan.FromHours(25));
        await Endpoints.TryAsync(owner, endpoint, default);
        await SweepAsync();

        var (both, alone) = (server.Requests.ElementAt(0), server.Requests.ElementAt(1));
        Assert.Equal((true, true), (IsSigned(both, secret), IsSigned(both, next)));
        Assert.Equal((false, true), (IsSigned(alone, secret), IsSigned(alone, next)));
        Assert.Equal("trial", both.Headers["Ewaste-Event"]);
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", DeliveryProblem.Refused, 500)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: https://169.254.169.254/latest/meta-data\r\nContent-Length: 0\r\n\r\n", DeliveryProblem.Redirect, 302)]
    [InlineData("HTTP/1.1 200 OK\r\nX: too long\r\n", DeliveryProblem.NoConnection, null)]
    [InlineData("garbage", DeliveryProblem.NoConnection, null)]
    public async Task Answer_ThatDoesNotTake_IsTriedAgainLater(string answer, DeliveryProblem expected, int? status)
    {
        server.Answer = answer;
        await given.InvoiceAsync(owner, 1_000);
        await SweepAsync();
        await SweepAsync();

        var waiting = Assert.Single(await Log.ListAsync(owner, endpoint, null, 10, default));
        Assert.Equal((DeliveryState.Waiting, 1, (DeliveryProblem?)expected, status), (waiting.State, waiting.Attempts, waiting.Problem, waiting.Status));
        Assert.Single(server.Requests);

        server.Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        await given.Database.SetClockOffsetAsync(TimeSpan.FromMinutes(10));
        await SweepAsync();
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await Log.ListAsync(owner, endpoint, null, 10, default)).State);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(JsonNode.Parse(server.Requests.First().Body)!["id"]!.ToString(), JsonNode.Parse(server.Requests.Last().Body)!["id"]!.ToString());
    }

    [Fact]
    public async Task Endless_OrSlowAnswer_DoesNotHoldUs()
    {
        server.Answer = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\nx";
        await Endpoints.TryAsync(owner, endpoint, default);
        await SweepAsync();
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await Log.ListAsync(owner, endpoint, null, 10, default)).State);

        server.Delay = TimeSpan.FromMinutes(5);
        using var hasty = new WebhookWire(IPAddress.IsLoopback, (_, certificate, _, _) => server.IsMine(certificate), TimeSpan.FromMilliseconds(500));
        Assert.Equal(DeliveryProblem.TooSlow, (await hasty.SendAsync(new WireRequest(server.Url, [1], []), default)).Problem);
    }

    [Fact]
    public async Task Connection_ChecksTheAddressAndTheCertificateItself()
    {
        using var real = new WebhookWire();
        Assert.Equal(DeliveryProblem.AddressNotPublic, (await real.SendAsync(new WireRequest(server.Url, [1], []), default)).Problem);
        Assert.Equal(DeliveryProblem.AddressNotPublic, (await real.SendAsync(new WireRequest($"https://localhost:{server.Port}/", [1], []), default)).Problem);
        Assert.Equal(DeliveryProblem.AddressNotPublic, (await real.SendAsync(new WireRequest($"https://[::ffff:127.0.0.1]:{server.Port}/", [1], []), default)).Problem);

        using var strict = new WebhookWire(IPAddress.IsLoopback, isTrusted: null, TimeSpan.FromSeconds(5));
        Assert.Equal(DeliveryProblem.CertificateNotTrusted, (await strict.SendAsync(new WireRequest(server.Url, [1], []), default)).Problem);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Endpoint_ThatTakesNothingForDays_IsStopped_ItsPeopleHearOnce_AndItGoesOn()
    {
        server.Answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        await given.InvoiceAsync(owner, 1_000);
        await SweepAsync();
        await given.Database.SetClockOffsetAsync(TimeSpan.FromDays(2));
        await SweepAsync();
        Assert.Equal(EndpointState.Active, (await Endpoints.FindAsync(owner, endpoint, default))!.State);
        await given.Database.SetClockOffsetAsync(TimeSpan.FromDays(4));
        await SweepAsync();
        Assert.Equal(EndpointState.Failed, (await Endpoints.FindAsync(owner, endpoint, default))!.State);

        var letters = new List<FailedEndpoint>();
        var notices = new FailureNotices(given.Db, new Outbox(given.Db, secrets));
        Letter Write(FailedEndpoint failed, NoticeReader reader)
        {
            letters.Add(failed);
            return new Letter(reader.Email, reader.Language, "x", failed.Url);
        }

        Assert.Equal(1, await notices.SendAsync(Write, default));
        Assert.Equal(0, await notices.SendAsync(Write, default));
        Assert.Equal(server.Url, Assert.Single(letters).Url);

        var before = server.Requests.Count;
        await given.Database.SetClockOffsetAsync(TimeSpan.FromDays(9));
        await SweepAsync();
        Assert.Equal(before, server.Requests.Count);
        server.Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        Assert.True(await Endpoints.ResumeAsync(owner, endpoint, GivenMoney.Teller, default));
        await SweepAsync();
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await Log.ListAsync(owner, endpoint, null, 10, default)).State);
    }

    [Fact]
    public async Task Delivery_IsGivenUpAtTheEnd_AndSentAgainOnRequest()
    {
        await given.InvoiceAsync(owner, 1_000);
        await SweepAsync();
        var first = Assert.Single(await Log.ListAsync(owner, endpoint, null, 10, default));
        await given.Database.ExecuteAsOwnerAsync($"update integrations.deliveries set state = 'Waiting', delivered_at = null, attempts = {WebhookSweep.MostAttempts - 1}");
        server.Answer = "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n";
        await SweepAsync();
        Assert.Equal(DeliveryState.GivenUp, Assert.Single(await Log.ListAsync(owner, endpoint, null, 10, default)).State);

        server.Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        Assert.False(await Log.AgainAsync(await given.OrganisationAsync(), endpoint, first.DeliveryId, GivenMoney.Teller, default));
        Assert.True(await Log.AgainAsync(owner, endpoint, first.DeliveryId, GivenMoney.Teller, default));
        await SweepAsync();
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await Log.ListAsync(owner, endpoint, null, 10, default)).State);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task TwoNodes_SendEachEventOnce()
    {
        for (var i = 0; i < 20; i++)
        {
            await given.InvoiceAsync(owner, 1_000 + i);
        }

        await Task.WhenAll(SweepAsync(), SweepAsync(), SweepAsync());
        await SweepAsync();
        Assert.Equal(20, server.Requests.Select(heard => heard.Headers["Ewaste-Delivery"]).Distinct().Count());
        Assert.Equal(20, server.Requests.Count);
    }

    [Fact]
    public async Task Sender_WhoDied_LeavesHisDeliveryToTheNextSweep()
    {
        await given.InvoiceAsync(owner, 1_000);
        await given.Database.ExecuteAsOwnerAsync("update integrations.events set spread_at = app.now(); insert into integrations.deliveries (endpoint_id, event_id, organisation_id, attempts, leased_until) select e.endpoint_id, v.event_id, v.organisation_id, 1, app.now() + interval '1 minute' from integrations.events v join integrations.endpoints e using (organisation_id)");
        await SweepAsync();
        Assert.Empty(server.Requests);
        await given.Database.SetClockOffsetAsync(TimeSpan.FromMinutes(2));
        await SweepAsync();
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Registration_RefusesWhatItMust_AndKeepsItsLimit()
    {
        Assert.IsType<EndpointOutcome.AddressRefused>(await CreateAsync("https://127.0.0.1/x"));
        Assert.IsType<EndpointOutcome.NoEvents>(await CreateAsync("https://8.8.8.8/0", []));
        Assert.IsType<EndpointOutcome.NoEvents>(await CreateAsync("https://8.8.8.8/0", ["voucher.issued"]));
        Assert.IsType<EndpointOutcome.Kept>(await CreateAsync("https://8.8.8.8/1"));
        Assert.IsType<EndpointOutcome.AlreadyThere>(await CreateAsync("https://8.8.8.8/1"));
        for (var i = 2; i < EndpointService.Most; i++)
        {
            Assert.IsType<EndpointOutcome.Kept>(await CreateAsync($"https://8.8.8.8/{i}"));
        }

        Assert.IsType<EndpointOutcome.TooMany>(await CreateAsync("https://8.8.8.8/9"));
        Assert.True(await Endpoints.RemoveAsync(owner, endpoint, GivenMoney.Teller, default));
        Assert.IsType<EndpointOutcome.Kept>(await CreateAsync("https://8.8.8.8/9"));
    }

    [Theory]
    [InlineData("Each webhook delivery that counts", "nobody took it", "update integrations.deliveries set state = 'Delivered', delivered_at = now()")]
    [InlineData("No organisation hears of another", "another's event", "update integrations.deliveries set organisation_id = uuidv7()")]
    public async Task BrokenByHand_IsFound(string invariant, string expected, string sql)
    {
        server.Answer = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n";
        await given.InvoiceAsync(owner, 1_000);
        await SweepAsync();
        await AssertOwnInvariantsAsync();
        await given.Database.ExecuteAsOwnerAsync($"set session_replication_role = replica; {sql}; set session_replication_role = default");
        var found = Assert.Single(await new Verifier(given.Db).RunAsync(default), finding => finding.Invariant.StartsWith(invariant, StringComparison.Ordinal));
        Assert.Contains(expected, found.FirstBroken, StringComparison.Ordinal);
    }

    /// <summary>Declarations without lines break the rules of declarations; ours hold.</summary>
    private async Task AssertOwnInvariantsAsync()
    {
        foreach (var invariant in IntegrationInvariants.All)
        {
            Assert.Null((await given.Db.QuerySingleAsync<Checked>(invariant.Sql, null, default)).FirstBroken);
        }
    }

    private Task<int> SweepAsync() => new WebhookSweep(given.Db, secrets, wire, TimeProvider.System).SweepAsync(default);

    private Task<EndpointOutcome> CreateAsync(string url, string[]? events = null) => Endpoints.CreateAsync(owner, new NewEndpoint(url, null, events ?? Everything), GivenMoney.Teller, default);

    /// <summary>Registered with a public address; a test's own server, which can have none, takes its place.</summary>
    private async Task<(Guid Endpoint, string Secret)> EndpointAsync(OrganisationId organisation, string? url = null, string[]? events = null)
    {
        var kept = Assert.IsType<EndpointOutcome.Kept>(await Endpoints.CreateAsync(organisation, new NewEndpoint(url ?? "https://8.8.8.8/hooks", "Тест", events ?? Everything), GivenMoney.Teller, default));
        if (url is null)
        {
            await given.Database.ExecuteAsOwnerAsync($"update integrations.endpoints set url = '{server.Url}' where endpoint_id = '{kept.EndpointId}'");
        }

        return (kept.EndpointId, kept.Secret);
    }

    /// <summary>As an integrator would check it, with nothing of ours.</summary>
    private static bool IsSigned(Heard heard, string secret)
    {
        var parts = heard.Headers["Ewaste-Signature"].Split(',').Select(part => part.Split('=')).ToList();
        var time = parts.Single(part => part[0] == "t")[1];
        Assert.InRange(long.Parse(time, CultureInfo.InvariantCulture), TimeProvider.System.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds(), TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds());
        using var hash = new HMACSHA256(Encoding.UTF8.GetBytes(secret));
        var expected = Convert.ToHexString(hash.ComputeHash(Encoding.UTF8.GetBytes(time + "." + Encoding.UTF8.GetString(heard.Body)))).ToLowerInvariant();
        return parts.Any(part => part[0] == "v1" && part[1] == expected);
    }

    private sealed record Checked(long RowsChecked, string? FirstBroken);
}

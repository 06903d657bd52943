using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Payments.Cards.Pretend;
using EwasteEpr.Tests.Payments.Cards;
using EwasteEpr.Tests.Support;
using EwasteEpr.Verification;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EwasteEpr.Web.Tests.Payments.Cards;

/// <summary>A PostgreSQL of its own, as durable as in production, killed by kill -9 while webhooks are committed and applied.</summary>
public sealed class KilledDatabaseTests : IDisposable
{
    private const int Attempts = 60;
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"ewaste-tests-{Environment.ProcessId}-{Guid.CreateVersion7():N}");

    public KilledDatabaseTests()
    {
        Directory.CreateDirectory(folder);
        TestServer.StartWatch(Environment.ProcessId, folder);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task NothingAcknowledgedIsLost_AndThereIsOneReceiptForEachCharge()
    {
        var server = await StartServerAsync();
        await DatabaseConnections.EnsureDatabaseAsync(server.ConnectionString, "ewaste", default);
        var connectionString = DatabaseConnections.WithDatabase(server.ConnectionString, "ewaste");
        var site = await StartSiteAsync(connectionString);
        var db = site.App.Services.GetRequiredService<Db>();
        var attempts = await AttemptsAsync(db, connectionString);
        using var client = new HttpClient { BaseAddress = new Uri(site.App.Urls.First()) };

        // Deliveries and the job run; the server dies in the middle of their commits.
        var bodies = attempts.SelectMany(attempt => new[] { attempt.SessionCompleted(), attempt.PaymentSucceeded() }).ToList();
        var acknowledged = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var delivering = Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (body, _) =>
        {
            if (await DeliverAsync(client, body) == 200)
            {
                acknowledged[IdOf(body)] = true;
            }
        });
        var applying = ApplyUntilItFailsAsync(site);
        while (acknowledged.Count < bodies.Count / 3)
        {
            await Task.Delay(1);
        }

        Kill();
        await delivering;
        await applying;
        Assert.True(acknowledged.Count < bodies.Count, "The server outlived all deliveries: the test must kill it earlier.");

        // It comes back where it was; the provider sends what we did not acknowledge.
        server = await StartServerAsync();
        var kept = (await db.QueryAsync<string>("select event_id from provider_events", null, default)).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(acknowledged.Keys, id => !kept.Contains(id));
        foreach (var body in bodies.Where(body => !acknowledged.ContainsKey(IdOf(body))))
        {
            Assert.Equal(200, await DeliverAsync(client, body));
        }

        await site.App.Services.GetRequiredService<ApplyProviderEvents>().SweepAsync(default);
        Assert.Equal(Attempts, await db.QuerySingleAsync<long>("select count(*) from receipts where source = 'Card'", null, default));
        Assert.Equal(Attempts, await db.QuerySingleAsync<long>("select count(*) from payment_attempts where state = 'Paid'", null, default));
        Assert.Equal(0, await db.QuerySingleAsync<long>("select count(*) from provider_events where state <> 'Applied'", null, default));
        var findings = await new Verifier(db).RunAsync(default);
        Assert.DoesNotContain(findings, finding => finding.FirstBroken is not null && !EwasteEpr.Declarations.DeclarationInvariants.All.Any(one => one.Name == finding.Invariant));
        await site.App.StopAsync();
        await site.DisposeAsync();
        await server.StopAsync();
    }

    private Task<EmbeddedPostgres> StartServerAsync() =>
        EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(folder, Environment.GetEnvironmentVariable("EWASTE_PG_BIN"), ["shared_buffers=32MB"]), default);

    private async Task<Site> StartSiteAsync(string connectionString)
    {
        string[] arguments =
        [
            "--applicationName=EwasteEpr.Web", $"--contentRoot={CardSite.WebFolderHere()}", "--environment=Development", "--urls=http://127.0.0.1:0", "--Jobs:Enabled=false",
            $"--ConnectionStrings:EwasteEpr={connectionString}", $"--EWASTE_DATA={folder}", "--Logging:LogLevel:Default=None", .. CardSite.SettingsFor(folder), "--Demo=false",
        ];
        var site = await SiteBuilder.StartAsync(arguments, default) ?? throw new InvalidOperationException("The site did not start; stderr says why.");
        await site.App.StartAsync();
        return site;
    }

    // Invoices without the way through a declaration's pages, many at once.
    private const string InvoicesSql = """
        alter table declaration_versions enable always trigger declaration_versions_turn;
        set session_replication_role = replica;
        update app.settings set value = '999999.99' where key = 'payments.card_max';
        insert into organisations (organisation_id, slug, kind, bin, number_hash, name_kk, name_ru, region_kato, address, contact_name, contact_email, contact_phone, activities)
        select md5('o' || n)::uuid, 'killed' || lpad(n::text, 4, '0'), 'company', lpad(n::text, 12, '0'), sha256(convert_to(n::text, 'UTF8')), 'Сынақ', 'Проба', '750000000', 'Алматы', 'Сынақ', 'test@example.test', '+7', array['importer']
          from generate_series(1, @count) n;
        insert into declarations (declaration_id, organisation_id, kind, document_no, state, current_version)
        select md5('d' || n)::uuid, md5('o' || n)::uuid, 'Consignment', 'DT-' || n, 'Submitted', 1 from generate_series(1, @count) n;
        insert into declaration_versions (declaration_id, version, state, lines, priced_lines, mass_grams, fee_tiyn, programme, submitted_at, submitted_revision, canonical_sha256)
        select md5('d' || n)::uuid, 1, 'Submitted', 1, 1, 10, 100000 + n, 'Illustrative', app.now(), 1, sha256('') from generate_series(1, @count) n;
        insert into declaration_lines (declaration_id, version, line_no, changed_revision, content_hash, category, mass_grams, methodology_id, tariff_row_id, tariff_match,
                                       coefficient, mci_value, mci_from, product_fee_tiyn, fee_tiyn)
        select md5('d' || n)::uuid, 1, 1, 1, 1, '6', 10, uuidv7(), uuidv7(), 'Any', 1, 1000, '2026-01-01', 100000 + n, 100000 + n from generate_series(1, @count) n;
        set session_replication_role = default;
        select payments.bill_version(md5('d' || n)::uuid, 1, 'Submitted', null, null, '0000' || translate(lpad(n::text, 4, '0'), 'ilou', '    '), '{}', '{"role":"system","request_id":"test"}') from generate_series(1, @count) n;
        """;

    private static async Task<List<OpenAttempt>> AttemptsAsync(Db db, string connectionString)
    {
        await using (var owner = DatabaseConnections.Owner(connectionString))
        await using (var connection = await owner.OpenConnectionAsync())
        {
            await connection.ExecuteAsync(InvoicesSql, new { count = Attempts });
        }

        var gateway = new PretendGateway(db);
        var payments = new CardPayments(db, gateway, GivenCards.Options, new CardSettling(db, gateway));
        var made = new List<OpenAttempt>();
        foreach (var row in await db.QueryAsync<InvoiceRow>("select organisation_id, invoice_id, number, amount_tiyn from invoices order by number", null, default))
        {
            var opened = Assert.IsType<StartOutcome.Opened>(await payments.StartAsync(
                new StartPayment(new OrganisationId(row.OrganisationId), row.Number, new Uri("https://ewaste.example.kz/kk/pay"), "kk"), GivenCards.Person(), default));
            var session = await db.QuerySingleAsync<string>("select session_id from payment_attempts where attempt_id = @AttemptId", new { opened.Attempt.AttemptId }, default);
            made.Add(new OpenAttempt(
                new PayableScene(new OrganisationId(row.OrganisationId), new InvoiceId(row.InvoiceId), row.Number, row.AmountTiyn), opened.Attempt.AttemptId, session, ProviderBodies.Id("pi"), row.AmountTiyn));
        }

        return made;
    }

    private static async Task<int> DeliverAsync(HttpClient client, string body)
    {
        try
        {
            return await CardSite.DeliverAsync(client, body);
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private static Task ApplyUntilItFailsAsync(Site site) => Task.Run(async () =>
    {
        try
        {
            while (true)
            {
                await site.App.Services.GetRequiredService<ApplyProviderEvents>().SweepAsync(default);
            }
        }
        catch (Exception problem) when (problem is NpgsqlException or OutcomeUnknownException)
        {
            // the server is gone; a scheduler would try again
        }
    });

    /// <summary>The server and every process of it, at once: nothing is flushed, nobody says goodbye.</summary>
    private void Kill()
    {
        var server = int.Parse(File.ReadLines(Path.Combine(folder, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        var backends = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id != 0 && IsChild(id, server)).ToList();
        foreach (var id in backends.Prepend(server))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception problem) when (problem is ArgumentException or InvalidOperationException)
            {
                // it has ended by itself meanwhile
            }
        }
    }

    private static bool IsChild(int process, int of)
    {
        try
        {
            return File.ReadLines($"/proc/{process}/status").Contains(string.Create(CultureInfo.InvariantCulture, $"PPid:\t{of}"));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string IdOf(string body) => ProviderJson.ReadHead(System.Text.Encoding.UTF8.GetBytes(body)).EventId;

    private sealed record InvoiceRow(Guid OrganisationId, Guid InvoiceId, string Number, long AmountTiyn);
}

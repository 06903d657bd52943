using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Tests.Payments.Cards;
using EwasteEpr.Tests.Support;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace EwasteEpr.Web.Tests.Payments.Cards;

/// <summary>Two application nodes on one database: each its own process state, connections and jobs; what they share is PostgreSQL.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("ewaste-two-nodes-").FullName;
    private readonly List<Site> sites = [];

    public GivenCards Given { get; } = new();

    public IReadOnlyList<HttpClient> Nodes { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await Given.InitializeAsync();
        for (var node = 0; node < 2; node++)
        {
            string[] arguments =
            [
                "--applicationName=EwasteEpr.Web", $"--contentRoot={CardSite.WebFolderHere()}", "--environment=Development", "--urls=http://127.0.0.1:0", "--Jobs:Enabled=false",
                $"--ConnectionStrings:EwasteEpr={Given.Money.Database.ConnectionString}", $"--EWASTE_DATA={folder}", "--Logging:LogLevel:Default=Error", .. CardSite.SettingsFor(folder), "--Demo=false",
            ];
            var site = await SiteBuilder.StartAsync(arguments, CancellationToken.None) ?? throw new InvalidOperationException("The site did not start; stderr says why.");
            await site.App.StartAsync();
            sites.Add(site);
        }

        Nodes = [.. sites.Select(site => new HttpClient { BaseAddress = new Uri(site.App.Urls.First()) })];
    }

    public async Task DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            node.Dispose();
        }

        foreach (var site in sites)
        {
            await site.App.StopAsync();
            await site.DisposeAsync();
        }

        await Given.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The job of both nodes at once, as their schedulers may wake them.</summary>
    public Task SweepAsync() => Task.WhenAll(sites.Select(site => site.App.Services.GetRequiredService<ApplyProviderEvents>().SweepAsync(CancellationToken.None)));

    /// <summary>Each body so many times, all at once, to both nodes in turn: every delivery is answered with 200.</summary>
    public async Task DeliverAsync(IEnumerable<string> bodies, int times)
    {
        var place = 0;
        var answers = await Task.WhenAll(bodies.SelectMany(body => Enumerable.Repeat(body, times)).Select(body => CardSite.DeliverAsync(Nodes[place++ % 2], body)));
        Assert.All(answers, status => Assert.Equal(200, status));
    }
}

public sealed class WebhookOrderTests(TwoNodes two) : IClassFixture<TwoNodes>
{
    private const long Paid = 12_543_055;
    private const long Part = 4_000_000;

    public static TheoryData<int> Repeats => Environment.GetEnvironmentVariable("EWASTE_TEST_ALL") == "1" ? [1, 2, 50] : [1, 2];

    /// <summary>{session completed, payment succeeded, partial refund, rest refunded, dispute} in each of the 120 orders, applied after every step.</summary>
    [Theory]
    [MemberData(nameof(Repeats))]
    public async Task EveryOrder_OfFiveEvents_SentOnceOrOften_EndsInTheSameBooks(int times)
    {
        var orders = Permutations([0, 1, 2, 3, 4]).ToList();
        Assert.Equal(120, orders.Count);
        var stories = await Task.WhenAll(orders.Chunk(20).Select(async chunk =>
        {
            var made = new List<(int[] Order, OpenAttempt Attempt, string[] Events)>();
            foreach (var order in chunk)
            {
                var attempt = await two.Given.OpenAsync(Paid);
                made.Add((order, attempt, EventsOf(attempt)));
            }

            return made;
        }));
        var all = stories.SelectMany(one => one).ToList();
        for (var step = 0; step < 5; step++)
        {
            await two.DeliverAsync(all.Select(story => story.Events[story.Order[step]]), times);
            await two.SweepAsync();
        }

        await SettledAsync();
        foreach (var (order, attempt, _) in all)
        {
            await AssertBooksAsync(attempt, string.Join(' ', order));
        }

        await two.Given.Money.AssertBooksAsync(withCards: true);
    }

    /// <summary>All five at once, fifty times each, on both nodes, while both nodes apply.</summary>
    [Fact]
    public async Task AllAtOnce_FiftyTimesEach_EndsInTheSameBooks()
    {
        for (var round = 0; round < (Environment.GetEnvironmentVariable("EWASTE_TEST_ALL") == "1" ? 20 : 3); round++)
        {
            var attempt = await two.Given.OpenAsync(Paid);
            var sweeping = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            {
                for (var i = 0; i < 10; i++)
                {
                    await two.SweepAsync();
                }
            }));
            await two.DeliverAsync(EventsOf(attempt), 50);
            await sweeping;
            await SettledAsync();
            await AssertBooksAsync(attempt, $"round {round}");
        }

        await two.Given.Money.AssertBooksAsync(withCards: true);
    }

    /// <summary>Whatever was put off has its time.</summary>
    private async Task SettledAsync()
    {
        await two.Given.Money.Database.SetClockOffsetAsync(TimeSpan.FromHours(1));
        await two.SweepAsync();
        await two.Given.Money.Database.SetClockOffsetAsync(TimeSpan.Zero);
        Assert.Equal(0, await two.Given.Db.QuerySingleAsync<long>("select count(*) from provider_events where state in ('Pending', 'Held')", null, default));
    }

    private async Task AssertBooksAsync(OpenAttempt attempt, string order)
    {
        // Paid, all of it given back, the dispute noted: one receipt, the invoice open again, nothing else on any account of the payer.
        var books = await two.Given.BooksAsync(attempt.Scene.Organisation);
        Assert.True(books == $"receivable {-Paid}", $"{order}: {books}");
        Assert.Equal("Paid", await two.Given.StateAsync(attempt));
        Assert.Equal(1, await two.Given.ReceiptsAsync(attempt.Scene));
        Assert.Equal([Paid], await two.Given.Db.QueryAsync<long>("select reversed_tiyn from receipts where organisation_id = @Organisation", attempt.Scene, default));
        Assert.Equal([Part, Paid - Part], await two.Given.Db.QueryAsync<long>("select amount_tiyn from card_refunds where attempt_id = @Id and state = 'Succeeded' order by amount_tiyn", attempt, default));
        Assert.Equal(["None"], await two.Given.Db.QueryAsync<string>("select books from card_disputes where attempt_id = @Id", attempt, default));
        var cleared = await two.Given.Db.QuerySingleAsync<long>(
            """
            select coalesce(sum(case when c.purpose = 'card_clearing' then t.amount else -t.amount end), 0)::bigint
              from ledger.transfers t
              join ledger.accounts c on c.account_id = t.credit_account_id
              join ledger.accounts d on d.account_id = t.debit_account_id
             where 'card_clearing' in (c.purpose, d.purpose)
               and t.source_id in (select receipt_id from payment_attempts where attempt_id = @Id union select refund_id from card_refunds where attempt_id = @Id)
            """,
            new { attempt.Id }, default);
        Assert.Equal(0, cleared);
    }

    private static string[] EventsOf(OpenAttempt attempt) =>
    [
        attempt.SessionCompleted(), attempt.PaymentSucceeded(), attempt.Refunded(ProviderBodies.Id("re"), Part), attempt.Refunded(ProviderBodies.Id("re"), Paid - Part),
        attempt.Disputed(ProviderBodies.Id("dp"), "created"),
    ];

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));
}

using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using Npgsql;

namespace EwasteEpr.Tests.Kernel;

public sealed class IdempotencyTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public Task InitializeAsync() => database.ExecuteAsOwnerAsync("create table if not exists public.effects (request text not null)");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Run_Again_GivesTheSameAnswerAndDoesNothing()
    {
        var request = Request("again");
        Assert.Equal(new IdempotentOutcome.Answered(new StoredAnswer(201, "done again"), Again: false), await RunAsync(request));
        Assert.Equal(new IdempotentOutcome.Answered(new StoredAnswer(201, "done again"), Again: true), await RunAsync(request));
        Assert.Equal(1, await EffectsAsync("again"));
    }

    [Fact]
    public async Task Run_WithAnotherBody_IsRefused()
    {
        await RunAsync(Request("body"));
        Assert.IsType<IdempotentOutcome.OtherBody>(await RunAsync(Request("body", body: "other")));
        Assert.Equal(1, await EffectsAsync("body"));
    }

    [Fact]
    public async Task Run_OfAnotherPrincipalOrRoute_IsAnotherKey()
    {
        var request = Request("scope");
        await RunAsync(request);
        Assert.IsType<IdempotentOutcome.Answered>(await RunAsync(request with { Principal = "somebody else" }));
        Assert.IsType<IdempotentOutcome.Answered>(await RunAsync(request with { Route = "POST /elsewhere" }));
        Assert.Equal(3, await EffectsAsync("scope"));
    }

    [Fact]
    public async Task Run_ThatThrows_FreesTheKey()
    {
        var request = Request("throws");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Service(database.Db).RunAsync(request, _ => throw new InvalidOperationException(), CancellationToken.None));
        Assert.Equal(new IdempotentOutcome.Answered(new StoredAnswer(201, "done throws"), Again: false), await RunAsync(request));
    }

    [Fact]
    public async Task Run_WhileTheSameIsRunning_SaysSo()
    {
        var request = Request("running");
        await Service(database.Db).RunAsync(request, async transaction =>
        {
            Assert.IsType<IdempotentOutcome.Running>(await RunAsync(request));
            return await WorkAsync(transaction, request);
        }, CancellationToken.None);
        Assert.IsType<IdempotentOutcome.Answered>(await RunAsync(request));
        Assert.Equal(1, await EffectsAsync("running"));
    }

    [Fact]
    public async Task Run_TwentyFiveAtOnce_HasOneEffectAndOneAnswer()
    {
        var request = Request("parallel");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => RunAsync(request)));
        Assert.Equal(1, await EffectsAsync("parallel"));
        Assert.Single(outcomes.OfType<IdempotentOutcome.Answered>(), answered => !answered.Again);
        Assert.All(outcomes, outcome => Assert.True(outcome is IdempotentOutcome.Running or IdempotentOutcome.Answered { Answer.Body: "done parallel" }));
    }

    [Theory]
    [InlineData(nameof(Cut.BeforeTheServerHears), false)]
    [InlineData(nameof(Cut.BeforeWeHear), true)]
    public async Task Run_WhenTheWireBreaksInCommit_IsUnknownAndTheKeyLaterTellsTheTruth(string cut, bool wasDone)
    {
        var request = Request(cut);
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var relay = new CuttingRelay(settings.Port) { NextCommit = Enum.Parse<Cut>(cut) };
        settings.Port = relay.Port;
        await using var source = DatabaseConnections.Application(settings.ConnectionString);
        var service = Service(new Db(source));

        Assert.IsType<IdempotentOutcome.Unknown>(await service.RunAsync(request, transaction => WorkAsync(transaction, request), CancellationToken.None));
        IdempotentOutcome later;
        do
        {
            later = await service.RunAsync(request, transaction => WorkAsync(transaction, request), CancellationToken.None);
        }
        while (later is IdempotentOutcome.Running); // the server may still be noticing that we are gone

        Assert.Equal(new IdempotentOutcome.Answered(new StoredAnswer(201, $"done {cut}"), Again: wasDone), later);
        Assert.Equal(1, await EffectsAsync(cut));
    }

    [Fact]
    public async Task Run_ThirtyOneDaysLater_IsANewRequest()
    {
        var request = Request("old");
        await RunAsync(request);
        await database.SetClockOffsetAsync(TimeSpan.FromDays(31));
        try
        {
            Assert.Equal(new IdempotentOutcome.Answered(new StoredAnswer(201, "done old"), Again: false), await RunAsync(request));
            await database.SetClockOffsetAsync(TimeSpan.FromDays(62));
            Assert.True(await Service(database.Db).ForgetAsync(CancellationToken.None) >= 1);
        }
        finally
        {
            await database.SetClockOffsetAsync(TimeSpan.Zero);
        }
    }

    private Task<IdempotentOutcome> RunAsync(IdempotentRequest request) =>
        Service(database.Db).RunAsync(request, transaction => WorkAsync(transaction, request), CancellationToken.None);

    private static Idempotency Service(Db db) => new(db);

    private static async Task<StoredAnswer> WorkAsync(DbTransaction transaction, IdempotentRequest request)
    {
        await transaction.ExecuteAsync("insert into public.effects (request) values (@Key)", request, CancellationToken.None);
        return new StoredAnswer(201, "done " + request.Key);
    }

    private Task<long> EffectsAsync(string key) =>
        database.Db.QuerySingleAsync<long>("select count(*) from public.effects where request = @key", new { key }, CancellationToken.None);

    private static IdempotentRequest Request(string key, string body = "body") =>
        new("person", "POST /things", key, SHA256.HashData(Encoding.UTF8.GetBytes(body)));
}

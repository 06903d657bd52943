using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EwasteEpr.Web.Tests.Hosting;

/// <summary>The filter and the answers on an action of the test's own: no feature has to lend one.</summary>
public sealed class IdempotencyOverHttpTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private WebApplication app = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        await database.ExecuteAsOwnerAsync("create table if not exists public.things (name text not null)");
        (app, client) = await StartAsync(database.Db);
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Post_Again_IsTheSameAnswerAndOneThing()
    {
        var first = await PostAsync("key-1", """{"name":"a"}""");
        var second = await PostAsync("key-1", """{"name":"a"}""");
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.True(second.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(1, await ThingsAsync("a"));
    }

    [Fact]
    public async Task Post_WithAnotherBody_Is422()
    {
        await PostAsync("key-2", """{"name":"b"}""");
        await AssertProblemAsync(await PostAsync("key-2", """{"name":"c"}"""), HttpStatusCode.UnprocessableEntity, "idempotency-other-body");
        Assert.Equal(0, await ThingsAsync("c"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("with space")]
    public async Task Post_WithoutAProperKey_Is400(string? key) =>
        await AssertProblemAsync(await PostAsync(key, """{"name":"d"}"""), HttpStatusCode.BadRequest, "idempotency-key-needed");

    [Fact]
    public async Task Post_TwentyFiveAtOnce_MakesOneThing()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => PostAsync("key-3", """{"name":"e"}""")));
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(1, await ThingsAsync("e"));
    }

    [Fact]
    public async Task Post_WhenTheWireBreaksInCommit_Is503AndTheKeyLaterTellsTheTruth()
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var relay = new CuttingRelay(settings.Port) { NextCommit = Cut.BeforeWeHear };
        settings.Port = relay.Port;
        await using var source = DatabaseConnections.Application(settings.ConnectionString);
        var (other, wire) = await StartAsync(new Db(source));
        await using (other)
        {
            await AssertProblemAsync(await PostAsync("key-4", """{"name":"f"}""", wire), HttpStatusCode.ServiceUnavailable, "outcome-unknown");
            var later = await PostAsync("key-4", """{"name":"f"}""", wire);
            while (later.StatusCode == HttpStatusCode.Conflict)
            {
                later = await PostAsync("key-4", """{"name":"f"}""", wire);
            }

            Assert.Equal(HttpStatusCode.Created, later.StatusCode);
            Assert.Equal(1, await ThingsAsync("f"));
        }
    }

    [Fact]
    public async Task PostAForm_TheFieldIsTheKeyAndTheAntiforgeryTokenIsNoPartOfIt()
    {
        async Task<HttpResponseMessage> SendAsync(string token, string name) => await client.PostAsync(new Uri("/test/forms", UriKind.Relative), new FormUrlEncodedContent(
            [new(IdempotentAttribute.Field, "key-5"), new("name", name), new("__RequestVerificationToken", token)]));
        Assert.Equal(HttpStatusCode.Created, (await SendAsync("one", "g")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync("two", "g")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync("two", "h")).StatusCode);
        Assert.Equal(1, await ThingsAsync("g"));
    }

    [Fact]
    public async Task PostAForm_TheSameKeyOnAnotherAddress_IsAnotherQuestion()
    {
        async Task<HttpResponseMessage> SendAsync(string to) => await client.PostAsync(new Uri(to, UriKind.Relative), new FormUrlEncodedContent(
            [new(IdempotentAttribute.Field, "key-6"), new("name", "i")]));
        Assert.Equal(HttpStatusCode.Created, (await SendAsync("/test/forms/one")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync("/test/forms/two")).StatusCode);
    }

    private static async Task<(WebApplication App, HttpClient Client)> StartAsync(Db db)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.AddCultures();
        builder.Services.AddSingleton(new Idempotency(db));
        builder.Services.AddControllers().AddApplicationPart(typeof(ThingsController).Assembly);
        var app = builder.Build();
        app.UseRequestLocalization();
        app.MapControllers();
        await app.StartAsync();
        return (app, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });
    }

    private async Task<HttpResponseMessage> PostAsync(string? key, string json, HttpClient? over = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/test/things", UriKind.Relative)) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add(IdempotentAttribute.Header, key);
        }

        return await (over ?? client).SendAsync(request);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.EndsWith(".", problem.GetProperty("title").GetString());
    }

    private Task<long> ThingsAsync(string name) => database.Db.QuerySingleAsync<long>("select count(*) from public.things where name = @name", new { name }, CancellationToken.None);
}

[ApiController]
[AllowAnonymous]
[Route("test")]
public sealed class ThingsController(Idempotency idempotency) : ControllerBase
{
    [HttpPost("things")]
    [Idempotent]
    public Task<IActionResult> Create([FromBody] Thing thing, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(thing);
        return CreateAsync(thing.Name, ct);
    }

    [HttpPost("forms/{of?}")]
    [Idempotent]
    public Task<IActionResult> CreateByForm([FromForm] string name, CancellationToken ct) => CreateAsync(name, ct);

    private async Task<IActionResult> CreateAsync(string name, CancellationToken ct)
    {
        var outcome = await idempotency.RunAsync(HttpContext.Idempotent(), async transaction =>
        {
            await transaction.ExecuteAsync("insert into public.things (name) values (@name)", new { name }, ct);
            return new StoredAnswer(201, JsonSerializer.Serialize(new { name, id = Guid.CreateVersion7() }));
        }, ct);
        return outcome.ToResult();
    }
}

public sealed record Thing(string Name);

using System.Net;
using System.Text;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Tests.Support;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Tests.Payments.Cards;

public sealed class WebhookTests(CardSite site) : IClassFixture<CardSite>
{
    private const string Stored = "select count(*) from provider_events";

    [Theory]
    [InlineData(CardSite.Secret)]
    [InlineData(CardSite.NextSecret)]
    public async Task AGenuineEvent_IsStoredOnceToTheByte_HoweverOftenItComes(string secret)
    {
        var id = ProviderBodies.Id("evt");
        var body = Body(id).Replace(",", " ,\n", StringComparison.Ordinal); // not as a JSON library would write it
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => CardSite.DeliverAsync(site.Client, body, secret)));
        Assert.All(answers, status => Assert.Equal(200, status));
        var kept = await site.Database.Db.QueryAsync<byte[]>("select body from provider_events where event_id = @id", new { id }, CancellationToken.None);
        Assert.Equal(body, Encoding.UTF8.GetString(Assert.Single(kept)));
    }

    [Fact]
    public async Task ForgedAlteredOldOrOfAnotherMode_IsRefused_NothingChanges_AndTheLogSaysWhy()
    {
        var before = await site.CountAsync(Stored);
        var now = TimeProvider.System.GetUtcNow();
        var body = Body(ProviderBodies.Id("evt"));
        Assert.Equal(400, await CardSite.DeliverAsync(site.Client, body, secret: null));
        Assert.Equal(400, await CardSite.DeliverAsync(site.Client, body, "whsec_of_somebody_else"));
        Assert.Equal(400, await CardSite.DeliverAsync(site.Client, body, at: now.AddSeconds(-301)));
        Assert.Equal(400, await CardSite.DeliverAsync(site.Client, body, at: now.AddSeconds(310)));
        Assert.Equal(400, await CardSite.DeliverAsync(site.Client, ProviderBodies.Event(ProviderBodies.Id("evt"), "payment_intent.succeeded", "{}", isLive: true)));
        Assert.Equal(400, await CardSite.DeliverAsync(site.Client, "[]"));
        Assert.Equal(400, await CardSite.DeliverAsync(site.Client, ""));
        Assert.Equal(400, await CardSite.DeliverAsync(site.Client, """{"object":"event","id":"evt_1","type":"x","livemode":"no","created":1}"""));
        using (var altered = CardSite.Delivery(body))
        {
            altered.Content = new StringContent(body + " ", Encoding.UTF8, "application/json");
            using var answer = await site.Client.SendAsync(altered);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Empty(await answer.Content.ReadAsStringAsync()); // the sender learns nothing
        }

        Assert.Equal(before, await site.CountAsync(Stored));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TooLarge_Is413_AndAMegabyteIsNot(bool chunked)
    {
        var before = await site.CountAsync(Stored);
        Assert.Equal(413, await SendAsync(Body(ProviderBodies.Id("evt"), ProviderEvents.MostBytes + 1)));
        Assert.Equal(413, await SendAsync(Body(ProviderBodies.Id("evt"), 3 * ProviderEvents.MostBytes)));
        Assert.Equal(before, await site.CountAsync(Stored));
        Assert.Equal(200, await SendAsync(Body(ProviderBodies.Id("evt"), ProviderEvents.MostBytes)));

        async Task<int> SendAsync(string body)
        {
            using var request = CardSite.Delivery(body);
            request.Headers.TransferEncodingChunked = chunked;
            request.Headers.ConnectionClose = true; // the server closes after a refusal: the next request must not find that connection in the pool
            try
            {
                using var answer = await site.Client.SendAsync(request);
                return (int)answer.StatusCode;
            }
            catch (HttpRequestException) when (body.Length > ProviderEvents.MostBytes)
            {
                return 413; // the server answered and closed before we had sent all of it
            }
        }
    }

    [Theory]
    [InlineData("sk_live_x", null, "live", "Demo mode")]
    [InlineData("sk_live_x", null, null, "live key, and this installation takes test")]
    [InlineData("pk_test_x", null, null, "no secret key")]
    [InlineData("sk_test_x", null, "sometimes", "say live or test")]
    [InlineData("sk_test_x", "short", null, "signing secret")]
    [InlineData("sk_test_x", "whsec_number_one_x,whsec_number_two_x,whsec_number_three", null, "signing secret")]
    public async Task AStart_WithAKeyOfTheWrongKindOrMode_IsRefused(string key, string? webhook, string? mode, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("ewaste-card-start-").FullName;
        var said = new StringWriter();
        var console = Console.Error;
        try
        {
            Console.SetError(said);
            File.WriteAllText(Path.Combine(folder, "key"), key);
            File.WriteAllText(Path.Combine(folder, "webhook"), webhook ?? CardSite.Secret);
            string[] arguments =
            [
                "--applicationName=EwasteEpr.Web", $"--contentRoot={CardSite.WebFolderHere()}", "--environment=Development", "--urls=http://127.0.0.1:0", "--Demo=true", "--Jobs:Enabled=false", $"--EWASTE_DATA={folder}",
                $"--ConnectionStrings:EwasteEpr={site.Database.ConnectionString}", $"--EWASTE_CARD_KEY_FILE={Path.Combine(folder, "key")}", $"--EWASTE_CARD_WEBHOOK_SECRETS_FILE={Path.Combine(folder, "webhook")}",
                .. mode is null ? Array.Empty<string>() : [$"--EWASTE_CARD_MODE={mode}"],
            ];
            Assert.Null(await SiteBuilder.StartAsync(arguments, CancellationToken.None));
            Assert.Contains(expected, said.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(key, said.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Console.SetError(console);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Body(string id, int length = 0)
    {
        var body = ProviderBodies.Event(id, "product.created", """{"id":"prod_1","object":"product","fill":""}""");
        return length == 0 ? body : body.Replace("\"fill\":\"\"", $"\"fill\":\"{new string('x', length - body.Length)}\"", StringComparison.Ordinal);
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Tests.Organisations;

namespace EwasteEpr.Web.Tests.Integrations;

/// <summary>An organisation's program keeps its webhooks and reads its invoices.</summary>
public sealed class IntegratorApiTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Webhooks = "/api/v1/webhooks";

    [Fact]
    public async Task Webhook_IsMadeOnce_ItsSecretComesOnce_AndItGoes()
    {
        using var machine = await MachineAsync("importer-1");
        using var created = await PostAsync(machine, """{"url":"https://hooks.example.kz/api"}""", "one");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var made = await JsonAsync(created);
        Assert.StartsWith("whs_", made.GetProperty("secret").GetString(), StringComparison.Ordinal);
        Assert.Equal(8, made.GetProperty("events").GetArrayLength());

        using var again = await PostAsync(machine, """{"url":"https://hooks.example.kz/api"}""", "one");
        var same = await JsonAsync(again);
        Assert.Equal(made.GetProperty("id").GetGuid(), same.GetProperty("id").GetGuid());
        Assert.False(same.TryGetProperty("secret", out var secret) && secret.ValueKind != JsonValueKind.Null);
        Assert.Equal(0, await site.CountAsync("select count(*) from app.idempotency_keys where answer like '%whs_%'"));

        var path = $"{Webhooks}/{made.GetProperty("id").GetGuid()}";
        using var deliveries = await machine.GetAsync(new Uri(path + "/deliveries", UriKind.Relative));
        Assert.Equal(0, (await JsonAsync(deliveries)).GetProperty("deliveries").GetArrayLength());
        using var stranger = await MachineAsync("importer-2");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(new Uri(path + "/deliveries", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync(new Uri(path, UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await machine.DeleteAsync(new Uri(path, UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.DeleteAsync(new Uri(path, UriKind.Relative))).StatusCode);
    }

    [Theory]
    [InlineData("""{"url":"https://127.0.0.1/"}""", HttpStatusCode.UnprocessableEntity, "url-not-public")]
    [InlineData("""{"url":"http://hooks.example.kz/"}""", HttpStatusCode.UnprocessableEntity, "url-not-https")]
    [InlineData("""{"url":"https://hooks.example.kz/e","events":["nothing"]}""", HttpStatusCode.UnprocessableEntity, "unknown-events")]
    [InlineData("{", HttpStatusCode.BadRequest, "bad-json")]
    public async Task Webhook_ThatCannotBe_SaysWhy(string body, HttpStatusCode status, string code)
    {
        using var machine = await MachineAsync("importer-1");
        using var answer = await PostAsync(machine, body, Guid.CreateVersion7().ToString());
        Assert.Equal(status, answer.StatusCode);
        Assert.EndsWith(code, (await JsonAsync(answer)).GetProperty("type").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoices_AreListedAndFound_OfTheOwnOrganisationOnly()
    {
        var (organisation, number) = await site.Service<Db>().QuerySingleAsync<(string, string)>(
            "select o.demo_code, i.number from invoices i join organisations o using (organisation_id) where o.demo_code is not null order by i.invoice_id limit 1", null, CancellationToken.None);
        using var machine = await MachineAsync(organisation);
        using var listed = await machine.GetAsync(new Uri("/api/v1/invoices", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
        Assert.Contains((await JsonAsync(listed)).GetProperty("invoices").EnumerateArray(), one => one.GetProperty("number").GetString() == number);

        using var found = await machine.GetAsync(new Uri($"/api/v1/invoices/{number}", UriKind.Relative));
        var invoice = await JsonAsync(found);
        Assert.Matches("^[0-9]+\\.[0-9]{2}$", invoice.GetProperty("invoice").GetProperty("amount").GetString());
        Assert.NotEqual(0, invoice.GetProperty("lines").GetArrayLength());

        using var paid = await machine.GetAsync(new Uri("/api/v1/invoices?state=paid&from=2020-01-01", UriKind.Relative));
        Assert.All((await JsonAsync(paid)).GetProperty("invoices").EnumerateArray(), one => Assert.Equal("paid", one.GetProperty("state").GetString()));
        using var odd = await machine.GetAsync(new Uri("/api/v1/invoices?state=eaten", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);

        using var stranger = await MachineAsync(organisation == "recycler-1" ? "importer-1" : "recycler-1");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(new Uri($"/api/v1/invoices/{number}", UriKind.Relative))).StatusCode);
        using var unscoped = await MachineAsync(organisation, ApiScope.DeclarationsRead);
        Assert.Equal(HttpStatusCode.Forbidden, (await unscoped.GetAsync(new Uri($"/api/v1/invoices/{number}", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Description_NamesTheRoutes()
    {
        using var answer = await site.Client.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        var paths = (await JsonAsync(answer)).GetProperty("paths");
        Assert.True(paths.GetProperty("/api/v1/invoices").TryGetProperty("get", out _));
        Assert.True(paths.GetProperty("/api/v1/invoices/{number}").TryGetProperty("get", out _));
        Assert.True(paths.GetProperty(Webhooks).TryGetProperty("post", out var post) && post.TryGetProperty("security", out _));
        Assert.True(paths.GetProperty(Webhooks + "/{id}/deliveries").TryGetProperty("get", out _));
    }

    private async Task<HttpClient> MachineAsync(string organisation, params string[] scopes)
    {
        var id = await site.Service<Db>().QuerySingleAsync<OrganisationId>("select organisation_id from organisations where demo_code = @organisation", new { organisation }, CancellationToken.None);
        var machine = site.NewClient();
        var key = await site.Service<ApiKeyService>().CreateAsync(id, "test", scopes.Length == 0 ? ApiScope.All : scopes, Actor.System("test"), CancellationToken.None);
        machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return machine;
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient machine, string body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Webhooks, UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, "application/json"), Headers = { { "Idempotency-Key", key } } };
        return await machine.SendAsync(request);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Tests.Organisations;

namespace EwasteEpr.Web.Tests.Declarations;

/// <summary>An agent's key at its clients, as far as the mandate of today goes; and reasons by programs.</summary>
public sealed class AgentApiTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Api = "/api/v1/declarations";

    [Fact]
    public async Task AgentsKey_PreparesAndSubmitsForAClient_AndTheAuditNamesBoth()
    {
        using var machine = await AgentAsync("importer-4");
        var (created, number) = await CreateAsync(machine, """{"kind":"nil","period":"2025-Q1"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var submitted = await SubmitAsync(machine, number, created.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, submitted.StatusCode);
        Assert.Equal(1, await site.CountAsync($"""
            select count(*)
              from audit.entries e
              join organisations a on a.organisation_id = (to_jsonb(e) ->> 'organisation_id')::uuid and a.demo_code = 'agent-1'
              join organisations c on c.organisation_id = (to_jsonb(e) ->> 'on_behalf_of_id')::uuid and c.demo_code = 'importer-4'
             where e.action = 'declaration.submitted' and e.object_id = '{number}'
            """));
    }

    [Fact]
    public async Task AgentsKey_BeyondTheMandate_IsForbidden_AndWithoutOne_TheClientIsNotThere()
    {
        using var prepares = await AgentAsync("importer-12");
        var (created, number) = await CreateAsync(prepares, """{"kind":"nil","period":"2025-Q1"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var submitted = await SubmitAsync(prepares, number, created.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.Forbidden, submitted.StatusCode);

        foreach (var client in new[] { "importer-1", "importer-11" }) // never given; ended
        {
            using var stranger = await AgentAsync(client);
            Assert.Equal(HttpStatusCode.NotFound, (await CreateAsync(stranger, """{"kind":"nil","period":"2024-Q1"}""")).Answer.StatusCode);
            using var looked = await stranger.GetAsync(new Uri($"{Api}/{number}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, looked.StatusCode);
        }

        using var invented = await AgentAsync("importer-4", slug: "nosuchslug");
        Assert.Equal(HttpStatusCode.NotFound, (await CreateAsync(invented, """{"kind":"nil","period":"2024-Q1"}""")).Answer.StatusCode);
    }

    [Fact]
    public async Task AgentsKey_WithoutTheScope_GainsNoneByTheMandate_AndARevokedMandateStopsTheNextRequest()
    {
        using var reader = await AgentAsync("importer-5", scopes: ApiScope.DeclarationsRead);
        Assert.Equal(HttpStatusCode.Forbidden, (await CreateAsync(reader, """{"kind":"nil","period":"2024-Q2"}""")).Answer.StatusCode);

        using var machine = await AgentAsync("importer-6");
        var (created, number) = await CreateAsync(machine, """{"kind":"nil","period":"2024-Q2"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        await site.Service<Db>().ExecuteAsync(
            "update mandates set revoked_at = app.now(), revoked_by = given_by where client_id = (select organisation_id from organisations where demo_code = 'importer-6')", null, CancellationToken.None);
        using var looked = await machine.GetAsync(new Uri($"{Api}/{number}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, looked.StatusCode);
    }

    [Fact]
    public async Task Reasons_ForWarnings_AreTakenAllOrNone_AndThenItCanBeSubmitted()
    {
        using var machine = await AgentAsync("importer-7");
        var (_, number) = await CreateAsync(machine, $$"""{"kind":"consignment","document_no":"{{Guid.CreateVersion7():N}}"}""");
        using var lines = new StringContent("hs_code;unu_key;units;mass_kg;obligation_date\n8517130000;0306;2;900;2025-02-03\n", Encoding.UTF8, "text/csv");
        using var put = await machine.PutAsync(new Uri($"{Api}/{number}/lines", UriKind.Relative), lines);
        Assert.Contains("reasons", (await JsonAsync(put)).GetProperty("missing").EnumerateArray().Select(what => what.GetString()));
        using var listed = await machine.GetAsync(new Uri($"{Api}/{number}/problems", UriKind.Relative));
        var warning = (await JsonAsync(listed)).GetProperty("problems")[0];
        var (code, column) = (warning.GetProperty("code").GetString()!, warning.GetProperty("column").GetString()!);

        using var wrong = await ReasonAsync(machine, number, $$"""{"reasons":[{"code":"{{code}}","column":"{{column}}","reason":"Machines in crates."},{"code":"NO-99","reason":"x"}]}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("NO-99", (await JsonAsync(wrong)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        using var empty = await ReasonAsync(machine, number, $$"""{"reasons":[{"code":"{{code}}","column":"{{column}}","reason":" "}]}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.StatusCode);
        using var none = await ReasonAsync(machine, number, """{"reasons":[]}""");
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);

        using var given = await ReasonAsync(machine, number, $$"""{"reasons":[{"code":"{{code}}","column":"{{column}}","reason":"Machines in crates."}]}""");
        Assert.Equal(HttpStatusCode.OK, given.StatusCode);
        Assert.Equal(0, (await JsonAsync(given)).GetProperty("missing").GetArrayLength());
        using var submitted = await SubmitAsync(machine, number, given.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, submitted.StatusCode);
        using var late = await ReasonAsync(machine, number, $$"""{"reasons":[{"code":"{{code}}","column":"{{column}}","reason":"Late."}]}""");
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
    }

    private async Task<HttpClient> AgentAsync(string client, string? slug = null, string? scopes = null)
    {
        var agent = await site.Service<Db>().QuerySingleAsync<OrganisationId>("select organisation_id from organisations where demo_code = 'agent-1'", null, CancellationToken.None);
        var key = await site.Service<ApiKeyService>().CreateAsync(agent, "agent", scopes is null ? ApiScope.All : [scopes], Actor.System("test"), CancellationToken.None);
        var machine = site.NewClient();
        machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        machine.DefaultRequestHeaders.Add("On-Behalf-Of", slug ?? site.Slug(client));
        return machine;
    }

    private static async Task<(HttpResponseMessage Answer, string Number)> CreateAsync(HttpClient machine, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Api, UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, "application/json"), Headers = { { "Idempotency-Key", Guid.CreateVersion7().ToString() } } };
        var answer = await machine.SendAsync(request);
        return (answer, (await JsonAsync(answer)).TryGetProperty("number", out var number) ? number.GetString()! : "");
    }

    private static async Task<HttpResponseMessage> SubmitAsync(HttpClient machine, string number, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{Api}/{number}/submit", UriKind.Relative)) { Headers = { { "Idempotency-Key", Guid.CreateVersion7().ToString() } } };
        request.Headers.IfMatch.Add(new EntityTagHeaderValue(tag));
        return await machine.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> ReasonAsync(HttpClient machine, string number, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await machine.PutAsync(new Uri($"{Api}/{number}/reasons", UriKind.Relative), content);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        using var document = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
        return document.RootElement.Clone();
    }
}

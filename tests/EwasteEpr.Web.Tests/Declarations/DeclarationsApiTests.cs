using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Tests.Organisations;

namespace EwasteEpr.Web.Tests.Declarations;

/// <summary>An organisation's program declares a period: begin, lines, look, submit. Every outcome over real HTTP.</summary>
public sealed class DeclarationsApiTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Api = "/api/v1/declarations";

    [Fact]
    public async Task APeriod_FromBeginningToReceipt()
    {
        using var machine = await MachineAsync("importer-3");
        var (created, number, _) = await CreateAsync(machine, """{"period":"2025-Q1"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal($"{Api}/{number}", created.Headers.Location!.OriginalString);

        var put = await PutAsync(machine, number, """{"lines":[{"unu_key":"0306","mass_kg":"1250.5","units":8400,"obligation_date":"2025-02-03"}]}""", "application/json");
        Assert.True(put.StatusCode == HttpStatusCode.OK, await put.Content.ReadAsStringAsync());
        var stands = await JsonAsync(put);
        Assert.Equal("1250.500", stands.GetProperty("mass_kg").GetString());
        Assert.Equal("illustrative", stands.GetProperty("programme").GetString());
        Assert.Equal(1, stands.GetProperty("upload").GetProperty("rows_read").GetInt32());

        using var looked = await machine.GetAsync(new Uri($"{Api}/{number}", UriKind.Relative));
        var tag = looked.Headers.ETag!.Tag;
        Assert.Equal($"\"{(await JsonAsync(looked)).GetProperty("revision").GetInt64()}\"", tag);
        Assert.Empty((await JsonAsync(looked)).GetProperty("missing").EnumerateArray());

        var submitted = await SubmitAsync(machine, number, tag);
        Assert.True(submitted.StatusCode == HttpStatusCode.OK, await submitted.Content.ReadAsStringAsync());
        var receipt = await JsonAsync(submitted);
        Assert.Equal(64, receipt.GetProperty("sha256").GetString()!.Length);
        Assert.Equal("1250.500", receipt.GetProperty("mass_kg").GetString());

        // Sent again, with the same key or a new one, it is the same receipt.
        Assert.Equal(receipt.GetProperty("sha256").GetString(), (await JsonAsync(await SubmitAsync(machine, number, tag))).GetProperty("sha256").GetString());
        using var after = await machine.GetAsync(new Uri($"{Api}/{number}", UriKind.Relative));
        Assert.Equal("submitted", (await JsonAsync(after)).GetProperty("state").GetString());
        await AssertProblemAsync(await PutAsync(machine, number, """{"lines":[{"unu_key":"0306","mass_kg":"1"}]}""", "application/json"), HttpStatusCode.Conflict, "no-draft");
        await site.Database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task TheEstonianFile_HasTheTengeOfTheQuote()
    {
        using var machine = await MachineAsync("importer-4");
        var (_, number, _) = await CreateAsync(machine, """{"period":"2025"}""");
        using var quoted = await machine.PostAsync(new Uri("/api/v1/fees/quote?on=2025-06-30", UriKind.Relative), Csv(Estonia()));
        var quote = await JsonAsync(quoted);
        using var content = Csv(Estonia());
        using var put = await machine.PutAsync(new Uri($"{Api}/{number}/lines?obligation_date=2025-06-30", UriKind.Relative), content);
        Assert.True(put.StatusCode == HttpStatusCode.OK, await put.Content.ReadAsStringAsync());
        var stands = await JsonAsync(put);
        Assert.Equal(quote.GetProperty("fee_kzt").GetString(), stands.GetProperty("fee_kzt").GetString());
        Assert.Equal(quote.GetProperty("mass_kg").GetString(), stands.GetProperty("mass_kg").GetString());
        Assert.NotEqual("0.00", stands.GetProperty("fee_kzt").GetString());
        var upload = stands.GetProperty("upload");
        Assert.Equal(upload.GetProperty("rows_read").GetInt32(), upload.GetProperty("accepted").GetInt32() + upload.GetProperty("warned").GetInt32() + upload.GetProperty("refused").GetInt32());
    }

    [Fact]
    public async Task Create_Again_IsTheSameAnswer_AndAnotherBodyOrAnotherKeyIsNot()
    {
        using var machine = await MachineAsync("importer-5");
        var key = NewKey();
        var (_, number, _) = await CreateAsync(machine, """{"period":"2025-Q2"}""", key);
        var (again, sameNumber, _) = await CreateAsync(machine, """{"period":"2025-Q2"}""", key);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(number, sameNumber);
        Assert.True(again.Headers.Contains("Idempotent-Replayed"));
        await AssertProblemAsync((await CreateAsync(machine, """{"period":"2025-Q3"}""", key)).Answer, HttpStatusCode.UnprocessableEntity, null);
        var (second, _, body) = await CreateAsync(machine, """{"period":"2025"}""");
        await AssertProblemAsync(second, HttpStatusCode.Conflict, "already-declared");
        Assert.Equal(number, body.GetProperty("number").GetString());
    }

    [Fact]
    public async Task Create_TwentyFiveAtOnce_IsOneDeclaration()
    {
        using var machine = await MachineAsync("importer-6");
        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => CreateAsync(machine, """{"period":"2025-Q4"}""")));
        Assert.Single(answers, answer => answer.Answer.StatusCode == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Answer.StatusCode != HttpStatusCode.Created), answer => Assert.Equal(HttpStatusCode.Conflict, answer.Answer.StatusCode));
    }

    [Fact]
    public async Task Submit_TwentyFiveAtOnce_IsOneReceipt()
    {
        using var machine = await MachineAsync("importer-7");
        var (created, number, _) = await CreateAsync(machine, """{"kind":"nil","period":"2025-Q1"}""");
        var tag = created.Headers.ETag!.Tag;
        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => SubmitAsync(machine, number, tag)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, await site.CountAsync($"select count(*) from audit.entries where action = 'declaration.submitted' and object_id = '{number}'"));
    }

    [Fact]
    public async Task Submit_OfAStaleRevision_IsRefusedWithTheOneOfNow()
    {
        using var machine = await MachineAsync("importer-8");
        var (created, number, _) = await CreateAsync(machine, """{"period":"2025-Q1"}""");
        var old = created.Headers.ETag!.Tag;
        await PutAsync(machine, number, """{"lines":[{"unu_key":"0306","mass_kg":"2","obligation_date":"2025-02-03"}]}""", "application/json");
        var refused = await SubmitAsync(machine, number, old);
        var problem = await AssertProblemAsync(refused, HttpStatusCode.Conflict, "stale-revision");
        Assert.Equal($"\"{problem.GetProperty("revision").GetInt64()}\"", refused.Headers.ETag!.Tag);
        await AssertProblemAsync(await SubmitAsync(machine, number, null), HttpStatusCode.PreconditionRequired, "revision-needed");
        Assert.Equal(HttpStatusCode.OK, (await SubmitAsync(machine, number, refused.Headers.ETag.Tag)).StatusCode);
    }

    [Fact]
    public async Task Submit_WithErrors_SaysWhatIsMissing_InTheCallersLanguage()
    {
        using var machine = await MachineAsync("importer-9");
        var (_, number, _) = await CreateAsync(machine, """{"period":"2025-Q1"}""");
        var put = await PutAsync(machine, number, "hs_code;mass_kg;obligation_date\n8517130000;-5;2025-02-03\n8517130000;12,5;2025-02-04\n", "text/csv");
        var stands = await JsonAsync(put);
        Assert.Equal(1, stands.GetProperty("refused").GetInt32());
        Assert.Contains("parked_rows", stands.GetProperty("missing").EnumerateArray().Select(what => what.GetString()));
        using var listed = await machine.GetAsync(new Uri($"{Api}/{number}/problems", UriKind.Relative));
        var problem = Assert.Single((await JsonAsync(listed)).GetProperty("problems").EnumerateArray(), row => row.GetProperty("severity").GetString() == "error");
        Assert.Equal("mass_kg", problem.GetProperty("column").GetString());
        Assert.Equal("-5", problem.GetProperty("value").GetString());
        Assert.Equal(2, problem.GetProperty("row").GetInt32());

        machine.DefaultRequestHeaders.AcceptLanguage.ParseAdd("ru");
        var refused = await SubmitAsync(machine, number, put.Headers.ETag!.Tag);
        var details = await AssertProblemAsync(refused, HttpStatusCode.UnprocessableEntity, "not-ready");
        Assert.Contains("Строки с ошибками", details.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("ru", refused.Content.Headers.ContentLanguage.Single());
    }

    [Theory]
    [InlineData("""{"period":"2025-Q5"}""", HttpStatusCode.BadRequest, "bad-period")]
    [InlineData("""{"kind":"yearly","period":"2025"}""", HttpStatusCode.BadRequest, "unknown-kind")]
    [InlineData("""{"period":""", HttpStatusCode.BadRequest, "bad-json")]
    [InlineData("""{"period":"2199-Q1"}""", HttpStatusCode.UnprocessableEntity, "period-not-begun")]
    [InlineData("""{"kind":"consignment"}""", HttpStatusCode.UnprocessableEntity, "document-no-not-valid")]
    public async Task Create_OfWhatCannotBe_IsRefusedInWords(string body, HttpStatusCode status, string code)
    {
        using var machine = await MachineAsync("importer-10");
        await AssertProblemAsync((await CreateAsync(machine, body)).Answer, status, code);
    }

    [Theory]
    [InlineData("colour;size\nred;5\n", "text/csv", "", HttpStatusCode.UnprocessableEntity, "unreadable-table")]
    [InlineData("", "text/csv", "", HttpStatusCode.UnprocessableEntity, "unreadable-table")]
    [InlineData("""{"lines":[]}""", "application/json", "", HttpStatusCode.BadRequest, "no-lines")]
    [InlineData("""{"lines":""", "application/json", "", HttpStatusCode.BadRequest, "bad-json")]
    [InlineData("""{"lines":[{}]}""", "application/json", "?mode=merge", HttpStatusCode.BadRequest, "unknown-mode")]
    [InlineData("hs_code;mass_kg\n", "text/csv", "?obligation_date=soon", HttpStatusCode.BadRequest, "bad-date")]
    public async Task Lines_ThatCannotBeRead_ChangeNothing(string body, string type, string query, HttpStatusCode status, string code)
    {
        using var machine = await MachineAsync("importer-11");
        var (_, number, answer) = await CreateAsync(machine, $$"""{"kind":"consignment","document_no":"{{NewKey()}}"}""");
        await AssertProblemAsync(await PutAsync(machine, number, body, type, query), status, code);
        using var now = await machine.GetAsync(new Uri($"{Api}/{number}", UriKind.Relative));
        Assert.Equal(answer.GetProperty("revision").GetInt64(), (await JsonAsync(now)).GetProperty("revision").GetInt64());
    }

    [Fact]
    public async Task Lines_OfANilDeclaration_AreRefused()
    {
        using var machine = await MachineAsync("importer-12");
        var (_, number, _) = await CreateAsync(machine, """{"kind":"nil","period":"2025-Q1"}""");
        await AssertProblemAsync(await PutAsync(machine, number, "hs_code;mass_kg\n8517130000;1\n", "text/csv"), HttpStatusCode.Conflict, "kind-takes-no-lines");
    }

    [Fact]
    public async Task AnotherOrganisationsKey_FindsNothing()
    {
        using var machine = await MachineAsync("importer-13");
        var (created, number, _) = await CreateAsync(machine, """{"period":"2025-Q1"}""");
        using var stranger = await MachineAsync("importer-14");
        using var looked = await stranger.GetAsync(new Uri($"{Api}/{number}", UriKind.Relative));
        await AssertProblemAsync(looked, HttpStatusCode.NotFound, "not-found");
        using var listed = await stranger.GetAsync(new Uri($"{Api}/{number}/problems", UriKind.Relative));
        await AssertProblemAsync(listed, HttpStatusCode.NotFound, "not-found");
        await AssertProblemAsync(await PutAsync(stranger, number, "hs_code;mass_kg\n8517130000;1\n", "text/csv"), HttpStatusCode.NotFound, "not-found");
        await AssertProblemAsync(await SubmitAsync(stranger, number, created.Headers.ETag!.Tag), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task AKeyWithoutTheScope_OrWithoutAKey_IsRefused()
    {
        using var writer = await MachineAsync("importer-15", ApiScope.DeclarationsWrite);
        var (_, number, _) = await CreateAsync(writer, """{"period":"2025-Q1"}""");
        using var looked = await writer.GetAsync(new Uri($"{Api}/{number}", UriKind.Relative));
        await AssertProblemAsync(looked, HttpStatusCode.Forbidden, "forbidden");
        await AssertProblemAsync(await SubmitAsync(writer, number, "\"0\""), HttpStatusCode.Forbidden, "forbidden");
        using var reader = await MachineAsync("importer-15", ApiScope.DeclarationsRead);
        await AssertProblemAsync((await CreateAsync(reader, """{"period":"2025-Q2"}""")).Answer, HttpStatusCode.Forbidden, "forbidden");
        using var nobody = site.NewClient();
        using var anonymous = await nobody.GetAsync(new Uri($"{Api}/{number}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal("application/problem+json", anonymous.Content.Headers.ContentType!.MediaType);
        Assert.Equal("Bearer", anonymous.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Post_WithoutAnIdempotencyKey_Is400()
    {
        using var machine = await MachineAsync("importer-1");
        using var body = new StringContent("""{"period":"2024-Q1"}""", Encoding.UTF8, "application/json");
        using var answer = await machine.PostAsync(new Uri(Api, UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Idempotency-Key", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Description_NamesEveryRouteOfDeclarations()
    {
        using var answer = await site.Client.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        var paths = (await JsonAsync(answer)).GetProperty("paths");
        Assert.True(paths.GetProperty(Api).TryGetProperty("post", out _));
        Assert.True(paths.GetProperty(Api + "/{number}").TryGetProperty("get", out _));
        Assert.True(paths.GetProperty(Api + "/{number}/lines").TryGetProperty("put", out _));
        Assert.True(paths.GetProperty(Api + "/{number}/submit").TryGetProperty("post", out _));
    }

    private async Task<HttpClient> MachineAsync(string organisation, params string[] scopes)
    {
        var id = await site.Service<Db>().QuerySingleAsync<OrganisationId>("select organisation_id from organisations where demo_code = @organisation", new { organisation }, CancellationToken.None);
        var machine = site.NewClient();
        var key = await site.Service<ApiKeyService>().CreateAsync(id, "test", scopes.Length == 0 ? ApiScope.All : scopes, Actor.System("test"), CancellationToken.None);
        machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return machine;
    }

    private static async Task<(HttpResponseMessage Answer, string Number, JsonElement Body)> CreateAsync(HttpClient machine, string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Api, UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, "application/json"), Headers = { { "Idempotency-Key", key ?? NewKey() } } };
        var answer = await machine.SendAsync(request);
        var json = await JsonAsync(answer);
        return (answer, json.TryGetProperty("number", out var number) ? number.GetString()! : "", json);
    }

    private static async Task<HttpResponseMessage> PutAsync(HttpClient machine, string number, string body, string type, string query = "")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        return await machine.PutAsync(new Uri($"{Api}/{number}/lines{query}", UriKind.Relative), content);
    }

    private static async Task<HttpResponseMessage> SubmitAsync(HttpClient machine, string number, string? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{Api}/{number}/submit", UriKind.Relative)) { Headers = { { "Idempotency-Key", NewKey() } } };
        if (tag is not null)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(tag));
        }

        return await machine.SendAsync(request);
    }

    private static async Task<JsonElement> AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string? code)
    {
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = await JsonAsync(answer);
        if (code is not null)
        {
            Assert.Equal("urn:ewaste-epr:problem:" + code, problem.GetProperty("type").GetString());
            Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("detail").GetString()));
        }

        return problem;
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        using var document = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
        return document.RootElement.Clone();
    }

    private static StringContent Csv(string text) => new(text, Encoding.UTF8, "text/csv");

    private static string NewKey() => Guid.CreateVersion7().ToString("N");

    private static string Estonia([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "EwasteEpr.Tests", "Declarations", "declaration-estonia-2018.csv"));
}

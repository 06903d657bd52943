using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Declarations;

public sealed class QuoteApiTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    private const string Path = "/api/v1/fees/quote";

    [Fact]
    public async Task Lines_AsJson_ArePricedExactly_WithEveryFactor()
    {
        using var answer = await AskAsync("""{"on":"2026-06-30","methodology":"DEMO-2026","lines":[{"hs_code":"8517130000","mass_kg":1250.5,"packaging":[{"kind":"plastic","mass_kg":"1.5"}]},{"unu_key":"0108","mass_kg":"1 234,5"}]}""");
        var root = answer.RootElement;
        Assert.Equal((2, 2, 0), (root.GetProperty("lines").GetInt32(), root.GetProperty("priced").GetInt32(), root.GetProperty("refused").GetInt32()));
        var first = root.GetProperty("results")[0];
        Assert.Equal(("155491.86", "28.75", 4325m, "unu_key:0306", "155500.91"), (first.GetProperty("fee_kzt").GetString()!, first.GetProperty("coefficient").GetString()!, first.GetProperty("mci").GetDecimal(), first.GetProperty("tariff_match").GetString()!, first.GetProperty("total_kzt").GetString()!));
        Assert.Equal("1234.500", root.GetProperty("results")[1].GetProperty("mass_kg").GetString());
    }

    [Fact]
    public async Task Csv_GivesTheSameTengeAsTheCommandLineAndThePage()
    {
        var file = await File.ReadAllBytesAsync(System.IO.Path.Combine(SiteFixture.WebFolder(), "..", "tests", "EwasteEpr.Tests", "Declarations", "data", "declaration-estonia-2018.csv"));
        using var response = await site.Client.PostAsync(new Uri(Path + "?on=2018-06-30&methodology=DEMO-2026", UriKind.Relative), Body(file, "text/csv"));
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStreamAsync());
        Assert.Equal(("13504248687.62", "152847953.640", 2405m), (answer.RootElement.GetProperty("fee_kzt").GetString()!, answer.RootElement.GetProperty("mass_kg").GetString()!, answer.RootElement.GetProperty("mci").GetDecimal()));
    }

    [Fact]
    public async Task Answer_HasTheNamesThatTheDescriptionPromises()
    {
        using var answer = await AskAsync("""{"on":"2026-06-30","methodology":"DEMO-2026","lines":[{"hs_code":"8517130000","mass_kg":1,"packaging":"plastic:1"},{"hs_code":"1","mass_kg":1}]}""");
        Assert.Equal(Names(typeof(QuoteAnswer)), Names(answer.RootElement));
        Assert.Equal(Names(typeof(QuoteAnswerLine)), Names(answer.RootElement.GetProperty("results")[0]));
        Assert.Equal(Names(typeof(QuoteAnswerProblem)), Names(answer.RootElement.GetProperty("problems")[0]));
        Assert.Equal(Names(typeof(QuoteAnswerCategory)), Names(answer.RootElement.GetProperty("by_category")[0]));
        Assert.Equal(Names(typeof(QuoteAnswerPackaging)), Names(answer.RootElement.GetProperty("by_packaging")[0]));
    }

    [Theory]
    [InlineData("""{"lines":[{"hs_code":}]}""", "bad-json", 400)]
    [InlineData("""{"lines":[]}""", "no-lines", 400)]
    [InlineData("""{}""", "no-lines", 400)]
    [InlineData("""{"methodology":"X","lines":[{"hs_code":"851713","mass_kg":1}]}""", "unknown-methodology", 400)]
    [InlineData("""{"on":"30.06.2026","lines":[{"hs_code":"851713","mass_kg":1}]}""", "bad-date", 400)]
    public async Task Request_ThatCannotBeCarriedOut_IsAProblemInTheCallersLanguage(string json, string code, int status)
    {
        foreach (var (language, word) in new[] { ("kk", "Сұрау"), ("ru", "Запрос"), ("en", "The request") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = Body(Encoding.UTF8.GetBytes(json), "application/json") };
            request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
            using var response = await site.Client.SendAsync(request);
            Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType!));
            using var problem = JsonDocument.Parse(await response.Content.ReadAsStreamAsync());
            Assert.Equal("urn:ewaste-epr:problem:" + code, problem.RootElement.GetProperty("type").GetString());
            Assert.StartsWith(word, problem.RootElement.GetProperty("title").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Csv_WithoutHeader_IsUnprocessable()
    {
        using var response = await site.Client.PostAsync(new Uri(Path, UriKind.Relative), Body("1;2\n"u8.ToArray(), "text/csv"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("HEAD-01", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooManyLines_AreRefused()
    {
        var csv = "hs_code;mass_kg\n" + string.Concat(Enumerable.Repeat("851713;1\n", 50_001));
        using var response = await site.Client.PostAsync(new Uri(Path, UriKind.Relative), Body(Encoding.UTF8.GetBytes(csv), "text/csv"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Description_IsOpenApi31_AndNamesTheQuote()
    {
        using var description = JsonDocument.Parse(await site.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        Assert.StartsWith("3.1", description.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.True(description.RootElement.GetProperty("paths").TryGetProperty(Path, out var path));
        var content = path.GetProperty("post").GetProperty("requestBody").GetProperty("content");
        Assert.True(content.TryGetProperty("application/json", out _));
        Assert.True(content.TryGetProperty("text/csv", out _));
    }

    private async Task<JsonDocument> AskAsync(string json)
    {
        using var response = await site.Client.PostAsync(new Uri(Path, UriKind.Relative), Body(Encoding.UTF8.GetBytes(json), "application/json"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStreamAsync());
    }

    private static ByteArrayContent Body(byte[] bytes, string type) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    private static IEnumerable<string> Names(Type type) =>
        type.GetProperties().Select(property => property.GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonPropertyNameAttribute), false).Cast<System.Text.Json.Serialization.JsonPropertyNameAttribute>().Single().Name).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);
}

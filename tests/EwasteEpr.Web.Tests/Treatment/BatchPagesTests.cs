using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Treatment;

/// <summary>A batch from stock to the buyer's word, over HTTP; and everybody who may not.</summary>
public sealed class BatchPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private string Root => $"/en/org/{site.Slug("recycler-1")}";

    private static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) => fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);

    [Fact]
    public async Task ABatch_IsChargedWrittenDownClosedAndConfirmed()
    {
        using var staff = await site.SignedInAsync("recycler-staff");
        var number = await OpenAsync(staff, "5");
        var at = $"{Root}/batches/{number}";
        using (var refused = await staff.SubmitAsync(await staff.GetPageAsync(at), "#charge", Fields(("kg", "900000"))))
        {
            Assert.Contains("less in stock", DemoSite.TextOf(await refused.ToPageAsync()), StringComparison.Ordinal);
        }

        using (var charged = await staff.SubmitAsync(await staff.GetPageAsync(at), "#charge", Fields(("kg", "10"))))
        {
            Assert.Equal(at + "?done=Charged", charged.Headers.Location!.OriginalString);
        }

        var rows = Fields(
            ("Rows[0].Fraction", "ferrous"), ("Rows[0].WasteCode", "16 02 16"), ("Rows[0].Operation", "R4"), ("Rows[0].Kg", "9.5"), ("Rows[0].Destination", "Temirtau"), ("Rows[0].Country", "KZ"),
            ("Rows[1].Fraction", "residue"), ("Rows[1].WasteCode", "20 01 36"), ("Rows[1].Operation", "D1"), ("Rows[1].Kg", "0.4"), ("act", "save"));
        using (var forbidden = await staff.SubmitAsync(await staff.GetPageAsync(at), "#outputs-form", rows))
        {
            var page = await forbidden.ToPageAsync();
            Assert.Contains("Environmental Code", page.QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
            Assert.Equal("9.5", page.QuerySelector("[name='Rows[0].Kg']")!.GetAttribute("value")); // nothing typed is lost
        }

        rows["Rows[1].WasteCode"] = "16 02 16";
        rows["Rows[1].Operation"] = "D5";
        rows["Rows[1].Destination"] = "Landfill";
        rows["Rows[1].Country"] = "KZ";
        using (var saved = await staff.SubmitAsync(await staff.GetPageAsync(at), "#outputs-form", rows))
        {
            Assert.StartsWith(at + "?done=Saved", saved.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        Assert.Contains("100 g missing", DemoSite.TextOf(await staff.GetPageAsync(at)).Replace('\u00A0', ' '), StringComparison.Ordinal);
        rows["act"] = "close";
        rows["Signed"] = "true";
        using (var open = await staff.SubmitAsync(await staff.GetPageAsync(at), "#outputs-form", rows))
        {
            Assert.Contains("100 g are missing", DemoSite.TextOf(await open.ToPageAsync()).Replace('\u00A0', ' '), StringComparison.Ordinal);
        }

        rows["Difference"] = "0.1";
        using (var closed = await staff.SubmitAsync(await staff.GetPageAsync(at), "#outputs-form", rows))
        {
            Assert.Equal(at + "?done=Closed", closed.Headers.Location!.OriginalString);
        }

        Assert.Contains("The balance closes", (await staff.GetPageAsync(at)).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        await ConfirmAsync(staff, number);
    }

    private async Task ConfirmAsync(HttpClient staff, string number)
    {
        var output = await site.Database.Db.QuerySingleAsync<Guid>("select output_id from batch_outputs join batches using (batch_id) where number = @number and fraction = 'ferrous'", new { number }, default);
        using var shipped = await staff.SubmitAsync(await staff.GetPageAsync($"{Root}/fractions/{output}/ship"), "#ship", Fields());
        var load = await staff.GetPageAsync(shipped.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, load.StatusCode);
        var token = new Uri(load.QuerySelector(".m-ticket a")!.TextContent).AbsolutePath;
        using var buyer = site.NewClient(keepsCookies: true);
        using (var brief = await buyer.GetAsync(new Uri(token, UriKind.Relative)))
        {
            Assert.StartsWith("/", brief.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        var page = await buyer.GetPageAsync("/en" + token);
        using (var less = await buyer.SubmitAsync(page, "#confirm", Fields(("Form.Kg", "9"), ("Form.Name", "Buyer"))))
        {
            Assert.Contains("Less than was sent", DemoSite.TextOf(await less.ToPageAsync()), StringComparison.Ordinal);
        }

        using (var done = await buyer.SubmitAsync(page, "#confirm", Fields(("Form.Kg", "9"), ("Form.Name", "Buyer"), ("Form.Reason", "Moisture"))))
        {
            Assert.EndsWith("?done=true", done.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        var after = await buyer.GetPageAsync("/en" + token);
        Assert.Contains("Confirmed before", DemoSite.TextOf(after), StringComparison.Ordinal);
        Assert.Null(after.QuerySelector("#confirm"));
        Assert.Equal(HttpStatusCode.NotFound, (await buyer.GetPageAsync("/en/f/00000000000000000000")).StatusCode);
        Assert.Contains("9.000", DemoSite.TextOf(await staff.GetPageAsync($"{Root}/batches/{number}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryPage_ShowsItself_AndOthersAreNotThere()
    {
        using var staff = await site.SignedInAsync("recycler-staff");
        var number = await site.Database.Db.QuerySingleAsync<string>(
            "select b.number from batches b join organisations o using (organisation_id) where o.demo_code = 'recycler-1' and b.state = 'Closed' order by b.number limit 1", null, default);
        string[] pages = ["batches", "batches?State=Closed&Category=6", $"batches/{number}", "site-stock", "fractions", "balance", "balance?period=2026", "loads", "batches/csv", $"batches/{number}/csv", "site-stock/csv", "fractions/csv", "fractions/loads.csv", "balance/csv"];
        foreach (var page in pages)
        {
            foreach (var language in new[] { "kk", "ru", "en" })
            {
                using var answer = await staff.GetAsync(new Uri($"/{language}{Root[3..]}/{page}", UriKind.Relative));
                Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{language} {page}: {answer.StatusCode}");
            }
        }

        using var stranger = await site.SignedInAsync("second-importer");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetPageAsync($"{Root}/batches/{number}")).StatusCode);
        using var refurbisher = await site.SignedInAsync("refurbisher");
        Assert.Equal(HttpStatusCode.NotFound, (await refurbisher.GetPageAsync($"/en/org/{site.Slug("refurbisher-1")}/batches/{number}")).StatusCode);
        using var head = await site.SignedInAsync("recycler-head");
        var read = await head.GetPageAsync($"{Root}/batches/{number}");
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Null(read.QuerySelector("form[action$='/correct']"));
        using var theOperator = await site.SignedInAsync("operator-preparer");
        Assert.Equal(HttpStatusCode.OK, (await theOperator.GetPageAsync("/en/operator/batches")).StatusCode);
        Assert.Empty((await theOperator.GetPageAsync($"/en/operator/batches/{number}")).QuerySelectorAll("main form"));
        Assert.Equal(HttpStatusCode.NotFound, (await staff.GetPageAsync($"{Root}/batches/B-1999-0001")).StatusCode);
    }

    private const string MostLeftSql = """
        select s.number, l.category
          from site_lots l join sites s using (site_id) join organisations o on o.organisation_id = s.organisation_id
         where o.demo_code = 'recycler-1'
         group by s.site_id, s.number, l.category
         order by sum(l.received_grams) - coalesce((select sum(x.grams) from loads x where x.site_id = s.site_id and x.category = l.category and x.withdrawn_at is null), 0) desc
         limit 1
        """;

    [Fact]
    public async Task TheLogOfLoads_IsPreviewedAndSubmitted()
    {
        using var staff = await site.SignedInAsync("recycler-staff");
        var page = await staff.GetPageAsync($"{Root}/loads");
        var year = BusinessTime.Today(TimeProvider.System).Year;
        var (place, category) = await site.Database.Db.QuerySingleAsync<(string, string)>(MostLeftSql, null, default); // the log may not say more than was received
        var text = $"load_no;day;category;mass_kg\nA-1;{BusinessTime.Today(TimeProvider.System):yyyy-MM-dd};{category};1,5\n";
        using var form = new MultipartFormDataContent
        {
            { new StringContent(page.QuerySelector("#log [name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken" },
            { new StringContent(place), "site" }, { new StringContent($"{year}"), "year" }, { new StringContent(text), "file", "log.csv" },
        };
        using var sent = await staff.PostAsync(new Uri($"{Root}/loads", UriKind.Relative), form);
        var preview = await staff.GetPageAsync(sent.Headers.Location!.OriginalString);
        using var submitted = await staff.SubmitAsync(preview, "#submit", Fields());
        Assert.EndsWith("?said=Submitted", submitted.Headers.Location!.OriginalString, StringComparison.Ordinal);
        using var stranger = await site.SignedInAsync("refurbisher");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetPageAsync($"/en/org/{site.Slug("refurbisher-1")}/loads/{sent.Headers.Location!.OriginalString.Split('/')[^1]}")).StatusCode);
    }

    [Fact]
    public async Task TheApi_RunsABatch_OnceForEachKey()
    {
        using var machine = site.NewClient();
        machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await site.KeyAsync("recycler-1", "batches:write"));
        var place = await site.Database.Db.QuerySingleAsync<string>("select number from sites where demo_code = 'site-karagandy'", null, default);
        async Task<HttpResponseMessage> OpenAsync(string key) => await SendAsync(machine, "/api/v1/batches", new { site = place, category = "4a", technology = "shredding" }, key);
        using var first = await OpenAsync("open-1");
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        var number = (await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("batch").GetString();
        using var again = await OpenAsync("open-1");
        Assert.Equal(number, (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("batch").GetString());
        using var much = await SendAsync(machine, $"/api/v1/batches/{number}/inputs", new { grams = 900_000_000_000L });
        Assert.Equal(HttpStatusCode.Conflict, much.StatusCode);
        Assert.True((await much.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("left_grams").GetInt64() > 0);
        using var charged = await SendAsync(machine, $"/api/v1/batches/{number}/inputs", new { grams = 5_000 });
        Assert.Equal(HttpStatusCode.OK, charged.StatusCode);
        using var written = await SendAsync(machine, $"/api/v1/batches/{number}/outputs", new { outputs = new[] { new { fraction = "ferrous", waste_code = "16 02 16", operation = "R4", grams = 4_990, destination = "Temirtau", country = "KZ" } }, loss_grams = 0 });
        Assert.Equal(10, (await written.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("missing_grams").GetInt64());
        using var open = await SendAsync(machine, $"/api/v1/batches/{number}/close", new { difference_grams = 0 });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, open.StatusCode);
        using var closed = await SendAsync(machine, $"/api/v1/batches/{number}/close", new { difference_grams = 10 });
        using var closedAgain = await SendAsync(machine, $"/api/v1/batches/{number}/close", new { difference_grams = 10 });
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (closed.StatusCode, closedAgain.StatusCode));
        using var other = site.NewClient();
        other.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await site.KeyAsync("recycler-2", "batches:write"));
        using var unseen = await other.GetAsync(new Uri($"/api/v1/batches/{number}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unseen.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient machine, string path, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await machine.SendAsync(request);
    }

    private async Task<string> OpenAsync(HttpClient staff, string category)
    {
        var place = await site.Database.Db.QuerySingleAsync<string>("select number from sites where demo_code = 'site-karagandy'", null, default);
        using var opened = await staff.SubmitAsync(await staff.GetPageAsync($"{Root}/batches"), "#new-batch", Fields(("Form.Where", $"{place}:{category}"), ("Form.Technology", "shredding")));
        return opened.Headers.Location!.OriginalString.Split('/')[^1];
    }
}

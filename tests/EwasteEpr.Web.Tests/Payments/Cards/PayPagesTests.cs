using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AngleSharp.Dom;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Payments.Cards;

/// <summary>From the invoice to paid over HTTP, by the pretended provider of the demonstration, whose events come signed to the real webhook.</summary>
public sealed class PayPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Importer = "importer-1";
    private static int taken;

    private string Root => $"/en/org/{site.Slug(Importer)}/invoices";

    [Fact]
    public async Task AnInvoice_IsPaidByPretendedCard_AndPaidOnlyWhenTheEventWasApplied()
    {
        using var browser = await site.SignedInAsync("importer-owner");
        var number = await OpenInvoiceAsync();
        var page = await browser.GetPageAsync($"{Root}/{number}/pay");
        Assert.Contains("Not a real payment.", DemoSite.TextOf(page), StringComparison.Ordinal);
        var (attempt, provider) = await BeginAsync(browser, number);
        var (again, _) = await BeginAsync(browser, number);
        Assert.Equal(attempt, again); // the other tab

        using var paid = await PressAsync(browser, provider, "pay");
        Assert.Equal(attempt, paid.Headers.Location!.OriginalString);
        var waiting = await browser.GetPageAsync(attempt);
        Assert.Equal("Waiting for the provider’s word", waiting.QuerySelector("h1")!.TextContent);
        Assert.NotNull(waiting.QuerySelector("[data-reload]"));
        Assert.NotNull(waiting.QuerySelector("noscript"));

        await site.Service<ApplyProviderEvents>().SweepAsync(default);
        var done = await browser.GetPageAsync(attempt);
        Assert.StartsWith("Paid: ", done.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Null(done.QuerySelector("[data-reload]"));
        Assert.Equal("Nothing is left to pay on this invoice", (await browser.GetPageAsync($"{Root}/{number}/pay")).QuerySelector("h1")!.TextContent);
        Assert.Equal("Paid", await StateAsync(number));
    }

    [Fact]
    public async Task ADecline_AClosedPage_AndALostEvent_AreToldAsTheyAre()
    {
        using var browser = await site.SignedInAsync("importer-owner");
        var number = await OpenInvoiceAsync();
        var (attempt, provider) = await BeginAsync(browser, number);
        using (var declined = await PressAsync(browser, provider, "decline"))
        {
            Assert.Contains("The card was declined", DemoSite.TextOf(await browser.GetPageAsync(declined.Headers.Location!.OriginalString)), StringComparison.Ordinal);
        }

        using (var closed = await PressAsync(browser, provider, "close"))
        {
            Assert.Equal("You came back from the card page without paying", (await browser.GetPageAsync(closed.Headers.Location!.OriginalString)).QuerySelector("h1")!.TextContent);
        }

        await site.Service<ApplyProviderEvents>().SweepAsync(default);
        Assert.Contains("the bank declined the card", DemoSite.TextOf(await browser.GetPageAsync(attempt)), StringComparison.Ordinal);
        using var lost = await PressAsync(browser, provider, "lose");
        await site.Service<ApplyProviderEvents>().SweepAsync(default);
        Assert.NotEqual("Paid", await StateAsync(number));
        await site.Service<CardSettling>().AskAsync(Guid.Parse(attempt[(attempt.LastIndexOf('/') + 1)..]), default);
        Assert.Equal("Paid", await StateAsync(number));
    }

    [Fact]
    public async Task ThePages_OfAnotherOrganisation_OrWithoutTheRole_OrOfNoInvoice()
    {
        using var owner = await site.SignedInAsync("importer-owner");
        using var stranger = await site.SignedInAsync("second-importer");
        using var preparer = await site.SignedInAsync("importer-preparer");
        var number = await OpenInvoiceAsync();
        var (attempt, _) = await BeginAsync(owner, number);
        var foreign = $"/en/org/{site.Slug("importer-2")}/invoices/{number}/pay";
        foreach (var path in new[] { $"{Root}/{number}/pay", attempt, foreign, foreign + attempt[attempt.LastIndexOf('/')..] })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetPageAsync(path)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetPageAsync($"{Root}/INV-1999-000001/pay")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetPageAsync("/en/demo/card/pretend_no_such_session")).StatusCode);
        var shown = await preparer.GetPageAsync($"{Root}/{number}/pay");
        Assert.Null(shown.QuerySelector("#pay"));
        Assert.Contains("An accountant, a signatory or an owner", DemoSite.TextOf(shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AboveTheLimit_BankTransferComesFirst_AndNoButtonFails()
    {
        using var browser = await site.SignedInAsync("importer-owner");
        var number = await OpenInvoiceAsync();
        await site.Database.ExecuteAsOwnerAsync("update app.settings set value = '0.5' where key = 'payments.card_max'");
        try
        {
            var page = await browser.GetPageAsync($"{Root}/{number}/pay");
            Assert.Null(page.QuerySelector("#pay"));
            Assert.Equal(["bank", "card"], page.QuerySelectorAll("main section[id]").Select(section => section.Id));
            Assert.Contains("One card payment cannot exceed", DemoSite.TextOf(page), StringComparison.Ordinal);
        }
        finally
        {
            await site.Database.ExecuteAsOwnerAsync("update app.settings set value = '5000000' where key = 'payments.card_max'");
        }
    }

    [Fact]
    public async Task AnAgent_WithAMandateToPay_PaysByPageAndByProgram_AndTheAuditNamesBoth()
    {
        await site.Database.ExecuteAsOwnerAsync($"""
            insert into mandates (client_id, agent_id, scopes, valid_from, given_by)
            select c.organisation_id, a.organisation_id, array['pay'], app.today(), p.person_id
              from organisations c, organisations a, people p where c.demo_code = '{Importer}' and a.demo_code = 'agent-1' and p.demo_code = 'importer-owner'
            """);
        try
        {
            using var agent = await site.SignedInAsync("agent");
            var number = await OpenInvoiceAsync();
            Assert.NotNull((await agent.GetPageAsync($"{Root}/{number}/pay")).QuerySelector("#pay"));
            var (attempt, provider) = await BeginAsync(agent, number);
            using var paid = await PressAsync(agent, provider, "pay");
            await site.Service<ApplyProviderEvents>().SweepAsync(default);
            Assert.StartsWith("Paid: ", (await agent.GetPageAsync(attempt)).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
            Assert.Equal(1, await site.CountAsync($"""
                select count(*) from audit.entries e
                  join organisations a on a.organisation_id = e.organisation_id and a.demo_code = 'agent-1'
                  join organisations c on c.organisation_id = e.on_behalf_of_id and c.demo_code = '{Importer}'
                 where e.object_id = '{attempt[(attempt.LastIndexOf('/') + 1)..]}' and e.action = 'card_payment.begun'
                """));

            using var machine = site.NewClient();
            machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await site.KeyAsync("agent-1", ApiScope.PaymentsWrite));
            machine.DefaultRequestHeaders.Add("On-Behalf-Of", site.Slug(Importer));
            var (status, _) = await AskAsync(machine, await OpenInvoiceAsync(), "agent");
            Assert.Equal(201, status);
        }
        finally
        {
            await site.Database.ExecuteAsOwnerAsync($"update mandates set revoked_at = app.now(), revoked_by = given_by from organisations o where o.organisation_id = client_id and o.demo_code = '{Importer}' and revoked_at is null");
        }
    }

    [Fact]
    public async Task AProgram_BeginsAPaymentToo_AndIsRefusedInSentences()
    {
        using var machine = site.NewClient();
        machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await site.KeyAsync(Importer, ApiScope.PaymentsWrite));
        var number = await OpenInvoiceAsync();
        var (status, body) = await AskAsync(machine, number, "one");
        Assert.Equal(201, status);
        Assert.Contains("/demo/card/pretend_", body.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Equal("KZT", body.GetProperty("currency").GetString());
        var (_, again) = await AskAsync(machine, number, "two");
        Assert.Equal(body.GetProperty("attempt").GetString(), again.GetProperty("attempt").GetString());
        var paid = await site.Service<Db>().QuerySingleAsync<string>("select number from invoices i join organisations o using (organisation_id) where o.demo_code = @Importer and i.state = 'Paid' order by number limit 1", new { Importer }, default);
        var (refused, problem) = await AskAsync(machine, paid, "three");
        Assert.Equal((409, "urn:ewaste-epr:problem:nothing-to-pay"), (refused, problem.GetProperty("type").GetString()));
        var (missing, _) = await AskAsync(machine, "INV-1999-000001", "four");
        Assert.Equal(404, missing);
    }

    [Fact]
    public async Task ARefund_GoesThroughTwoPeople_AndTheCasesOfTheDayAreClosedWithAReason()
    {
        using var owner = await site.SignedInAsync("importer-owner");
        using var preparer = await site.SignedInAsync("operator-preparer");
        using var approver = await site.SignedInAsync("operator-approver");
        var number = await OpenInvoiceAsync();
        var (attempt, provider) = await BeginAsync(owner, number);
        (await PressAsync(owner, provider, "pay")).Dispose();
        await site.Service<ApplyProviderEvents>().SweepAsync(default);
        var card = "/en/operator/payments/cards" + attempt[attempt.LastIndexOf('/')..];
        var page = await preparer.GetPageAsync(card);
        Assert.Equal(2, page.QuerySelectorAll("#events tbody tr").Length);

        using (var tooMuch = await preparer.SubmitAsync(page, "#refund", new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Amount"] = "99999999", ["Form.Reason"] = "typed" }))
        {
            var shown = await tooMuch.Content.ReadAsStringAsync();
            Assert.Contains("more than was paid", shown, StringComparison.Ordinal);
            Assert.Contains("typed", shown, StringComparison.Ordinal);
        }

        (await preparer.SubmitAsync(page, "#refund", new Dictionary<string, string>(StringComparer.Ordinal) { ["Form.Amount"] = "1.50", ["Form.Reason"] = "Paid twice" })).Dispose();
        Assert.Null((await preparer.GetPageAsync(card)).QuerySelector("form[action$='/approve']"));
        var waiting = await approver.GetPageAsync("/en/operator/payments/cards");
        Assert.Contains("1 refund waits", waiting.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        (await approver.SubmitAsync(waiting, "form[action$='/approve']", new Dictionary<string, string>(StringComparer.Ordinal))).Dispose();
        await site.Service<CardRefunds>().SweepAsync(default);
        await site.Service<EwasteEpr.Payments.Cards.Pretend.PretendProvider>().DeliverAsync(default);
        await site.Service<ApplyProviderEvents>().SweepAsync(default);
        Assert.Contains("refunded", (await approver.GetPageAsync(card)).QuerySelector("#refunds")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("PartPaid", await StateAsync(number));

        await site.Service<Db>().ExecuteAsync("insert into payment_cases (kind, subject) values ('UnknownPayment', 'pi_of_a_test')", null, default);
        var cases = await preparer.GetPageAsync("/en/operator/payments/cases");
        Assert.Equal("1 case waits for a person", cases.QuerySelector("h1")!.TextContent);
        (await preparer.SubmitAsync(cases, "form[action$='/close']", new Dictionary<string, string>(StringComparer.Ordinal) { ["note"] = " " })).Dispose();
        Assert.Contains("Give a reason to close it", DemoSite.TextOf(await preparer.GetPageAsync("/en/operator/payments/cases")), StringComparison.Ordinal);
        (await preparer.SubmitAsync(cases, "form[action$='/close']", new Dictionary<string, string>(StringComparer.Ordinal) { ["note"] = "Of another system" })).Dispose();
        Assert.Contains("Of another system", DemoSite.TextOf(await preparer.GetPageAsync("/en/operator/payments/cases?all=true")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_AreShownWithTheirErrors_AndRunByAButton()
    {
        using var operatorsPerson = await site.SignedInAsync("operator-preparer");
        await site.Service<Db>().ExecuteAsync("insert into app.job_health (job, last_started_at, failures_in_a_row, last_error) values ('card-events', now(), 3, 'The database was away.') on conflict (job) do update set last_error = excluded.last_error, failures_in_a_row = 3", null, default);
        var page = await operatorsPerson.GetPageAsync("/en/operator/jobs");
        Assert.Equal("1 job is failing", page.QuerySelector("h1")!.TextContent);
        Assert.Contains("The database was away.", DemoSite.TextOf(page), StringComparison.Ordinal);
        using var run = await operatorsPerson.SubmitAsync(page, "form[action$='/card-events/run']", new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Equal("/en/operator/jobs?done=Started", run.Headers.Location!.OriginalString);
        Assert.Equal("All background jobs are working", (await operatorsPerson.GetPageAsync("/en/operator/jobs")).QuerySelector("h1")!.TextContent);
        Assert.Equal(HttpStatusCode.NotFound, (await operatorsPerson.SubmitAsync(page, "form[action$='/card-events/run']", new Dictionary<string, string>(StringComparer.Ordinal), "/en/operator/jobs/no-such-job/run")).StatusCode);
    }

    /// <summary>Another open invoice of the importer for each test.</summary>
    private async Task<string> OpenInvoiceAsync()
    {
        var open = await site.Service<Db>().QueryAsync<string>(
            """
            select number from invoices i join organisations o using (organisation_id)
             where o.demo_code = @Importer and i.open_tiyn > 0 and not exists (select from payment_attempts a where a.invoice_id = i.invoice_id) order by number limit 100
            """, new { Importer }, default);
        if (open.Count > 0)
        {
            return open[0];
        }

        var reference = Crockford.Random(8);
        await site.Database.ExecuteAsOwnerAsync($$"""
            set session_replication_role = replica;
            insert into invoices (invoice_id, year, serial, number, organisation_id, declaration_id, version, programme, amount_tiyn, issued_on, payment_reference, payer_name_kk, payer_name_ru, terms)
            select uuidv7(), 1990, {{++taken}}, 'INV-1990-' || lpad('{{taken}}', 6, '0'), organisation_id, uuidv7(), 1, 'Illustrative', 25000, app.today(), '{{reference}}', 'Сынақ', 'Проба', '{}'
              from organisations where demo_code = '{{Importer}}';
            select payments.fact(invoice_id, 'Invoice', issued_on, number), payments.post('invoice_issued', 'invoice', invoice_id, 1, 'receivable', organisation_id, 'fund_accrued', null, amount_tiyn)
              from invoices where payment_reference = '{{reference}}';
            set session_replication_role = default
            """);
        return await site.Service<Db>().QuerySingleAsync<string>("select number from invoices where payment_reference = @reference", new { reference }, default);
    }

    private Task<string> StateAsync(string number) => site.Service<Db>().QuerySingleAsync<string>("select state from invoices where number = @number", new { number }, default);

    /// <summary>Presses the button; the attempt's page, and the provider's page behind it.</summary>
    private async Task<(string Attempt, string Provider)> BeginAsync(HttpClient browser, string number)
    {
        var page = await browser.GetPageAsync($"{Root}/{number}/pay");
        using var begun = await browser.SubmitAsync(page, "#pay", new Dictionary<string, string>(StringComparer.Ordinal));
        var attempt = begun.Headers.Location!.OriginalString;
        var going = await browser.GetPageAsync(attempt);
        Assert.Equal("Going to the card page", going.QuerySelector("h1")!.TextContent);
        Assert.Null(going.QuerySelector("[data-reload]")); // or it would reload itself before it leads on
        var to = going.QuerySelector("meta[http-equiv=refresh]")!.GetAttribute("content")!;
        Assert.Null((await browser.GetPageAsync(attempt)).QuerySelector("head > meta[http-equiv=refresh]")); // the back button does not bounce
        return (attempt, new Uri(to[(to.IndexOf("url=", StringComparison.Ordinal) + 4)..]).PathAndQuery);
    }

    private static async Task<HttpResponseMessage> PressAsync(HttpClient browser, string provider, string button) =>
        await browser.SubmitAsync(await browser.GetPageAsync(provider), "#pretend", new Dictionary<string, string>(StringComparer.Ordinal) { ["button"] = button });

    private static async Task<(int Status, JsonElement Body)> AskAsync(HttpClient machine, string number, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/v1/invoices/{number}/payment-attempts", UriKind.Relative));
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await machine.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length > 0 ? JsonDocument.Parse(text).RootElement : default);
    }
}

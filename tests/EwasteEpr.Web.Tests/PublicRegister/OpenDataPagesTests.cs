using System.Net;
using System.Text.Json;
using EwasteEpr.Kernel;
using EwasteEpr.PublicRegister.OpenData;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.PublicRegister;

public sealed class OpenDataPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private static readonly string[] Languages = ["kk", "ru", "en"];

    public static TheoryData<string> Sets => [.. Datasets.All.Select(set => set.Code)];

    /// <summary>The same rows in both forms, under the columns that the page describes, each described in three languages.</summary>
    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Dataset_IsTheSame_AsPageCsvAndJson(string code)
    {
        var set = Datasets.Find(code)!;
        foreach (var language in Languages)
        {
            var page = await site.GetPageAsync($"/{language}/data/sets/{code}");
            Assert.Equal(set.Columns, page.QuerySelectorAll("#columns tbody th").Select(column => column.TextContent.Trim()));
            Assert.DoesNotContain(page.QuerySelectorAll("main td, main dd, main h1"), cell => cell.TextContent.Contains("C.", StringComparison.Ordinal) || cell.TextContent.Contains("Method.", StringComparison.Ordinal) || cell.TextContent.Contains("Name.", StringComparison.Ordinal));
        }

        var csv = (await site.Client.GetStringAsync(new Uri($"/en/data/sets/{code}.csv", UriKind.Relative))).TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(string.Join(',', set.Columns), csv[0]);
        using var json = JsonDocument.Parse(await site.Client.GetStringAsync(new Uri($"/en/data/sets/{code}.json", UriKind.Relative)));
        Assert.Equal(code, json.RootElement.GetProperty("dataset").GetString());
        var rows = json.RootElement.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(csv.Length - 1, rows.Count);
        Assert.All(rows.Take(5), row => Assert.Equal(set.Columns, row.EnumerateObject().Select(field => field.Name)));
        if (code is not "audit-roots" and not "targets" and not "fee-money")
        {
            Assert.NotEmpty(rows);
        }
    }

    [Fact]
    public async Task NoDataset_HoldsASoleTradersNumber()
    {
        foreach (var set in Datasets.All)
        {
            Assert.DoesNotContain("851308587428", await site.Client.GetStringAsync(new Uri($"/en/data/sets/{set.Code}.csv", UriKind.Relative)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/en/data/sets/nothing")]
    [InlineData("/en/data/sets/nothing.csv")]
    [InlineData("/en/data/sets/nothing.json")]
    [InlineData("/en/data/sets/reconciliation.csv?year=9999")]
    [InlineData("/en/data/fee-money?year=1")]
    public async Task WhatIsNotThere_Is404(string path)
    {
        using var answer = await site.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Index_NamesEverySet_AndTheLicenceAsAProposal()
    {
        var page = await site.GetPageAsync("/en/data");
        Assert.Equal(Datasets.All.Count, page.QuerySelectorAll("#sets tbody tr").Length);
        Assert.Contains("proposal", DemoSite.TextOf(page), StringComparison.Ordinal);
    }

    private const string ReceivedSql = """
        select ledger.post(kind, 'test', uuidv7(), 1, 'KZT', ledger.open_account(debit, null, 'KZT'), ledger.open_account(credit, null, 'KZT'), tiyn)
          from (values ('fund_receipt', 'fund_accrued', 'fund_received', 100000000::bigint), ('fund_given_to_campaign', 'fund_received', 'fund_to_campaigns', 30000000), ('fund_receipt_taken_back', 'fund_received', 'fund_accrued', 5000000),
                       ('stage_paid', 'stage_payable', 'fund_paid_out', 20000000)) as x(kind, debit, credit, tiyn)
        """;

    /// <summary>What the page says is the sum of the transfers, and both bars are the same money.</summary>
    [Fact]
    public async Task FeeMoney_AddsUp_FromTheTransfers()
    {
        await site.Service<Db>().ExecuteAsync(ReceivedSql, null, CancellationToken.None);
        var year = BusinessTime.Today(TimeProvider.System).Year;
        var received = await site.CountAsync($"select coalesce(sum(amount_tiyn), 0)::bigint from public_fee_money where side = 'In' and year = {year}");
        var balance = await site.CountAsync("select coalesce(sum(case side when 'In' then amount_tiyn else -amount_tiyn end), 0)::bigint from public_fee_money");
        // The accounts themselves: what the fund has received and was given back, less what left it for the stages of the chain.
        Assert.Equal(balance, await site.CountAsync("select coalesce(sum(case purpose when 'fund_paid_out' then -balance else balance end), 0)::bigint from ledger.balances where purpose in ('fund_received', 'fund_reimbursed', 'fund_paid_out')"));
        var page = await site.GetPageAsync($"/en/data/fee-money?year={year}");
        Assert.Contains(EwasteEpr.Web.Features.Shared.Format.In("en").MoneyShort(Money.FromTiyn(received)), page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        var sums = page.QuerySelectorAll("#fee-money-data tr.sum td").Select(cell => cell.TextContent.Trim()).ToList();
        Assert.Equal(2, sums.Count);
        Assert.Equal(sums[0], sums[1]);
    }

    [Fact]
    public async Task AuditRoots_ShowTheHeadOfTheChain()
    {
        await site.Service<EwasteEpr.Audit.AuditSealer>().SealAsync(CancellationToken.None);
        var head = await site.Service<Db>().QuerySingleAsync<string>("select encode(hash, 'hex') from audit.seals order by seal_no desc limit 1", null, CancellationToken.None);
        Assert.Contains(head, (await site.GetPageAsync("/en/data/audit-roots")).Body!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>Number and figure must both be right; wrong and unknown look the same.</summary>
    [Fact]
    public async Task PaperWithoutACode_IsVerified_ByNumberAndFigure()
    {
        var invoice = await site.Service<Db>().QuerySingleAsync<PaperRow>("select number, amount_tiyn as tiyn from invoices order by number limit 1", null, CancellationToken.None);
        var tenge = Money.FromTiyn(invoice.Tiyn).Amount.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var fits = await site.GetPageAsync($"/en/verify/paper?number={invoice.Number}&figure={tenge}");
        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        Assert.Contains("agrees with our record", fits.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        var wrong = await site.GetPageAsync($"/en/verify/paper?number={invoice.Number}&figure=1");
        var unknown = await site.GetPageAsync("/en/verify/paper?number=2026-99999999&figure=1");
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (wrong.StatusCode, unknown.StatusCode));
        Assert.Equal(wrong.QuerySelector("h1")!.TextContent, unknown.QuerySelector("h1")!.TextContent);
        Assert.Equal(HttpStatusCode.BadRequest, (await site.GetPageAsync("/en/verify/paper?number=x&figure=many")).StatusCode);
    }

    [Fact]
    public async Task Footer_LeadsToThePublicPages()
    {
        var links = (await site.GetPageAsync("/kk")).QuerySelectorAll("footer a, main a").Select(link => link.GetAttribute("href")).ToList();
        Assert.All(new[] { "/kk/register", "/kk/register/check", "/kk/data", "/kk/data/fee-money", "/kk/data/one-gram-one-payer", "/kk/data/audit-roots", "/kk/market", "/kk/verify" }, path => Assert.Contains(path, links));
    }

    private sealed record PaperRow(string Number, long Tiyn);
}

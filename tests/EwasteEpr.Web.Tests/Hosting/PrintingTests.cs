using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Hosting.Printing;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EwasteEpr.Web.Tests.Hosting;

public sealed partial class PrintingTests(DemoSite site) : IClassFixture<DemoSite>
{
    [Fact]
    public async Task Receipt_AsPdf_HasBothStateLanguagesWithTheirLetters_PagesAndNumber()
    {
        using var browser = await site.SignedInAsync("importer-signatory");
        var number = await ReceiptNumberAsync(browser, site);
        using var answer = await browser.GetAsync(new Uri($"/ru/org/{site.Slug("importer-1")}/declarations/{number}/receipt/pdf", UriKind.Relative));
        if (!site.Service<IPdfPrinter>().IsAvailable)
        {
            Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
            return;
        }

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/pdf", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(number + ".pdf", answer.Content.Headers.ContentDisposition?.ToString(), StringComparison.Ordinal);
        if (await Pdf.TextAsync(await answer.Content.ReadAsByteArrayAsync()) is not { } text)
        {
            return;
        }

        foreach (var word in new[] { number, "Декларацияның тапсырылғаны туралы", "Квитанция о подаче", "₸", "1 / 1" })
        {
            Assert.Contains(word.Replace(" ", "", StringComparison.Ordinal), text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Print_EveryKazakhLetter_IsReadBack_AndTheFileIsTagged()
    {
        const string Letters = "ӘҒҚҢӨҰҮҺІәғқңөұүһі₸№«»";
        var printer = site.Service<IPdfPrinter>();
        if (!printer.IsAvailable)
        {
            return;
        }

        var styles = site.Service<PaperAssets>().Styles;
        var pdf = await printer.PrintAsync(new PrintPage($"<!doctype html><html lang=kk><head><meta charset=utf-8><title>Қағаз</title><style>{styles}</style><h1>{Letters}</h1><p>{Letters} <b>{Letters}</b>"), CancellationToken.None);
        Assert.DoesNotContain("url(fonts", styles, StringComparison.Ordinal);
        Assert.Contains(Letters, await Pdf.TextAsync(pdf) ?? Letters, StringComparison.Ordinal);
        var source = Encoding.Latin1.GetString(pdf);
        Assert.Contains("/Marked true", source, StringComparison.Ordinal);
        Assert.Contains("/StructTreeRoot", source, StringComparison.Ordinal);
        // A letter that our subset lacks would be drawn in another face, in the middle of a word.
        Assert.All(FontName().Matches(source), font => Assert.Contains("Golos", font.Value, StringComparison.Ordinal));
        Assert.NotEmpty(FontName().Matches(source));
    }

    [Fact]
    public async Task Print_PageThatAsksTheNetwork_GetsNothing()
    {
        var printer = site.Service<IPdfPrinter>();
        if (!printer.IsAvailable)
        {
            return;
        }

        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        await printer.PrintAsync(new PrintPage($"<!doctype html><head></head><img src='http://127.0.0.1:{port}/a.png'><img src='http://localhost:{port}/b.png'><script>fetch('http://127.0.0.1:{port}/c')</script>"), CancellationToken.None);
        Assert.False(server.Pending());
    }

    [Fact]
    public async Task Print_BrowserThatHangs_IsEndedInTime_AndLeavesNothing()
    {
        var folder = Directory.CreateTempSubdirectory("ewaste-hangs-");
        try
        {
            var program = Path.Combine(folder.FullName, "chromium");
            await File.WriteAllTextAsync(program, "#!/bin/sh\npwd > \"$(dirname \"$0\")/where\"\nsleep 600\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var printer = Printer(new() { ["EWASTE_CHROMIUM"] = program, ["Printing:Seconds"] = "2" });
            var problem = await Assert.ThrowsAsync<PrintException>(() => printer.PrintAsync(new PrintPage("<head></head><p>"), CancellationToken.None));
            Assert.Contains("within 2 seconds", problem.Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists((await File.ReadAllTextAsync(Path.Combine(folder.FullName, "where"))).Trim()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Papers_WithoutARequest_ArePrintedToo()
    {
        var id = await site.Service<Db>().QuerySingleAsync<OrganisationId>("select organisation_id from organisations where demo_code = 'importer-1'", null, CancellationToken.None);
        using var browser = await site.SignedInAsync("importer-signatory");
        var key = new DeclarationKey(id, await ReceiptNumberAsync(browser, site));
        var model = new ReceiptPage(
            (await site.Service<DeclarationService>().GetAsync(key, null, CancellationToken.None))!,
            (await site.Service<SubmissionService>().ReceiptAsync(key, null, CancellationToken.None))!,
            new OrganisationAccess(id, "x", "Ұйым", "Общество", "Company", [], "75", []), null);
        var html = await site.Service<Papers>().HtmlAsync(new PaperSheet(
            new Paper("/Features/Declarations/ReceiptPrint.cshtml", model, "Т", "A\"</style>1") { VerifyAddress = "https://example.kz/verify/1" }, ForPrinter: true));
        Assert.Contains("Ұйым", html, StringComparison.Ordinal);
        Assert.Contains("https://example.kz/verify/1", html, StringComparison.Ordinal);
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.Single(html.Split("</style>").Skip(1));
    }

    private static ChromiumPrinter Printer(Dictionary<string, string?> settings) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), TimeProvider.System, NullLogger<ChromiumPrinter>.Instance);

    [GeneratedRegex("/FontName /[A-Za-z0-9+-]+", RegexOptions.NonBacktracking)]
    private static partial Regex FontName();

    internal static async Task<string> ReceiptNumberAsync(HttpClient browser, DemoSite site)
    {
        var list = await browser.GetPageAsync($"/en/org/{site.Slug("importer-1")}/declarations?state=Accepted");
        return list.QuerySelector("#declarations tbody th")!.TextContent.Trim();
    }
}

/// <summary>Where there is no browser: the page instead, and the state says so.</summary>
public sealed class NoPrinterTests(NoPrinterTests.Site site) : IClassFixture<NoPrinterTests.Site>
{
    [Fact]
    public async Task Receipt_IsThePageItself_AndTheStatusNamesWhatIsMissing()
    {
        using var browser = await site.SignedInAsync("importer-signatory");
        var number = await PrintingTests.ReceiptNumberAsync(browser, site);
        using var answer = await browser.GetAsync(new Uri($"/en/org/{site.Slug("importer-1")}/declarations/{number}/receipt/pdf", UriKind.Relative));
        var page = await answer.ToPageAsync();
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(page.QuerySelector("[role=status]"));
        Assert.Null(page.QuerySelector("style"));
        Assert.Contains("Квитанция", DemoSite.TextOf(page), StringComparison.Ordinal);
        Assert.Contains("PDF documents", DemoSite.TextOf(await site.GetPageAsync("/en/status")), StringComparison.Ordinal);
        using var ready = await site.Client.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    public sealed class Site : DemoSite
    {
        protected override IReadOnlyList<string> Settings => [.. base.Settings, "--EWASTE_CHROMIUM=none"];
    }
}

/// <summary>A PDF read back by another program.</summary>
internal static class Pdf
{
    /// <summary>By pdftotext; null where that is missing, and then only the structure was looked at.</summary>
    public static async Task<string?> TextAsync(byte[] pdf)
    {
        Assert.StartsWith("%PDF-", Encoding.Latin1.GetString(pdf[..8]), StringComparison.Ordinal);
        Assert.Contains("/ToUnicode", Encoding.Latin1.GetString(pdf), StringComparison.Ordinal);
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "pdftotext"))))
        {
            return null;
        }

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, pdf);
            using var process = Process.Start(new ProcessStartInfo("pdftotext", [file, "-"]) { UseShellExecute = false, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 })!;
            var text = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            // Where a line breaks and how wide a space is are the sheet's business.
            return string.Concat(text.Where(sign => !char.IsWhiteSpace(sign)));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
